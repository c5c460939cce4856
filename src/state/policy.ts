import * as z from "zod";
import { duration } from "../model/duration.ts";

/** The part of a check that says how sure one must be: `fail_after`, `retry_every`, `recover_after`. */
export const policyOptions = {
	fail_after: z.int().min(1).max(100).default(3).describe("This many bad samples in a row before anyone is told."),
	retry_every: duration()
		.optional()
		.describe("Quicker looks while unsure (pending or recovering). Default: the check's own interval."),
	recover_after: z
		.int()
		.min(1)
		.max(100)
		.default(2)
		.describe("This many good samples in a row before it counts as over."),
} as const;

/** How many samples it takes to change one's mind. */
export interface Policy {
	readonly failAfter: number;
	readonly recoverAfter: number;
	/** Longest time between two samples of one streak, ms; a longer gap restarts the streaks. */
	readonly gapMs: number;
}
