import type { BadLevel } from "../model/alert.ts";
import type { Threshold } from "./rules.ts";

/**
 * Holds a value against its limits, with hysteresis: once exceeded, it counts as bad until it is back beyond `recover`.
 *
 * @param before the level it was raised to by the sample before, if any
 * @returns the level, or undefined where the value is good
 */
export function levelOf(value: number, limits: Threshold, before: BadLevel | undefined): BadLevel | undefined {
	const beyond = (limit: number) => (limits.bad === "above" ? value > limit : value < limit);
	if (limits.critical !== undefined && beyond(limits.critical)) return "critical";
	if (limits.warning !== undefined && beyond(limits.warning)) return "warning";
	const recover = limits.recover;
	if (before === undefined || recover === undefined || !beyond(recover)) return undefined;
	// Between the recovery limit and the lowest one it stays at the lowest level there is.
	return limits.warning === undefined ? "critical" : "warning";
}

/** A limit with its unit, for people: `2 s`, `80`. */
export function showLimit(limits: Threshold, level: BadLevel): number {
	return (level === "critical" ? limits.critical : limits.warning) ?? limits.warning ?? (limits.critical as number);
}
