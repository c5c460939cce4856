import type { Problem } from "../config/problems.ts";
import type { Finding, FindingLevel } from "../examine/examination.ts";
import type { Result } from "../examine/round.ts";
import { formatDuration } from "../model/duration.ts";
import { oneLine } from "../notify/words.ts";
import { EXIT } from "./exit.ts";
import type { Style, Terminal } from "./terminal.ts";

const STYLE: Readonly<Record<FindingLevel, Style>> = {
	ok: "good",
	skipped: "dim",
	warning: "warn",
	critical: "bad",
};

const WORD: Readonly<Record<FindingLevel, string>> = {
	ok: "OK",
	skipped: "-",
	warning: "WARNING",
	critical: "CRITICAL",
};

/** Columns of the level and of the name of the examination. */
const LEVEL_WIDTH = 10;
const LONGEST_NAME = 14;
/** A line is never squeezed into less. */
const NARROWEST = 30;
/** Lines longer than this are hard to read, however wide the terminal is. */
const WIDEST = 140;

/** One block for each section: level, examination, what was seen, and below what is wrong what to do about it. */
export function report(results: readonly Result[], terminal: Terminal): string {
	const longest = Math.min(LONGEST_NAME, Math.max(0, ...results.map(({ examination }) => examination.length)));
	const blocks = Map.groupBy(results, ({ section }) => section);
	return [...blocks]
		.map(([section, own]) =>
			[
				terminal.paint("strong", section),
				...own
					.filter((result) => causeOf(result) === undefined)
					.flatMap(({ examination, findings }) =>
						findings.flatMap((finding, index) => linesOf(index === 0 ? examination : "", finding, longest, terminal)),
					),
				...leftOut(own).flatMap((finding) => linesOf("", finding, longest, terminal)),
			].join("\n"),
		)
		.join("\n\n");
}

/** What a finding before them has made senseless stands in one line. */
function leftOut(own: readonly Result[]): readonly Finding[] {
	const names = own.filter((result) => causeOf(result) !== undefined).map(({ examination }) => examination);
	return names.length === 0 ? [] : [{ level: "skipped", seen: `not examined because of that: ${names.join(", ")}` }];
}

function causeOf({ findings }: Result): string | undefined {
	const [first] = findings;
	return first?.level === "skipped" ? first.because : undefined;
}

function linesOf(name: string, finding: Finding, longest: number, terminal: Terminal): readonly string[] {
	const { level, seen } = finding;
	const indent = 2 + LEVEL_WIDTH + longest + 2;
	const room = terminal.isPerson ? Math.max(NARROWEST, Math.min(WIDEST, terminal.width) - indent) : undefined;
	const word = terminal.paint(STYLE[level], WORD[level].padEnd(LEVEL_WIDTH));
	const blank = " ".repeat(indent);
	// A long name takes a line of its own, as far as people read it.
	const isLong = terminal.isPerson && name.length > longest;
	const head = isLong ? [`  ${word}${name}`] : [];
	const first = `  ${isLong ? " ".repeat(LEVEL_WIDTH) : word}${(isLong ? "" : name).padEnd(longest)}  `;
	const [begin = "", ...rest] = wrap(oneLine(seen, 1_000), room);
	const paint = (text: string) => (level === "skipped" ? terminal.paint("dim", text) : text);
	const lines = [...head, `${first}${paint(begin)}`, ...rest.map((line) => `${blank}${paint(line)}`)];
	if (!("todo" in finding)) return lines;
	const todo = wrap(oneLine(finding.todo, 1_000), room === undefined ? undefined : room - 3);
	return [
		...lines,
		...todo.map((line, index) => `${blank}${index === 0 ? terminal.paint("strong", "→ ") : "  "}${line}`),
	];
}

/** Breaks a text at spaces; a word that is too long stays whole, so that paths and addresses can be copied. */
function wrap(text: string, room: number | undefined): readonly string[] {
	if (room === undefined) return [text];
	const lines: string[] = [];
	for (const word of text.split(" ")) {
		const last = lines.at(-1);
		if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
		else lines[lines.length - 1] = `${last} ${word}`;
	}
	return lines;
}

/** Where it is critical, for whoever sees the end of a long report first; the counts, and what was done to the world. */
export function closingLine(results: readonly Result[], ms: number, sent: boolean, terminal: Terminal): string {
	const of = (level: FindingLevel) =>
		results.flatMap(({ findings }) => findings).filter((finding) => finding.level === level).length;
	const parts = (["critical", "warning", "ok", "skipped"] as const)
		.map((level) => ({ level, amount: of(level) }))
		.filter(({ amount, level }) => amount > 0 || level === "ok")
		.map(({ level, amount }) => {
			const text = level === "skipped" ? `${amount} not examined` : `${amount} ${level}`;
			return level === "critical" || level === "warning" ? terminal.paint(STYLE[level], text) : text;
		});
	const where = results
		.filter(({ findings }) => findings.some(({ level }) => level === "critical"))
		.map(({ section, examination }) => `${section}, ${examination}`);
	const first = where.length > 0 ? `${terminal.paint("bad", "Critical:")} ${where.join("; ")}.\n` : "";
	const done = sent ? "One message was sent over each channel" : "Nothing was sent";
	return `${first}${parts.join(", ")}, in ${formatDuration(ms)}. ${done}, nothing was changed.`;
}

export function jsonReport(results: readonly Result[], problems: readonly Problem[]): object {
	return {
		level: worstOf(results),
		findings: results.flatMap(({ section, examination, findings }) =>
			findings.map((finding) => ({
				section,
				examination,
				level: finding.level,
				seen: finding.seen,
				todo: "todo" in finding ? finding.todo : null,
			})),
		),
		problems: problems.map(({ severity, file, line, column, message, hint }) => ({
			severity,
			file,
			line,
			column,
			message,
			...(hint !== undefined && { hint }),
		})),
	};
}

/** 0, 1 or 2 by the worst finding; what was not examined says nothing. */
export function exitOf(results: readonly Result[]): number {
	return EXIT[worstOf(results)];
}

function worstOf(results: readonly Result[]): "ok" | "warning" | "critical" {
	const levels = new Set(results.flatMap(({ findings }) => findings.map(({ level }) => level)));
	return levels.has("critical") ? "critical" : levels.has("warning") ? "warning" : "ok";
}
