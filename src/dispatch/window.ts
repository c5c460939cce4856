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
export function nextBeginnings({ cron, timezone }: WindowOptions, at: number, most: number): readonly number[] {
	const calendar = new Cron(cron, { timezone, paused: true });
	return calendar.nextRuns(most, new Date(at)).map((run) => run.getTime());
}

/** Calendar arithmetic is dear and asked for at every decision, so what holds until the next beginning is kept. */
function latestBeginning(window: WindowOptions, at: number): number {
	let one = known.get(window);
	if (!one) {
		const calendar = new Cron(window.cron, { timezone: window.timezone, paused: true });
		one = { calendar, begun: Number.POSITIVE_INFINITY, next: Number.NEGATIVE_INFINITY };
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
