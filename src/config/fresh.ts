import type { Check } from "./checks.ts";

/** A sample that is older than so many intervals (and the check's timeout) says nothing about now. */
const FRESH_INTERVALS = 2;

/** How long after its start a sample of a check says something about now, ms. */
export function freshMs({ timing, timeoutMs, policy }: Pick<Check, "timing" | "timeoutMs" | "policy">): number {
	return ("every" in timing ? FRESH_INTERVALS * timing.every : policy.gapMs) + timeoutMs;
}
