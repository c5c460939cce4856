import type { Terminal } from "./terminal.ts";

const MARKS = { debug: "dim", info: "dim", warn: "warn", error: "bad" } as const;

/** Fields that say nothing to a person at a terminal. */
const HIDDEN = new Set(["level", "time", "msg"]);

/**
 * Turns one line of the log (JSON) into a line for people: time, what happened, and the fields behind it.
 */
export function readableLine(line: string, terminal: Terminal): string {
	let entry: Record<string, unknown>;
	try {
		entry = JSON.parse(line) as Record<string, unknown>;
	} catch {
		return line.trimEnd();
	}
	const level = (entry["level"] as keyof typeof MARKS) ?? "info";
	const time = String(entry["time"] ?? "").slice(11, 19);
	const fields = Object.entries(entry)
		.filter(([name, value]) => !HIDDEN.has(name) && value !== undefined)
		.map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
		.join(" ");
	const style = MARKS[level] ?? "dim";
	const mark = level === "info" || level === "debug" ? " " : "!";
	return `${terminal.paint("dim", time)} ${terminal.paint(style, `${mark} ${String(entry["msg"] ?? "")}`)} ${terminal.paint("dim", fields)}`.trimEnd();
}
