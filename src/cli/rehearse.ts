import { existsSync } from "node:fs";
import { rehearse as playTimeline } from "../app/rehearse.ts";
import { rehearseHistory } from "../app/rehearse-history.ts";
import type { Rehearsal } from "../app/rehearse-stage.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config/alerts.ts";
import { formatProblems } from "../config/problems.ts";
import { loadTimeline } from "../config/timeline.ts";
import { parseDuration } from "../model/duration.ts";
import { count } from "../notify/words.ts";
import { configFile } from "./config-file.ts";
import { EXIT, UserError } from "./exit.ts";
import type { Io, Verb } from "./io.ts";
import { readStore } from "./read-store.ts";
import { differenceOf, jsonOf, lineOf, summaryOf, wordsOf } from "./rehearse-report.ts";
import { paintOf, requireConfig } from "./source.ts";

export interface RehearseOptions {
	readonly config?: string;
	/** File with what happens. */
	readonly timeline?: string;
	/** Instead: the samples that were kept. */
	readonly history?: boolean;
	/** How far the history goes back. */
	readonly since: string;
	/** Another configuration to compare with. */
	readonly against?: string;
	readonly json?: boolean;
}

/** No check has more kept samples in a few hours. */
const MOST_SAMPLES = 1_000_000;

/**
 * `rehearse`: says which messages a configuration would send, or would have sent, and how another one differs. Nothing is
 * probed, nothing leaves.
 *
 * @returns 0; 78 where a configuration or the timeline is wrong
 */
export const rehearse: Verb<RehearseOptions> = async (options, io) => {
	const { terminal } = io;
	if ((options.timeline === undefined) === !options.history) {
		throw new UserError("rehearse needs either --timeline FILE or --history", EXIT.usage);
	}
	const file = configFile(options.config, io.env);
	const config = requireConfig(file, io);
	const other = options.against === undefined ? undefined : requireConfig(options.against, io);
	const play =
		options.timeline === undefined
			? historyOf(config, options.since)
			: timelineOf(options.timeline, other ? [config, other] : [config], io);
	const before = await play(config);
	const after = other && (await play(other));
	const difference = after && differenceOf(before, after);
	if (options.json) {
		terminal.out(
			JSON.stringify({
				messages: before.messages.map(jsonOf),
				summary: summaryOf(before),
				notes: before.notes,
				...(after && { against: { messages: after.messages.map(jsonOf), summary: summaryOf(after) } }),
				...(difference && {
					difference: { added: difference.added.map(jsonOf), removed: difference.removed.map(jsonOf) },
				}),
			}),
		);
		return EXIT.ok;
	}
	for (const note of new Set([...before.notes, ...(after?.notes ?? [])])) terminal.err(note);
	if (!difference) {
		for (const one of before.messages) terminal.out(lineOf(one));
		terminal.out(`${before.messages.length > 0 ? "\n" : ""}${wordsOf(before)}`);
		return EXIT.ok;
	}
	const changes = [
		...difference.removed.map((one) => ({ one, sign: "-", style: "good" as const })),
		...difference.added.map((one) => ({ one, sign: "+", style: "bad" as const })),
	].sort((a, b) => a.one.at - b.one.at);
	for (const { one, sign, style } of changes) terminal.out(terminal.paint(style, `${sign} ${lineOf(one)}`));
	const { added, removed } = difference;
	terminal.out(
		`${changes.length > 0 ? "\n" : ""}${options.against} against ${file}: ${count(added.length, "page")} more, ${removed.length} less; ` +
			`${summaryOf(after).pages} instead of ${summaryOf(before).pages}`,
	);
	return EXIT.ok;
};

function timelineOf(file: string, configs: readonly Config[], io: Io): (config: Config) => Promise<Rehearsal> {
	const loaded = loadTimeline(file, configs, { env: io.env });
	if (!loaded.ok) throw new UserError(formatProblems(loaded.problems, paintOf(io.terminal)), EXIT.config);
	return (config) => playTimeline(config, loaded.timeline);
}

function historyOf({ store: { path } }: Config, since: string): (config: Config) => Promise<Rehearsal> {
	const sinceMs = parseDuration(since);
	if (sinceMs === undefined) throw new UserError(`--since ${since} is not a duration such as 30d`, EXIT.usage);
	if (!existsSync(path)) throw new UserError(`there is no history: ${path} does not exist`, EXIT.config);
	const to = systemClock.now();
	return (config) =>
		readStore(path, (store) =>
			rehearseHistory(config, to - sinceMs, to, {
				read: (key, from, until) => store.samplesWithin(key, from, until, MOST_SAMPLES),
				silences: store.load().silences ?? [],
			}),
		);
}
