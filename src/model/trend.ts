import { DAY_MS } from "./duration.ts";

/** How much was used at one moment. */
export type UsedAt = readonly [atMs: number, bytes: number];

const HOUR_MS = 3_600_000;

/** From less than this nothing is foretold, ms: what the load of one night adds may be gone in the morning. */
const SHORTEST_MS = DAY_MS;
const FEWEST = 6;
/** How far apart two points of a pair are, ms. */
const NEAREST_MS = 20 * HOUR_MS;
const FARTHEST_MS = 28 * HOUR_MS;

/**
 * How much a disk or a directory fills up in a day, from what was used over the last days. Pure.
 *
 * It is the median of the slopes between pairs of points, after Theil and Sen, so a few odd points weigh nothing. The
 * pairs lie a day apart: that cancels the rhythm of day and night, and a single clean-up then touches only the pairs
 * of one day and not, as among all pairs, up to half of them.
 *
 * @param points oldest first
 * @returns bytes a day, negative where it empties; undefined where there is too little to go by
 */
export function growthPerDay(points: readonly UsedAt[]): number | undefined {
	const [first, last] = [points[0], points.at(-1)];
	if (!first || !last || points.length < FEWEST || last[0] - first[0] < SHORTEST_MS) return undefined;
	const range = last[0] - first[0];
	const slopes: number[] = [];
	for (const [index, [from, before]] of points.entries()) {
		for (const [to, after] of points.slice(index + 1)) {
			const apart = to - from;
			if (apart > FARTHEST_MS) break;
			if (apart >= NEAREST_MS) slopes.push(((after - before) / apart) * DAY_MS);
		}
	}
	// Days without a single look between them: then any pair is better than none.
	if (slopes.length === 0) slopes.push(((last[1] - first[1]) / range) * DAY_MS);
	return median(slopes);
}

/**
 * When what grows as it did reaches a limit, in days; 0 where it is there already.
 *
 * @returns undefined where it does not grow
 */
export function daysUntil(limit: number, used: number, growth: number | undefined): number | undefined {
	if (used >= limit) return 0;
	return growth !== undefined && growth > 0 ? (limit - used) / growth : undefined;
}

/** The middle of some numbers; of an even count the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
	const sorted = numbers.toSorted((a, b) => a - b);
	const middle = sorted.length >> 1;
	const upper = sorted[middle] ?? 0;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Adds a point, so that at most `most` of them, evenly spread, cover the last `spanMs`. What lies in the future, after a clock
 * was set back, is dropped.
 */
export function addPoint(points: readonly UsedAt[], now: UsedAt, spanMs: number, most: number): readonly UsedAt[] {
	const kept = points.filter(([at]) => at > now[0] - spanMs && at <= now[0]);
	const last = kept.at(-1);
	return last && now[0] - last[0] < spanMs / most ? kept : [...kept, now];
}
