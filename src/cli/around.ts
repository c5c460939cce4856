import { readFileSync } from "node:fs";
import type { Surroundings } from "../app/parts.ts";
import { systemClock } from "../clock.ts";
import { createLog, type LogLevel } from "../log.ts";
import type { Redact } from "../model/secret.ts";
import type { Io } from "./io.ts";
import { journalLine, writesToJournal } from "./journal.ts";
import { readableLine } from "./readable-log.ts";

/**
 * The real surroundings of the program: the system's clock, randomness and files, and a log on `err`: lines for a person at
 * a terminal, JSON for everyone else (containers, files), in the journal with the level that it sorts by.
 */
export function surroundings(io: Io, level: LogLevel, redact: () => Redact): Surroundings {
	const { terminal } = io;
	const forMachines = writesToJournal(io.env) ? journalLine : (line: string) => line;
	const write = (line: string) =>
		terminal.err(terminal.isPerson ? readableLine(line, terminal) : forMachines(line.trimEnd()));
	return {
		clock: systemClock,
		log: createLog(write, level, redact),
		random: Math.random,
		readText: (path) => readFileSync(path, "utf8"),
	};
}
