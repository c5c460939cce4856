import * as z from "zod";
import { duration } from "../model/duration.ts";

/** Longest window of `k of n`: its samples are remembered as bits. */
const MOST_OF = 30;
const OF = /^(\d{1,2}) of (\d{1,2})$/;
const OF_RULE = `is neither a number from 1 to 100 nor such as "3 of 5" (of at most ${MOST_OF})`;

/** `3`: three in a row. `3 of 5`: three of the last five. */
const failAfter = z
	.union([z.int().min(1).max(100), z.string().regex(OF, OF_RULE)], { error: OF_RULE })
	.transform((given, context) => {
		if (typeof given === "number") return { bad: given, of: given };
		const [bad = 0, of = 0] = (OF.exec(given) ?? []).slice(1).map(Number);
		if (bad >= 1 && bad <= of && of <= MOST_OF) return { bad, of };
		context.issues.push({ code: "custom", input: given, message: OF_RULE });
		return z.NEVER;
	});

/** The part of a check that says how sure one must be: `fail_after`, `retry_every`, `recover_after`. */
export const policyOptions = {
	fail_after: failAfter
		.prefault(3)
		.describe("This many bad samples in a row before anyone is told; or so many of the last few, such as 3 of 5."),
	retry_every: duration()
		.optional()
		.describe("Quicker looks while unsure (pending or recovering). Default: the check's own interval."),
	recover_after: z
		.int()
		.min(1)
		.max(100)
		.default(2)
		.describe("This many good samples in a row before it counts as over."),
	flapping: z
		.boolean()
		.default(true)
		.describe(
			"One message when the alert goes to and fro, and one when it has calmed down, instead of one for each turn.",
		),
} as const;

/** How many samples it takes to change one's mind. */
export interface Policy {
	/** This many bad samples fire, … */
	readonly failAfter: number;
	/** … among the last so many; without it in a row. */
	readonly failOf?: number;
	readonly recoverAfter: number;
	/** So many looks in a row must break off before that counts: one may be a blip. Absent where `failAfter` asks for as many. */
	readonly faultAfter?: number;
	/** Whether an alert that goes to and fro is told as one; false: its turns do not count. */
	readonly flapping?: boolean;
	/** Longest time between two samples of one streak, ms; a longer gap restarts the streaks. */
	readonly gapMs: number;
}

/** What looks need beyond their timeouts on a busy machine: starting, letting go, judging, ms. */
export const BUSY_MS = 2_000;

/** How many looks in a row must break off before anyone is told: what a look measured is a fact, why it could not may be a blip. */
export function faultsNeeded({ failAfter, faultAfter = failAfter }: Pick<Policy, "failAfter" | "faultAfter">): number {
	return Math.max(failAfter, faultAfter);
}

/** Longest time from a check's first bad look to a firm state, ms. */
export function confirmMs(check: {
	readonly timeoutMs: number;
	readonly retryEveryMs: number;
	readonly policy: Policy;
}): number {
	return BUSY_MS + check.timeoutMs + (faultsNeeded(check.policy) - 1) * Math.max(check.retryEveryMs, check.timeoutMs);
}
