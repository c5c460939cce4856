import { Cron } from "croner";
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

const calendars = new WeakMap<WindowOptions, Cron>();

/**
 * Until when a maintenance window that is open at a moment stays open. Evaluated lazily in the local calendar time of its
 * zone, so a change of the clocks there moves its beginning but not its length.
 *
 * @returns ms since 1970 UTC, or undefined where it is not open
 */
export function openUntil(window: WindowOptions, at: number): number | undefined {
	let calendar = calendars.get(window);
	if (!calendar) {
		calendar = new Cron(window.cron, { timezone: window.timezone, paused: true });
		calendars.set(window, calendar);
	}
	// The latest beginning that is not in the future decides: beginnings may follow each other faster than they last.
	// croner counts in whole seconds and leaves out the reference itself, hence the second more and the second result.
	const begun = calendar
		.previousRuns(2, new Date(at + 1_000))
		.map((run) => run.getTime())
		.find((run) => run <= at);
	if (begun === undefined) return undefined;
	const end = begun + window.for;
	return at < end ? end : undefined;
}
