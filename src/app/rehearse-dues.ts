import type { Check } from "../config/checks.ts";
import { nextCron } from "../schedule/cron.ts";
import { firstLookMs, slotCount, slotOf } from "../schedule/grid.ts";

/** Why a check is looked at; see `schedule/runs.ts`. */
type LookReason = "regular" | "first" | "soon";

/** When one check is looked at, by the rules of `schedule/schedule.ts`; all moments in ms since the beginning. */
export interface Dues {
	/** The next look, Infinity where none will come. */
	next(): number;
	/**
	 * Takes the look that is due now; undefined where it is missed because the check still runs, or served by one that was
	 * made shortly before.
	 */
	take(now: number, isRunning: boolean): LookReason | undefined;
	/** Asks for a look; of two the earlier wins. */
	ask(at: number): void;
	/** Whether a look was asked for. */
	isAsked(): boolean;
	/** Leaves out all regular looks but the last one before a moment. */
	skipTo(moment: number): void;
}

/**
 * @param beginsAt wall clock at the beginning, for cron
 */
export function duesOf({ key, timing }: Pick<Check, "key" | "timing">, beginsAt: number): Dues {
	const everyMs = "every" in timing ? timing.every : undefined;
	const offset = everyMs === undefined ? 0 : (slotOf(key, everyMs) * everyMs) / slotCount(everyMs);
	let regular = everyMs === undefined ? upcoming(0) : offset;
	let asked = everyMs === undefined ? Number.POSITIVE_INFINITY : firstLookMs(key, everyMs);
	let askedAs: LookReason = "first";
	let servedUntil = Number.NEGATIVE_INFINITY;

	function upcoming(after: number): number {
		if (!("cron" in timing)) return Number.POSITIVE_INFINITY;
		const found = nextCron(timing.cron, timing.timezone, beginsAt + after);
		return found === undefined ? Number.POSITIVE_INFINITY : found - beginsAt;
	}

	return {
		next: () => Math.min(regular, asked),
		take(now, isRunning) {
			if (asked <= now) {
				asked = Number.POSITIVE_INFINITY;
				if (isRunning) return undefined;
				if (everyMs !== undefined) servedUntil = now + everyMs * (askedAs === "first" ? 0.5 : 0.1);
				return askedAs;
			}
			const due = regular;
			regular = everyMs === undefined ? upcoming(due) : due + everyMs;
			if (due < servedUntil || isRunning) return undefined;
			asked = Number.POSITIVE_INFINITY;
			return "regular";
		},
		ask(at) {
			if (asked <= at) return;
			asked = at;
			askedAs = "soon";
		},
		isAsked: () => asked < Number.POSITIVE_INFINITY,
		skipTo(moment) {
			// Looks by the calendar are too few to be worth it.
			if (everyMs === undefined || regular >= moment) return;
			const count = Math.ceil((moment - regular) / everyMs) - 1;
			if (count > 0) regular += count * everyMs;
		},
	};
}
