import { LEVELS, type Level } from "../model/verdict.ts";
import { LEVEL_STYLE, type Style, type Terminal } from "./terminal.ts";

/** How urgent a line of the log itself is. */
const STYLES: Readonly<Record<string, Style>> = { warn: "warn", error: "bad" };

/** Fields that a person does not need, because the line shows them in its own way or they serve machines. */
const HIDDEN = new Set(["level", "time", "msg", "check", "verdict", "change", "cause", "notification"]);

/** Changes of an alert that are news; the others are steps on the way and are shown faintly. */
const NEWS = new Set(["fired", "worsened", "eased", "resolved"]);

/**
 * Turns one line of the log (JSON) into a line for people: the time, what happened, and the fields behind it.
 *
 * A state change of an alert reads `12:00:07  CRITICAL  design/get-configuration fired: nginx up, DSS backend down`.
 */
export function readableLine(line: string, terminal: Terminal): string {
	let entry: Record<string, unknown>;
	try {
		entry = JSON.parse(line) as Record<string, unknown>;
	} catch {
		return line.trimEnd();
	}
	const { paint } = terminal;
	const time = paint("dim", String(entry["time"] ?? "").slice(11, 19));
	const fields = paint("dim", fieldsOf(entry));
	const verdict = LEVELS.find((level) => level === entry["verdict"]);
	if (verdict && entry["check"] && entry["change"])
		return `${time}  ${changeLine(entry, verdict, terminal)} ${fields}`.trimEnd();
	const style = STYLES[String(entry["level"])];
	const says = `${entry["check"] ? `${entry["check"]}: ` : ""}${entry["msg"] ?? ""}`;
	return `${time}  ${style ? paint(style, says) : says} ${fields}`.trimEnd();
}

function changeLine(entry: Record<string, unknown>, verdict: Level, { paint }: Terminal): string {
	const { check, change, cause } = entry;
	const says = `${check} ${change}${cause && verdict !== "ok" ? `: ${cause}` : ""}`;
	if (!NEWS.has(String(change))) return `${paint("dim", verdict.toUpperCase().padEnd(8))}  ${says}`;
	return paint(LEVEL_STYLE[verdict], `${verdict.toUpperCase().padEnd(8)}  ${says}`);
}

function fieldsOf(entry: Record<string, unknown>): string {
	return Object.entries(entry)
		.filter(([name, value]) => !HIDDEN.has(name) && value !== undefined)
		.map(([name, value]) =>
			name === "reason" ? `(${value})` : `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
		)
		.join(" ");
}
