import { Cron } from "croner";
import * as z from "zod";
import { duration } from "../model/duration.ts";
import { matchOptions } from "./route.ts";

const ONCE = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** Calendars are patient: a 30 February would become a day in March. */
function isDay(text: string): boolean {
	const [year = 0, month = 0, day = 0] = (ONCE.exec(text) ?? []).slice(1, 4).map(Number);
	const date = new Date(Date.UTC(year, month - 1, day));
	return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** One entry under `maintenance:`. */
export const windowOptions = z.strictObject({
	name: z.string().min(1),
	match: matchOptions.default({}),
	cron: z
		.string()
		.optional()
		.describe("When it begins, again and again, in local time of the zone, such as 0 2 * * SUN."),
	from: z
		.string()
		.regex(ONCE, "is not a local time such as 2026-12-24T22:00")
		.refine(isDay, "is no day of the calendar")
		.optional()
		.describe("Instead of cron: when it begins, once, in local time of the zone, such as 2026-12-24T22:00."),
	for: duration().describe("How long it lasts."),
	timezone: z.string().default("UTC").describe("IANA zone, such as Europe/Paris."),
});
/** A window has either `cron` or `from`; the configuration sees to that. */
export type WindowOptions = z.output<typeof windowOptions>;

/** Length of a local time without its seconds. */
const MINUTES = "2026-12-24T22:00".length;

/** What is known of a window: its calendar, and the last two beginnings that were looked for. */
interface Known {
	readonly calendar: Cron;
	/** No beginning lies between these two; ms since 1970 UTC. */
	begun: number;
	next: number;
}

const known = new WeakMap<WindowOptions, Known>();

/**
 * Until when a maintenance window that is open at a moment stays open. Evaluated lazily in the local calendar time of its
 * zone, so a change of the clocks there moves its beginning but not its length.
 *
 * @returns ms since 1970 UTC, or undefined where it is not open
 */
export function openUntil(window: WindowOptions, at: number): number | undefined {
	// The latest beginning that is not in the future decides: beginnings may follow each other faster than they last.
	const end = latestBeginning(window, at) + window.for;
	return at < end ? end : undefined;
}

/** The next moments at which a window begins, later than `at`; ms since 1970 UTC. */
export function nextBeginnings(window: WindowOptions, at: number, most: number): readonly number[] {
	return calendarOf(window)
		.nextRuns(most, new Date(at))
		.map((run) => run.getTime());
}

/** A moment of its own is a calendar with one entry. */
function calendarOf({ cron, from = "", timezone }: WindowOptions): Cron {
	return new Cron(cron ?? (from.length > MINUTES ? from : `${from}:00`), { timezone, paused: true });
}

/** Calendar arithmetic is dear and asked for at every decision, so what holds until the next beginning is kept. */
function latestBeginning(window: WindowOptions, at: number): number {
	let one = known.get(window);
	if (!one) {
		one = { calendar: calendarOf(window), begun: Number.POSITIVE_INFINITY, next: Number.NEGATIVE_INFINITY };
		known.set(window, one);
	}
	if (at < one.begun || at >= one.next) {
		// croner counts in whole seconds and leaves out the reference itself, hence the second more and the second result.
		const runs = one.calendar.previousRuns(2, new Date(at + 1_000)).map((run) => run.getTime());
		one.begun = runs.find((run) => run <= at) ?? Number.NEGATIVE_INFINITY;
		one.next = one.calendar.nextRun(new Date(at))?.getTime() ?? Number.POSITIVE_INFINITY;
	}
	return one.begun;
}
