import { pino } from "pino";
import type { Redact } from "./model/secret.ts";

/** What the rooms may do with a log. Fields first, then the sentence. */
export interface Log {
	debug(fields: object, message: string): void;
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** A log for tests and for verbs that must not say anything. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Opens the program's log: one JSON object per line (pino), every line passed through `redact` as a whole, so that a
 * secret cannot slip out inside an error text of a library.
 *
 * @param write receives each finished line, with its line feed
 */
export function createLog(write: (line: string) => void, level: LogLevel, redact: () => Redact): Log {
	return pino(
		{
			level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
		},
		{ write: (line: string) => write(redact()(line)) },
	);
}
