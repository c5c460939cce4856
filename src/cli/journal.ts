import { fstatSync } from "node:fs";
import type { Io } from "./io.ts";

/** The levels of syslog, as sd-daemon(3) writes them before a line. */
const PREFIX: Readonly<Record<string, string>> = { error: "<3>", warn: "<4>", info: "<6>", debug: "<7>" };

/** Whether stderr goes straight into systemd's journal: its device and inode stand in JOURNAL_STREAM. */
export function writesToJournal(env: Io["env"], stderr = 2): boolean {
	const stream = env["JOURNAL_STREAM"];
	if (stream === undefined) return false;
	try {
		const { dev, ino } = fstatSync(stderr);
		return stream === `${dev}:${ino}`;
	} catch {
		// A stderr that is closed goes nowhere.
		return false;
	}
}

/** A line of the log (JSON) with its level before it, so that `journalctl -p warning` finds it. */
export function journalLine(line: string): string {
	const [, level = ""] = /^\{"level":"(\w+)"/.exec(line) ?? [];
	return `${PREFIX[level] ?? PREFIX["info"]}${line}`;
}
