import { dirname, resolve } from "node:path";
import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { listCrashFiles } from "../../host/crash-files.ts";
import { type Host, thisHost } from "../../host/host.ts";
import { fullGcIn, headOf, LONGEST_LINE, signIn, withoutCredentials } from "../../host/log-line.ts";
import { ownPatterns } from "../../host/own-patterns.ts";
import { readNew } from "../../host/tail.ts";
import type { Value } from "../../model/sample.ts";
import type { Finding, ProbeContext } from "../kind.ts";
import { recall } from "../recall.ts";
import { addCounts, recentCounts, sumOf } from "../recent-counts.ts";
import { lookAloneIn, silentFolder } from "./alone.ts";
import { blindAt, dataDirOf, unfit } from "./local.ts";

/** What is asked of a look. */
interface Asked {
	readonly file: string;
	readonly window: number;
	readonly long_pause: number;
	readonly patterns: Readonly<Record<string, string>>;
	readonly max_read: number;
}

/** What is kept between two looks. */
const memory = z.object({
	place: z.object({ inode: z.number(), offset: z.number(), head: z.string(), headBytes: z.number() }),
	/** When the first look was, wall clock, ms. */
	since: z.number(),
	counts: recentCounts,
	/** The newest telling line. */
	line: z.object({ text: z.string(), at: z.number() }).optional(),
	startupAt: z.number().optional(),
	/** The newest crash report that is no news. */
	crashAt: z.number(),
});
type Memory = Readonly<z.output<typeof memory>>;

/** Longest line that is shown, characters. */
const LONGEST_SHOWN = 300;
const READ_SHARE = 0.5;
/** Names of the user's patterns among the counts. */
const OWN = "own:";

/** One look at what is new in the log. */
export async function lookAtLog(options: Asked, context: ProbeContext, host: Host = thisHost): Promise<Finding> {
	const wrong = unfit("host-log", host);
	if (wrong) return wrong;
	const dataDir = dataDirOf(context.instance);
	const file = resolve(dataDir, options.file);
	const folder = file.startsWith(`${dataDir}/`) ? dataDir : dirname(file);
	const found = await lookAloneIn(folder, host, context.signal, () => look(file, options, context, host));
	return found ?? silentFolder(folder);
}

async function look(file: string, options: Asked, context: ProbeContext, host: Host): Promise<Finding> {
	const { notes, key, clock, timeoutMs, signal } = context;
	const noteKey = `host-log ${key}`;
	const before = recall(notes, noteKey, memory);
	const end = clock.monotonic() + READ_SHARE * timeoutMs;
	const counter = lineCounter(options, () => clock.monotonic());
	const bounds = { bytes: options.max_read, isOver: () => signal.aborted || clock.monotonic() > end };
	const read = await readNew(file, before?.place, bounds, counter.take);
	if (!read.ok) return blindAt(host, file, read.reason);
	const crashes = await listCrashFiles(dirname(file));
	const newCrashes = crashes.filter(({ at }) => before !== undefined && at > before.crashAt);
	const now = clock.now();
	const found = counter.found();
	const counts = addCounts(
		before?.counts ?? [],
		now,
		{ ...found.counts, crash_files: newCrashes.length },
		options.window,
	);
	const line = found.line === undefined ? before?.line : { text: shown(found.line), at: found.lineAt ?? now };
	const startupAt = found.startupAt ?? before?.startupAt;
	const next: Memory = {
		place: read.place,
		since: before && before.since <= now ? before.since : now,
		counts,
		...(line && now - line.at <= options.window && { line }),
		...(startupAt !== undefined && { startupAt }),
		crashAt: Math.max(before?.crashAt ?? 0, crashes.at(-1)?.at ?? 0),
	};
	notes.set(noteKey, JSON.stringify(next));
	const { skipped, behind, isGap } = read;
	const values: Record<string, Value> = {
		...valuesOf(next, now, options.window),
		lines: found.lines,
		full_gc_longest: found.longestGc,
		slow_patterns: found.slow.join(", "),
		skipped,
		behind,
		gap: isGap,
	};
	const newest = newCrashes.at(-1);
	if (newest) values["crash_file"] = newest.name;
	const sums = sumOf(counts);
	const patterns = Object.fromEntries(Object.keys(options.patterns).map((name) => [name, sums[OWN + name] ?? 0]));
	const asked = Object.values(patterns).reduce((sum, count) => sum + count, 0);
	return { values: { ...values, matches: asked }, seen: inWords(values), facts: { patterns } };
}

function shown(line: string): string {
	return evidence(withoutCredentials(line)).slice(0, LONGEST_SHOWN);
}

/** Counts what lines tell. */
function lineCounter({ patterns, long_pause: longPauseMs }: Asked, monotonic: () => number) {
	const own = ownPatterns(
		Object.fromEntries(Object.entries(patterns).map(([name, text]) => [name, new RegExp(text, "u")])),
		monotonic,
	);
	const counts: Record<string, number> = {};
	const count = (name: string) => {
		counts[name] = (counts[name] ?? 0) + 1;
	};
	let [lines, longestGc] = [0, 0];
	let sign: { text: string; at: number | undefined } | undefined;
	let error: { text: string; at: number | undefined } | undefined;
	let startupAt: number | undefined;
	// A stack trace has no time of its own.
	let at: number | undefined;

	function takeOne(text: string): void {
		const head = headOf(text);
		at = head?.at ?? at;
		if (head?.level === "ERROR" || head?.level === "FATAL") {
			count(head.level === "ERROR" ? "errors" : "fatals");
			error = { text, at };
		}
		const name = signIn(text);
		if (name !== undefined) {
			count(name);
			sign = { text, at };
			if (name === "startups") startupAt = at ?? startupAt;
		}
		const pauseS = fullGcIn(text);
		if (pauseS === undefined) return;
		count("full_gc");
		longestGc = Math.max(longestGc, pauseS);
		if (pauseS * 1_000 < longPauseMs) return;
		count("full_gc_long");
		sign = { text, at };
	}

	return {
		take(all: readonly string[]): void {
			const cut = all.map((line) => (line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line));
			lines += cut.length;
			for (const line of cut) takeOne(line);
			own.try(cut);
		},
		found() {
			const matches = own.found();
			for (const [name, matched] of Object.entries(matches.counts)) counts[OWN + name] = matched;
			const ownLine = matches.line === undefined ? undefined : { text: matches.line, at: headOf(matches.line)?.at };
			const line = sign ?? ownLine ?? error;
			return { counts, lines, longestGc, startupAt, line: line?.text, lineAt: line?.at, slow: matches.slow };
		},
	};
}

const COUNTED = [
	"errors",
	"fatals",
	"out_of_memory",
	"full_gc",
	"full_gc_long",
	"no_space",
	"too_many_files",
	"startups",
	"crash_files",
] as const;
const MINUTE_MS = 60_000;

function valuesOf({ counts, since, line, startupAt }: Memory, now: number, windowMs: number): Record<string, Value> {
	const sums = sumOf(counts);
	const values: Record<string, Value> = Object.fromEntries(COUNTED.map((name) => [name, sums[name] ?? 0]));
	// Of a window that is not yet full only what has passed counts, but never less than a minute.
	const minutes = Math.max(MINUTE_MS, Math.min(windowMs, now - since)) / MINUTE_MS;
	values["error_rate"] = ((sums["errors"] ?? 0) + (sums["fatals"] ?? 0)) / minutes;
	if (line) {
		values["line"] = line.text;
		values["line_at"] = line.at / 1_000;
	}
	if (startupAt !== undefined) values["startup_at"] = startupAt / 1_000;
	return values;
}

const WORDS: Readonly<Record<string, string>> = {
	crash_files: "crash reports",
	out_of_memory: "OutOfMemoryError",
	no_space: "No space left on device",
	too_many_files: "Too many open files",
	full_gc_long: "long full GC",
	startups: "DSS startup",
	fatals: "FATAL",
	errors: "ERROR",
};

function inWords(values: Readonly<Record<string, Value>>): string {
	const parts = Object.entries(WORDS).flatMap(([name, words]) => {
		const count = values[name];
		return typeof count === "number" && count > 0 ? [`${count} x ${words}`] : [];
	});
	const head = parts.length > 0 ? parts.join(", ") : "nothing unusual";
	const slow = values["slow_patterns"] ? `; patterns too slow, left out: ${values["slow_patterns"]}` : "";
	return `${head}${slow}${values["line"] === undefined ? "" : `; newest: ${values["line"]}`}`;
}
