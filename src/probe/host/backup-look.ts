import * as z from "zod";
import { type Generation, listGenerations } from "../../host/backups.ts";
import { type Host, thisHost } from "../../host/host.ts";
import { formatDuration } from "../../model/duration.ts";
import { bytesText } from "../../model/size.ts";
import { median } from "../../model/trend.ts";
import type { Finding, ProbeContext } from "../kind.ts";
import { recall } from "../recall.ts";
import { lookAloneIn, silentFolder } from "./alone.ts";
import { blindAt, unfit } from "./local.ts";

/** What is asked of a look. */
interface Asked {
	readonly folder: string;
	readonly match: string;
	readonly of: "files" | "folders";
	readonly marker?: string | undefined;
	readonly quiet_for: number;
	readonly max_entries: number;
}

/** What was seen of each backup at the look before, where all of it was counted. */
const memory = z.record(z.string(), z.object({ size: z.number(), madeAt: z.number(), isFinished: z.boolean() }));

/** Earlier backups that tell the usual size. */
const COMPARED = 10;
/** Most backups that are remembered. */
const MOST_REMEMBERED = 200;
const WALK_SHARE = 0.6;

/** One look at the backups in a folder. */
export async function lookAtBackups(options: Asked, context: ProbeContext, host: Host = thisHost): Promise<Finding> {
	const wrong = unfit("backup", host);
	if (wrong) return wrong;
	const found = await lookAloneIn(options.folder, host, context.signal, () => look(options, context, host));
	return found ?? silentFolder(options.folder);
}

async function look(options: Asked, context: ProbeContext, host: Host): Promise<Finding> {
	const { notes, key, clock, timeoutMs, signal } = context;
	const start = clock.monotonic();
	const noteKey = `backup ${key}`;
	const before = recall(notes, noteKey, memory) ?? {};
	const isOver = () => signal.aborted || clock.monotonic() - start > WALK_SHARE * timeoutMs;
	const known = (name: string) => (before[name]?.isFinished ? before[name] : undefined);
	const now = clock.now();
	const list = await listGenerations(options, { entries: options.max_entries, isOver }, now, known);
	if (!list.ok) return blindAt(host, options.folder, list.reason);
	const finished: Generation[] = [];
	const unfinished: Generation[] = [];
	for (const one of list.generations.toSorted((a, b) => b.madeAt - a.madeAt)) {
		(isFinished(one, before[one.name], now - options.quiet_for) ? finished : unfinished).push(one);
	}
	// What was counted in part is counted again at the next look.
	const next = [...finished.slice(0, MOST_REMEMBERED), ...unfinished.slice(0, MOST_REMEMBERED)]
		.filter(({ isWhole }) => isWhole)
		.map((one) => [one.name, { size: one.size, madeAt: one.madeAt, isFinished: finished.includes(one) }] as const);
	notes.set(noteKey, JSON.stringify(Object.fromEntries(next)));
	return backupFinding(finished, unfinished.length, now);
}

function isFinished(one: Generation, before: { readonly size: number } | undefined, quietSince: number): boolean {
	if (!one.isMarked || one.changedAt > quietSince) return false;
	return before === undefined || !one.isWhole || before.size === one.size;
}

function backupFinding(finished: readonly Generation[], unfinished: number, now: number): Finding {
	const [newest, ...earlier] = finished;
	const counts = { generations: finished.length, unfinished };
	if (!newest) {
		return { values: counts, seen: unfinished > 0 ? `${unfinished} not finished, none finished` : "no backup" };
	}
	const sizes = earlier.filter(({ isWhole }) => isWhole).map(({ size }) => size);
	const usual = sizes.length > 0 ? median(sizes.slice(0, COMPARED)) : undefined;
	const age = Math.max(0, (now - newest.madeAt) / 1_000);
	const atLeast = newest.isWhole ? "" : "at least ";
	const parts = [`${newest.name}: ${formatDuration(age * 1_000)} old, ${atLeast}${bytesText(newest.size)}`];
	if (usual !== undefined) parts.push(`usual ${bytesText(Math.round(usual))}`);
	parts.push(`${finished.length} in all`);
	if (unfinished > 0) parts.push(`${unfinished} not finished`);
	const values = {
		age,
		newest: newest.name,
		// What is only a part says nothing about the whole.
		...(newest.isWhole && { size: newest.size }),
		...(newest.isWhole && usual !== undefined && usual > 0 && { size_ratio: newest.size / usual }),
		...counts,
	};
	return { values, seen: parts.join("; ") };
}
