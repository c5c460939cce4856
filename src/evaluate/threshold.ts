import type { BadLevel } from "../model/alert.ts";
import type { ValueType } from "../model/sample.ts";
import type { Limits, Measure, Threshold } from "./rules.ts";

const isBeyond = (value: number, limit: number, { bad }: Limits) => (bad === "above" ? value > limit : value < limit);

const SECONDS_A_DAY = 86_400;

/**
 * Reads the limits of a threshold in the unit of its value: `14d` is 1,209,600 for a value in seconds and 14 for one in days.
 *
 * @returns undefined where a duration limits a value that is none, or a size one that has no bytes
 */
export function limitsIn(threshold: Threshold, unit: ValueType["unit"]): Limits | undefined {
	const read = (limit: number | Measure | undefined): number | undefined => {
		if (limit === undefined || typeof limit === "number") return limit;
		if ("bytes" in limit) return unit === "B" ? limit.bytes : Number.NaN;
		return unit === "s" ? limit.seconds : unit === "d" ? limit.seconds / SECONDS_A_DAY : Number.NaN;
	};
	const { warning, critical, recover, bad } = threshold;
	const limits = { warning: read(warning), critical: read(critical), recover: read(recover), bad };
	return [limits.warning, limits.critical, limits.recover].some(Number.isNaN) ? undefined : limits;
}

/**
 * Holds a value against its limits, with hysteresis: once exceeded, it counts as bad until it is back beyond `recover`.
 *
 * @param before the level it was raised to by the sample before, if any
 * @returns the level, or undefined where the value is good
 */
export function levelOf(value: number, limits: Limits, before: BadLevel | undefined): BadLevel | undefined {
	if (limits.critical !== undefined && isBeyond(value, limits.critical, limits)) return "critical";
	if (limits.warning !== undefined && isBeyond(value, limits.warning, limits)) return "warning";
	const recover = limits.recover;
	if (before === undefined || recover === undefined || !isBeyond(value, recover, limits)) return undefined;
	// Between the recovery limit and the lowest one it stays at the lowest level there is.
	return limits.warning === undefined ? "critical" : "warning";
}

/**
 * The limit that explains a level, and on which side of it the value is: that of the level itself or, inside the band of
 * hysteresis, the one that the value has to pass before it is good again.
 */
export function limitOf(value: number, limits: Limits, level: BadLevel): { side: string; limit: number } {
	const limit = level === "critical" ? limits.critical : limits.warning;
	if (limit !== undefined && isBeyond(value, limit, limits)) return { side: limits.bad, limit };
	return { side: `still ${limits.bad}`, limit: limits.recover ?? (limit as number) };
}
