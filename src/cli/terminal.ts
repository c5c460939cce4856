import { styleText } from "node:util";
import type { Level } from "../model/verdict.ts";

/** Where a verb writes, and what the reader at the other end can show. */
export interface Terminal {
	/** The result: what was asked for. */
	out(text: string): void;
	/** What a person wants to know besides: progress, warnings, errors. */
	err(text: string): void;
	/** Shows a line on `err` that the next one replaces, and an empty one removes; absent where nobody would see it. */
	progress?(text: string): void;
	/** A person reads `out`: colour and tables are welcome. */
	readonly isPerson: boolean;
	/** Characters in a line of a person's terminal. */
	readonly width: number;
	paint(style: Style, text: string): string;
}

export type Style = "good" | "warn" | "bad" | "odd" | "dim" | "strong";

const STYLES = {
	good: "green",
	warn: "yellow",
	bad: ["red", "bold"],
	odd: "magenta",
	dim: "dim",
	strong: "bold",
} satisfies Readonly<Record<Style, Parameters<typeof styleText>[0]>>;

/** The process's own terminal. Colours follow NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
export function processTerminal(): Terminal {
	const { stdout, stderr, env } = process;
	const isPerson = stdout.isTTY === true;
	const coloured = env["FORCE_COLOR"]
		? env["FORCE_COLOR"] !== "0"
		: isPerson && !env["NO_COLOR"] && env["TERM"] !== "dumb";
	return {
		out: (text) => void stdout.write(`${text}\n`),
		err: (text) => void stderr.write(`${text}\n`),
		...(stderr.isTTY && {
			progress: (text) => void stderr.write(`\r\u001b[K${text.slice(0, Math.max(0, (stderr.columns ?? 80) - 1))}`),
		}),
		isPerson,
		width: stdout.columns ?? 120,
		paint: (style, text) => (coloured ? styleText(STYLES[style], text, { validateStream: false }) : text),
	};
}

/** The style in which a level is painted. */
export const LEVEL_STYLE: Readonly<Record<Level, Style>> = {
	ok: "good",
	warning: "warn",
	critical: "bad",
	unknown: "odd",
};

/** A cell of a table; `style` colours it for people. */
export interface Cell {
	readonly text: string;
	readonly style?: Style;
	readonly right?: boolean;
}

/**
 * Lays out a table. For people: aligned columns, the last one cut to the width of the terminal. For a pipe: the same
 * without cutting, so that nothing is lost to grep.
 */
export function table(terminal: Terminal, heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
	const widths = heads.map((head, column) =>
		Math.max(head.length, ...rows.map((row) => row[column]?.text.length ?? 0)),
	);
	const last = heads.length - 1;
	const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
	const room = Math.max(20, terminal.width - before);
	const line = (cells: readonly Cell[]): string =>
		cells
			.map(({ text, style, right }, column) => {
				const shown = column === last && terminal.isPerson && text.length > room ? `${text.slice(0, room - 1)}…` : text;
				const width = column === last ? 0 : (widths[column] as number);
				const padded = right ? shown.padStart(width) : shown.padEnd(width);
				return style ? terminal.paint(style, padded) : padded;
			})
			.join("  ")
			.trimEnd();
	return [line(heads.map((text) => ({ text, style: "dim" as const }))), ...rows.map(line)].join("\n");
}
