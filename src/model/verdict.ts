import type { Cause } from "./cause.ts";

/** The levels of a verdict, from best to worst as Nagios and Icinga rank them for people. */
export const LEVELS = ["ok", "unknown", "warning", "critical"] as const;
export type Level = (typeof LEVELS)[number];

/** The judged sample. */
export interface Verdict {
	readonly level: Level;
	/** What is to blame; absent when the level is ok. */
	readonly cause?: Cause;
	/** One line for people: what was seen. */
	readonly summary: string;
	/** The conditions that failed, worst first, as the user wrote them, with what was seen instead. */
	readonly failed: readonly string[];
	/** Which of those speak of a threshold that is exceeded, by the name of its value; absent where none does. */
	readonly exceeded?: Exceeded;
}

/** Words about thresholds, by the name of the value. */
export type Exceeded = Readonly<Record<string, string>>;

/** True where `a` is worse than `b`. */
export function isWorse(a: Level, b: Level): boolean {
	return LEVELS.indexOf(a) > LEVELS.indexOf(b);
}

/** Exit codes and values of the Nagios plugin guidelines: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
export const LEVEL_CODE: Readonly<Record<Level, 0 | 1 | 2 | 3>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };
