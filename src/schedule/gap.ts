/** Something was wrong with time itself; what was measured meanwhile says nothing about any target. */
export interface Gap {
	/**
	 * - `stalled`: the program was held up (an overloaded machine, a long collection of garbage, a stopped process).
	 * - `suspended`: the machine slept, or nobody can tell sleep from a clock that was set forward.
	 * - `clock_forward`, `clock_back`: the wall clock was set.
	 */
	readonly kind: "stalled" | "suspended" | "clock_forward" | "clock_back";
	/** How long, or by how much. */
	readonly ms: number;
}

/** The clocks, read at one moment, ms. */
export interface Reading {
	readonly monotonic: number;
	readonly wall: number;
	/** Time since the machine was started, its sleep included. Without it sleep and a clock set forward look alike. */
	readonly sinceBoot?: number;
}

/** Readings a second apart that come this far apart were held up. */
const STALL_MS = 3_000;
/** A clock that runs apart by more than this in one beat was set; slewing by NTP is a thousand times slower. */
const JUMP_MS = 2_000;

/**
 * Compares two successive readings of a regular beat. Pure.
 *
 * On Linux the monotonic clock stands still while the machine sleeps, on other systems it goes on: sleep then shows as
 * a stall.
 *
 * @param everyMs how far apart the readings should be
 * @returns what happened in between, nothing as a rule
 */
export function findGaps(before: Reading, after: Reading, everyMs: number): Gap[] {
	const passed = after.monotonic - before.monotonic;
	const ahead = after.wall - before.wall - passed;
	const slept =
		before.sinceBoot === undefined || after.sinceBoot === undefined
			? Math.max(0, ahead)
			: after.sinceBoot - before.sinceBoot - passed;
	const set = ahead - (slept > JUMP_MS ? slept : 0);

	const gaps: Gap[] = [];
	if (passed > Math.max(STALL_MS, 2 * everyMs)) gaps.push({ kind: "stalled", ms: passed - everyMs });
	if (slept > JUMP_MS) gaps.push({ kind: "suspended", ms: slept });
	if (Math.abs(set) > JUMP_MS) gaps.push({ kind: set > 0 ? "clock_forward" : "clock_back", ms: Math.abs(set) });
	return gaps;
}
