import * as z from "zod";
import { parseDuration } from "../model/duration.ts";
import { parseSize } from "../model/size.ts";

const badLevel = z.enum(["warning", "critical"]);

/** A limit that was written with a unit; what number that is depends on the unit of the value. */
export type Measure = { readonly seconds: number } | { readonly bytes: number };

const WRONG = "is neither a number, nor a duration such as 2s, nor a size such as 10GB";

/** A limit: a duration (`2s`, `14d`), a size (`10GB`), or a plain number in the value's own unit. */
const limit = z.union([z.number(), z.string()], { error: WRONG }).transform((given, context): number | Measure => {
	if (typeof given === "number") return given;
	const ms = parseDuration(given);
	if (ms !== undefined) return { seconds: ms / 1_000 };
	const bytes = parseSize(given);
	if (bytes !== undefined) return { bytes };
	context.issues.push({ code: "custom", input: given, message: WRONG });
	return z.NEVER;
});

const expectation = z.strictObject({
	that: z.string().describe("CEL expression over the sample; true is good."),
	else: badLevel.default("critical").describe("Level of the verdict when it is false."),
});

export const threshold = z
	.strictObject({
		warning: limit.optional(),
		critical: limit.optional(),
		recover: limit
			.optional()
			.describe("Hysteresis: back to good only on this side of the value. Default: the lowest limit itself."),
		bad: z.enum(["above", "below"]).default("above").describe("Which side of a limit is bad."),
	})
	.refine((given) => given.warning !== undefined || given.critical !== undefined, {
		error: "needs warning, critical or both",
	});

/** The part of a check that says what is good: `expect` and `thresholds`. */
export const rulesOptions = {
	expect: z.array(expectation).optional(),
	thresholds: z.record(z.string(), threshold).default({}),
} as const;

export type Expectation = z.output<typeof expectation>;
/** A threshold as it was written. */
export type Threshold = z.output<typeof threshold>;

/** A threshold in the unit of its value. */
export interface Limits {
	readonly warning?: number | undefined;
	readonly critical?: number | undefined;
	readonly recover?: number | undefined;
	readonly bad: "above" | "below";
}
