import type { CauseCode } from "./cause.ts";

/** A measured value that is kept: numbers in base units (seconds, bytes), never NaN. */
export type Value = number | string | boolean;
export type Values = Readonly<Record<string, Value>>;

/** Why a probe run could not measure all it wanted: the cause, and the words of whoever refused. */
export interface Fault {
	readonly code: CauseCode;
	/** Evidence for people: the error in the words of the system, DSS or the library. Redacted, at most 1,000 characters. */
	readonly text: string;
}

/** The facts of one probe run; not judged. */
export interface Sample {
	/** Wall clock at the start of the run, ms since 1970 UTC. */
	readonly startedAt: number;
	readonly durationMs: number;
	/** What was measured, as far as the run got. */
	readonly values: Values;
	/** Present where the run broke off. */
	readonly fault?: Fault;
	/** Large facts that only conditions look at (JSON body, headers); never kept. */
	readonly facts?: Readonly<Record<string, unknown>>;
}

/** One value that a probe kind can measure, as conditions, thresholds and the documentation know it. */
export interface ValueType {
	/** CEL type: int, double, string, bool, dyn, map<string, string>. */
	readonly type: string;
	/** Base unit of a number: s, B, or none. */
	readonly unit?: "s" | "B" | "d";
	readonly summary: string;
	/** What an exceeded threshold on this value points to. Default: threshold_exceeded. */
	readonly blames?: CauseCode;
}

/** The values of a kind, by name. */
export type ValueTypes = Readonly<Record<string, ValueType>>;
