import { faultsNeeded } from "../state/policy.ts";
import type { Check } from "./checks.ts";
import { longestGap } from "./gaps.ts";

/** The longest way from the beginning of an outage to the decision to page, in its parts, ms. */
export interface Outage {
	/** Until the next look: the outage may begin right after a look that was still good. */
	readonly untilLookMs: number;
	/** Until the first bad sample is there: a run may use its whole timeout. */
	readonly firstSampleMs: number;
	/** Until the deciding sample is there: each further look starts a retry interval after the one before. */
	readonly confirmMs: number;
	readonly totalMs: number;
}

/**
 * Works out the longest time from outage to page of a check in steady state.
 *
 * The outage begins right after a run started that still came out good: the next starts one interval later (with cron, its
 * longest gap), ends a timeout later, and `fail_after − 1` more follow. Runs of a check never overlap, so looks are apart by
 * the retry interval or, where that is shorter, by the timeout. Waits of the route (`group_wait`) and the delivery come on top.
 */
export function outageOf(check: Pick<Check, "timing" | "timeoutMs" | "policy" | "retryEveryMs">): Outage {
	const { timing, timeoutMs, policy, retryEveryMs } = check;
	const untilLookMs = "every" in timing ? timing.every : longestGap(timing.cron, timing.timezone);
	// A retry that comes later than the regular look does not delay it.
	const apartMs = Math.max(Math.min(retryEveryMs, untilLookMs), timeoutMs);
	const confirmMs = (faultsNeeded(policy) - 1) * apartMs;
	return { untilLookMs, firstSampleMs: timeoutMs, confirmMs, totalMs: untilLookMs + timeoutMs + confirmMs };
}

/** The longest time from the beginning of an outage to the decision to page, ms; see `outageOf`. */
export function longestOutageToPage(check: Pick<Check, "timing" | "timeoutMs" | "policy" | "retryEveryMs">): number {
	return outageOf(check).totalMs;
}
