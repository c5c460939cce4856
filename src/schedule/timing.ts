import * as z from "zod";
import { duration } from "../model/duration.ts";

/** The part of a check that says when: `every` or `cron` with `timezone`, and `timeout`. */
export const timingOptions = {
	every: duration().optional().describe("Interval between two starts, such as 30s."),
	cron: z.string().optional().describe("Instead of every: five or six cron fields, such as */5 * * * *."),
	timezone: z.string().optional().describe("IANA zone of cron, such as Europe/Paris. Default: UTC."),
	timeout: duration().optional().describe("A run is cut off after this. Default: 80 % of the interval, at most 10s."),
	exclusive: z
		.string()
		.regex(/^[\w-]+$/, "is no single word")
		.optional()
		.describe("Checks with the same word here run one at a time on an instance: for slow work that loads DSS."),
} as const;

/** When a check is due. */
export type Timing = { readonly every: number } | { readonly cron: string; readonly timezone: string };
