import type { Config } from "../config/alerts.ts";
import type { Check } from "../config/checks.ts";
import { loadConfig } from "../config/load.ts";
import { outageOf } from "../config/outage.ts";
import type { Problem } from "../config/problems.ts";
import { targetsFor } from "../dispatch/targets.ts";
import { formatDuration } from "../model/duration.ts";
import { count } from "../notify/words.ts";
import { BUSY_MS } from "../state/policy.ts";
import { configFile } from "./config-file.ts";
import { EXIT } from "./exit.ts";
import type { Verb } from "./io.ts";
import { requireConfig } from "./source.ts";
import { table } from "./terminal.ts";

export interface ValidateOptions {
	readonly config?: string;
	readonly json?: boolean;
}

/** What `validate` says of one check. */
interface Row {
	readonly key: string;
	readonly kind: string;
	readonly when: string;
	readonly timeoutMs: number;
	readonly failAfter: number;
	readonly parents: readonly string[];
	/** Channels that hear of it when it is critical. */
	readonly told: readonly string[];
	/** Longest time from the beginning of an outage until the message leaves, ms. */
	readonly outageToPageMs: number;
}

/**
 * `validate`: says everything that is wrong with the configuration, or prints every check with who is told and how soon.
 *
 * @returns 0, or 78 where the configuration is wrong
 */
export const validate: Verb<ValidateOptions> = async (options, io) => {
	const { terminal } = io;
	const file = configFile(options.config, io.env);
	if (options.json) {
		const loaded = loadConfig(file, { env: io.env });
		const problems = (loaded.ok ? loaded.config.warnings : loaded.problems).map(jsonProblem);
		terminal.out(
			JSON.stringify({ ok: loaded.ok, problems, checks: loaded.ok ? rowsOf(loaded.config) : [] }, undefined, 2),
		);
		return loaded.ok ? EXIT.ok : EXIT.config;
	}
	const config = requireConfig(file, io);
	const rows = rowsOf(config);
	terminal.out(
		table(
			terminal,
			["CHECK", "KIND", "LOOKS", "TIMEOUT", "BAD LOOKS", "OUTAGE TO PAGE", "TOLD", "QUIET WHILE FIRING"],
			rows.map((row) => [
				{ text: row.key, style: "strong" },
				{ text: row.kind },
				{ text: row.when },
				{ text: formatDuration(row.timeoutMs), right: true },
				{ text: String(row.failAfter), right: true },
				{ text: `at most ${formatDuration(row.outageToPageMs)}`, right: true },
				row.told.length > 0 ? { text: row.told.join(", ") } : { text: "nobody", style: "warn" },
				{ text: row.parents.join(", ") || "-" },
			]),
		),
	);
	const { checks, instances, channels } = config;
	terminal.out(
		`\n${file}: good. ${count(checks.length, "check")} on ${count(instances.size, "instance")}, ${count(channels.size, "channel")}.`,
	);
	return EXIT.ok;
};

export function rowsOf(config: Config): readonly Row[] {
	const byKey = new Map(config.checks.map((check) => [check.key, check]));
	return config.checks.map((check) => {
		const { key, instance, name, probe, timing, timeoutMs, policy, parents, labels } = check;
		const seen = { severity: "critical", ...instance.labels, ...labels, instance: instance.name, check: name };
		const targets = targetsFor(config.routes, seen).filter(({ afterMs }) => afterMs === 0);
		const groupWaitMs = Math.max(0, ...targets.map((target) => target.groupWaitMs));
		const hold = Math.max(0, ...parents.map((parent) => holdMs(byKey.get(parent))));
		return {
			key,
			kind: probe.kind,
			when: "every" in timing ? `every ${formatDuration(timing.every)}` : `${timing.cron} ${timing.timezone}`,
			timeoutMs,
			failAfter: policy.failAfter,
			parents,
			told: targets.map(({ channel }) => channel),
			outageToPageMs: outageOf(check).totalMs + hold + groupWaitMs,
		};
	});
}

/** A child waits until its parent is sure, at most as long as the parent takes for that. */
function holdMs(parent: Check | undefined): number {
	if (!parent) return 0;
	const { firstSampleMs, confirmMs } = outageOf(parent);
	return firstSampleMs + confirmMs + BUSY_MS;
}

function jsonProblem({ severity, file, line, column, message, hint }: Problem): object {
	return { severity, file, line, column, message, ...(hint !== undefined && { hint }) };
}
