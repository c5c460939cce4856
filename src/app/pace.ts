/** When the last runs began is remembered for so many of them. */
const REMEMBERED = 6;
/** So many of the usual pauses may pass between two runs before their samples are no streak any more. */
const GAP_PAUSES = 3;
/** Fewer pauses than this say nothing of a habit that is worth a word to somebody. */
const HABIT = 3;

/** Runs that should have been there. */
export interface Missed {
	/** Since the last run, ms. */
	readonly sinceMs: number;
	/** Between two runs as a rule, ms. */
	readonly usualMs: number;
	readonly runs: number;
}

/** The runs to remember after one more. All are starts, ms since 1970 UTC, oldest first. */
export function withRun(before: readonly number[], now: number): readonly number[] {
	return [...before, now].slice(-REMEMBERED);
}

/** A pause that ends a streak, ms: three of the usual ones; endless where none is known yet. */
export function longestPause(before: readonly number[]): number {
	const usualMs = usualPause(before);
	return usualMs === undefined ? Number.POSITIVE_INFINITY : GAP_PAUSES * usualMs;
}

/** What was missed before the run that begins now, where the runs before had a habit. */
export function missedRuns(before: readonly number[], now: number): Missed | undefined {
	const [last, usualMs] = [before.at(-1), usualPause(before)];
	if (last === undefined || usualMs === undefined || pausesOf(before).length < HABIT) return undefined;
	const sinceMs = now - last;
	if (sinceMs <= GAP_PAUSES * usualMs) return undefined;
	return { sinceMs, usualMs, runs: Math.round(sinceMs / usualMs) - 1 };
}

/** The median: neither a run by hand in between nor a night without any makes a new habit. */
function usualPause(before: readonly number[]): number | undefined {
	const pauses = pausesOf(before).toSorted((a, b) => a - b);
	return pauses[Math.floor(pauses.length / 2)];
}

/** A clock that was set back is no pause. */
function pausesOf(runs: readonly number[]): readonly number[] {
	return runs
		.slice(1)
		.map((run, index) => run - (runs[index] as number))
		.filter((pause) => pause > 0);
}
