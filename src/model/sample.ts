import type { CauseCode } from "./cause.ts";
import type { Redact } from "./secret.ts";

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
	/** What was seen, in one line for people; absent where the values say it. Never kept. */
	readonly seen?: string;
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
	/** May be missing while all is well; then it is not zero. */
	readonly isOptional?: true;
	/** What an exceeded threshold on this value, or a condition that fails by it, points to. */
	readonly blames?: CauseCode;
}

/** The values of a kind, by name. */
export type ValueTypes = Readonly<Record<string, ValueType>>;

/** Base units of values, by name; a name that is missing has none. */
export type Units = Readonly<Record<string, "s" | "B" | "d">>;

const unitsByTypes = new WeakMap<ValueTypes, Units>();

/** The units of a kind's values; made once for each kind. */
export function unitsOf(types: ValueTypes): Units {
	let units = unitsByTypes.get(types);
	if (!units) {
		units = Object.fromEntries(Object.entries(types).flatMap(([name, { unit }]) => (unit ? [[name, unit]] : [])));
		unitsByTypes.set(types, units);
	}
	return units;
}

/** A server may echo what it was sent; nothing that is kept or shown may hold a secret. */
export function redacted(sample: Sample, redact: Redact): Sample {
	const values = Object.fromEntries(
		Object.entries(sample.values).map(([name, value]) => [name, typeof value === "string" ? redact(value) : value]),
	);
	return {
		...sample,
		values,
		...(sample.seen !== undefined && { seen: redact(sample.seen) }),
		...(sample.fault && { fault: { ...sample.fault, text: redact(sample.fault.text) } }),
	};
}
