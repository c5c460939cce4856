import * as z from "zod";
import { duration } from "../model/duration.ts";
import { matchOptions } from "./route.ts";

/** One entry under `maintenance:`. */
export const windowOptions = z.strictObject({
	name: z.string().min(1),
	match: matchOptions.default({}),
	cron: z.string().describe("When it begins, in local time of the zone, such as 0 2 * * SUN."),
	for: duration().describe("How long it lasts."),
	timezone: z.string().default("UTC").describe("IANA zone, such as Europe/Paris."),
});
export type WindowOptions = z.output<typeof windowOptions>;
