import { closeSync, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { journalLine, writesToJournal } from "../../src/cli/journal.ts";
import { createLog } from "../../src/log.ts";
import { aFolder } from "../support/folder.ts";

test("every line of the log gets the level of syslog that fits its own", () => {
	const lines: string[] = [];
	const log = createLog(
		(line) => lines.push(journalLine(line)),
		"debug",
		() => (text) => text,
	);
	log.error({}, "a");
	log.warn({}, "b");
	log.info({}, "c");
	log.debug({}, "d");
	expect(lines.map((line) => line.slice(0, 3))).toEqual(["<3>", "<4>", "<6>", "<7>"]);
	expect(lines.map((line) => (JSON.parse(line.slice(3)) as { msg: string }).msg)).toEqual(["a", "b", "c", "d"]);
});

test("the log goes into the journal only where stderr is the stream that systemd has named", () => {
	const fd = openSync(join(aFolder(), "stream"), "w");
	const { dev, ino } = fstatSync(fd);
	expect(writesToJournal({ JOURNAL_STREAM: `${dev}:${ino}` }, fd)).toBe(true);
	expect(writesToJournal({ JOURNAL_STREAM: `${dev}:${ino + 1}` }, fd)).toBe(false);
	expect(writesToJournal({}, fd)).toBe(false);
	closeSync(fd);
	expect(writesToJournal({ JOURNAL_STREAM: `${dev}:${ino}` }, fd)).toBe(false);
});
