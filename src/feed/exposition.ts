import type { Reading } from "./reading.ts";

/** What came of reading an exposition: its series, or the first line that is none. */
export type Exposition =
	| { readonly ok: true; readonly byName: ReadonlyMap<string, readonly Reading[]>; readonly count: number }
	/** `broken`: not of this format. `cut`: it ends too early. `many`: more samples than allowed. */
	| { readonly ok: false; readonly why: "broken" | "cut" | "many"; readonly line: number; readonly message: string };

interface Rules {
	/** OpenMetrics 1.0 instead of the Prometheus text format 0.0.4. */
	readonly openMetrics: boolean;
	/** Names that are kept; the others are read and forgotten. Default: all. */
	readonly wanted?: ReadonlySet<string>;
	/** Most samples. */
	readonly maxSeries: number;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\[^\n])*)"[ \t]*/y;
/** Prometheus 3 quotes names with other letters: `{"my.metric","my.label"="x"}`. */
const QUOTED = /[ \t]*"((?:[^"\\\n]|\\[^\n])*)"[ \t]*(?:=[ \t]*"((?:[^"\\\n]|\\[^\n])*)"[ \t]*)?/y;
const TAIL = /^[ \t]*([^ \t]+)(?:[ \t]+(-?\d+))?[ \t]*$/;
/** Value, timestamp in seconds, exemplar. */
const OPEN_TAIL = /^ ([^ ]+)(?: ([^ #]+))?(?: # \{(?:[^"}]*"(?:[^"\\\n]|\\[^\n])*")*[^"}]*\} ([^ ]+)(?: ([^ ]+))?)?$/;
/** As Go reads numbers, without hexadecimal ones and underscores, which Prometheus refuses. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];
const OPEN_TYPES = ["counter", "gauge", "histogram", "gaugehistogram", "stateset", "info", "summary", "unknown"];

/** Lines of one step: some milliseconds. */
const STEP = 1_000;

/**
 * Reads the Prometheus text format 0.0.4 or OpenMetrics 1.0. Every line is checked, also of metrics that are not wanted: half a
 * feed must not pass for a whole one. Of a series that stands there twice the first counts, as in Prometheus. Timestamps and
 * exemplars are checked and left aside.
 *
 * @returns in steps, between which others have their turn
 */
export function* readExposition(
	text: string,
	{ openMetrics, wanted, maxSeries }: Rules,
): Generator<undefined, Exposition> {
	const byName = new Map<string, Reading[]>();
	const seen = new Set<string>();
	let count = 0;
	let line = 0;
	let ended = false;
	for (let from = 0; from < text.length; ) {
		const newline = text.indexOf("\n", from);
		const to = newline < 0 ? text.length : newline;
		line += 1;
		if (line % STEP === 0) yield;
		const words = text.slice(from, to);
		from = to + 1;
		if (ended) return { ok: false, why: "broken", line, message: "there is more after # EOF" };
		const trimmed = openMetrics ? words : words.trimStart();
		if (trimmed === "") {
			if (openMetrics) return { ok: false, why: "broken", line, message: "an empty line" };
			continue;
		}
		if (trimmed.startsWith("#")) {
			if (openMetrics && trimmed === "# EOF") ended = true;
			else {
				const message = commentFault(trimmed, openMetrics);
				if (message !== undefined) return { ok: false, why: "broken", line, message };
			}
			continue;
		}
		const sample = readSample(trimmed, openMetrics);
		if (typeof sample === "string") {
			// The last line of a text that breaks off is no mistake of whoever wrote it.
			const why = newline < 0 ? "cut" : "broken";
			return { ok: false, why, line, message: sample };
		}
		count += 1;
		if (count > maxSeries) {
			return { ok: false, why: "many", line, message: `more than ${maxSeries} series, the limit of max_series` };
		}
		if (wanted && !wanted.has(sample.name)) continue;
		const key = seriesKey(sample);
		if (seen.has(key)) continue;
		seen.add(key);
		const readings = byName.get(sample.name);
		if (readings) readings.push(sample);
		else byName.set(sample.name, [sample]);
	}
	if (openMetrics && !ended) return { ok: false, why: "cut", line, message: "the line # EOF is missing" };
	return { ok: true, byName, count };
}

/** A text that is the same for the same series, whatever the order of its labels. */
export function seriesKey({ name, labels }: Pick<Reading, "name" | "labels">): string {
	const pairs = Object.keys(labels).sort();
	return pairs.length === 0 ? name : `${name}${JSON.stringify(pairs.map((label) => [label, labels[label]]))}`;
}

/** What is wrong with a line that begins with #. Other comments than these are free. */
function commentFault(line: string, openMetrics: boolean): string | undefined {
	const [, word, rest = ""] =
		(openMetrics ? /^# (HELP|TYPE|UNIT) (.*)$/ : /^#[ \t]*(HELP|TYPE)[ \t]+(.*)$/).exec(line) ?? [];
	if (word === undefined) return openMetrics ? `a comment that is neither HELP, TYPE, UNIT nor EOF` : undefined;
	const [, name, more = ""] = /^("(?:[^"\\]|\\.)*"|[^ \t]+)(?:[ \t]+(.*))?$/.exec(rest) ?? [];
	if (name === undefined || !(name.startsWith('"') || isWhole(NAME, name))) return `${word} without a name of a metric`;
	if (word !== "TYPE") return undefined;
	const types = openMetrics ? OPEN_TYPES : TYPES;
	return types.includes(more.trim()) ? undefined : `unknown type ${shown(more.trim())}`;
}

/** Reads one line, or says what is wrong with it. */
function readSample(line: string, openMetrics: boolean): Reading | string {
	let at = 0;
	let name: string | undefined;
	let labels: Record<string, string> = NO_LABELS;
	NAME.lastIndex = 0;
	if (NAME.test(line)) {
		at = NAME.lastIndex;
		name = line.slice(0, at);
	} else if (!line.startsWith("{")) return `no name of a metric: ${shown(line)}`;
	const before = at;
	while (!openMetrics && (line[at] === " " || line[at] === "\t")) at += 1;
	if (line[at] === "{") {
		const read = readLabels(line, at + 1, name);
		if (typeof read === "string") return read;
		({ name, labels, at } = read);
	} else if (at === before && line[at] !== " ") return `no value after the name: ${shown(line)}`;
	else at = before;
	if (name === undefined) return `no name of a metric: ${shown(line)}`;
	const tail = (openMetrics ? OPEN_TAIL : TAIL).exec(line.slice(at));
	if (!tail) return `no value: ${shown(line)}`;
	const value = readNumber(tail[1] as string);
	if (value === undefined) return `no number: ${shown(tail[1] as string)}`;
	if (openMetrics && tail.slice(2).some((word) => word !== undefined && readNumber(word) === undefined)) {
		return `no number in the timestamp or exemplar: ${shown(line)}`;
	}
	return { name, labels, value };
}

const NO_LABELS: Record<string, string> = Object.freeze({});

/** Reads labels from behind the opening brace to behind the closing one. */
function readLabels(
	line: string,
	start: number,
	given: string | undefined,
): { name: string | undefined; labels: Record<string, string>; at: number } | string {
	const labels: Record<string, string> = {};
	let name = given;
	let at = start;
	for (let isFirst = true; ; isFirst = false) {
		while (line[at] === " " || line[at] === "\t") at += 1;
		if (line[at] === "}") return { name, labels, at: at + 1 };
		LABEL.lastIndex = at;
		QUOTED.lastIndex = at;
		const plain = LABEL.exec(line);
		const [label, value] = plain ? plain.slice(1) : (QUOTED.exec(line)?.slice(1) ?? []);
		if (label === undefined) return `no label: ${shown(line.slice(at))}`;
		at = plain ? LABEL.lastIndex : QUOTED.lastIndex;
		if (value === undefined) {
			if (!isFirst || name !== undefined) return `a label without a value: ${shown(label)}`;
			name = unescaped(label);
		} else {
			const known = plain ? label : unescaped(label);
			if (Object.hasOwn(labels, known)) return `the label ${shown(known)} twice`;
			define(labels, known, unescaped(value));
		}
		if (line[at] === ",") at += 1;
		else if (line[at] !== "}") return `neither a comma nor } after a label: ${shown(line.slice(at))}`;
	}
}

/** A label may be called __proto__. */
function define(labels: Record<string, string>, name: string, value: string): void {
	if (name === "__proto__") Object.defineProperty(labels, name, { value, enumerable: true });
	else labels[name] = value;
}

function unescaped(text: string): string {
	if (!text.includes("\\")) return text;
	return text.replace(/\\([\\"n])/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
}

/** Reads a number as Prometheus writes it, also NaN and +Inf; undefined where it is none. */
export function readNumber(word: string): number | undefined {
	if (NUMBER.test(word)) {
		// A number that is too large is a mistake to Go, not infinite.
		const number = Number(word);
		return Number.isFinite(number) ? number : undefined;
	}
	if (/^nan$/i.test(word)) return Number.NaN;
	const sign = INFINITE.exec(word)?.[1];
	if (sign === undefined) return undefined;
	return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function isWhole(pattern: RegExp, text: string): boolean {
	pattern.lastIndex = 0;
	return pattern.test(text) && pattern.lastIndex === text.length;
}

/** Enough of a line to find it again. */
function shown(text: string): string {
	return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
