import { type OnceLook, type OnceResult, runOnce } from "../app/once.ts";
import type { Missed } from "../app/pace.ts";
import { formatDuration } from "../model/duration.ts";
import { redactor } from "../model/secret.ts";
import { LEVELS } from "../model/verdict.ts";
import { surroundings } from "./around.ts";
import { configFile } from "./config-file.ts";
import { EXIT, exitFor } from "./exit.ts";
import type { Verb } from "./io.ts";
import { requireConfig } from "./source.ts";
import { LEVEL_STYLE, type Terminal, table } from "./terminal.ts";

export interface OnceOptions {
	readonly config?: string;
	/** Says nothing when all is well. */
	readonly quiet?: boolean;
	readonly json?: boolean;
}

type Ran = Extract<OnceResult, { ran: true }>;

/** Delivery at the end of a run may take this long, ms; the next run goes on with what is left. */
const DRAIN_MS = 30_000;

/**
 * `--once`: looks at every check, moves the stored states, delivers the alerts, ends.
 *
 * @returns the Nagios code of the worst verdict; 0 where another run is at work
 */
export const once: Verb<OnceOptions> = async (options, io) => {
	const { terminal } = io;
	const config = requireConfig(configFile(options.config, io.env), io, { quiet: options.quiet ?? false });
	const redact = redactor(config.secrets);
	const stop = new AbortController();
	const undo = [io.onSignal("SIGTERM", () => stop.abort()), io.onSignal("SIGINT", () => stop.abort())];
	const showsProgress = terminal.isPerson && !options.quiet && !options.json;
	let done = 0;
	const result = await runOnce(
		config,
		surroundings(io, options.quiet ? "error" : "warn", () => redact),
		{
			drainMs: DRAIN_MS,
			signal: stop.signal,
			onLook: ({ key }) => {
				done++;
				if (showsProgress && config.checks.length > 3) terminal.err(`${done} of ${config.checks.length}: ${key}`);
			},
		},
	);
	for (const one of undo) one();
	if (!result.ran) {
		if (!options.quiet) terminal.err(`another run works on ${config.store.path}; this one steps aside`);
		return EXIT.ok;
	}
	const order = new Map(config.checks.map(({ key }, index) => [key, index]));
	const looks = result.looks.toSorted((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0));
	if (options.json) terminal.out(JSON.stringify(jsonReport(result, looks)));
	else if (!options.quiet || result.worst !== "ok") terminal.out(tableOf(looks, terminal));
	if (result.missed) terminal.err(missedText(result.missed));
	if (result.storeFault !== undefined) terminal.err(`dss-probe: the store does not work: ${result.storeFault}`);
	if (result.undelivered > 0)
		terminal.err(`${result.undelivered} messages wait in ${config.store.path} for the next run`);
	return exitFor(result.worst);
};

/** Said also by a quiet run: cron that did not run is not well. */
function missedText({ sinceMs, usualMs, runs }: Missed): string {
	const habit = `the last run was ${formatDuration(sinceMs)} ago, and they usually come every ${formatDuration(usualMs)}`;
	return `dss-probe: ${habit}: about ${runs} did not run. Was the machine or cron off? Streaks begin anew.`;
}

function tableOf(looks: readonly OnceLook[], terminal: Terminal): string {
	const rows = looks
		.toSorted((a, b) => LEVELS.indexOf(b.verdict.level) - LEVELS.indexOf(a.verdict.level))
		.map(({ key, verdict: { level, cause, summary, failed } }) => [
			{ text: level.toUpperCase(), style: LEVEL_STYLE[level] },
			{ text: key },
			{ text: [cause?.text, summary, ...failed].filter(Boolean).join(" · ") },
		]);
	return table(terminal, ["LEVEL", "CHECK", "SEEN"], rows);
}

function jsonReport({ worst, undelivered, missed }: Ran, looks: readonly OnceLook[]): object {
	return { level: worst, undelivered, missed: missed?.runs ?? 0, checks: looks.map(jsonOf) };
}

function jsonOf({ key, verdict, sample }: OnceLook): object {
	const { level, cause, summary, failed } = verdict;
	return {
		key,
		level,
		cause: cause ?? null,
		summary,
		failed,
		duration: sample.durationMs / 1_000,
		values: sample.values,
	};
}
