import { DAY_MS } from "./duration.ts";

/** A quantity at a moment. */
export interface Point {
	/** ms since 1970 UTC. */
	readonly at: number;
	readonly value: number;
}

/** Points that are kept, unless asked otherwise: pairs of them are compared with each other. */
const MOST_POINTS = 60;
/** Fewer say nothing about a trend. */
const LEAST_POINTS = 4;

/** A fall that is so many times larger than every rise is no part of a trend: somebody cleaned up. */
const CLEAN_UP = 2;

/**
 * Growth per day: the median of the slopes between pairs of points (Theil 1950, Sen 1968). One odd measurement does not bend
 * it as it bends a fitted line, and points before and after a clean-up are not compared with each other.
 *
 * @param least what makes a trend: so many points, over so long a time
 * @returns undefined where there is too little to say anything
 */
export function growthPerDay(
	points: readonly Point[],
	least: { readonly points?: number; readonly spanMs?: number } = {},
): number | undefined {
	const { points: leastPoints = LEAST_POINTS, spanMs = 0 } = least;
	const [first, last] = [points[0], points.at(-1)];
	if (!first || !last || points.length < leastPoints || last.at - first.at < spanMs) return undefined;
	const slope = median(betweenCleanUps(points).flatMap(slopesIn));
	return slope === undefined ? undefined : slope * DAY_MS;
}

function slopesIn(points: readonly Point[]): readonly number[] {
	return points.flatMap((a, index) =>
		points.slice(index + 1).flatMap((b) => (b.at > a.at ? [(b.value - a.value) / (b.at - a.at)] : [])),
	);
}

function betweenCleanUps(points: readonly Point[]): readonly (readonly Point[])[] {
	const steps = points.map(({ value }, index) => value - (points[index - 1]?.value ?? value));
	const largestRise = Math.max(...steps);
	if (largestRise <= 0) return [points];
	const cuts = steps.flatMap((step, index) => (-step > CLEAN_UP * largestRise ? [index] : []));
	return [0, ...cuts].map((from, at) => points.slice(from, cuts[at]));
}

/**
 * When a quantity that grows as it did reaches a limit, in days; 0 where it is there already.
 *
 * @returns undefined where it does not grow
 */
export function daysUntil(limit: number, value: number, growth: number | undefined): number | undefined {
	if (value >= limit) return 0;
	return growth !== undefined && growth > 0 ? (limit - value) / growth : undefined;
}

/**
 * The points with one more. Where they are too many every second of the older half goes, so that what is kept reaches
 * further and further back. A point that is not newer than the last replaces nothing and is left out.
 */
export function withPoint(points: readonly Point[], point: Point, most: number = MOST_POINTS): readonly Point[] {
	if (point.at <= (points.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return points;
	const all = [...points, point];
	if (all.length <= most) return all;
	const half = Math.floor(all.length / 2);
	return all.filter((_, index) => index >= half || index % 2 === 0);
}

/** The middle of some numbers; between two middles their mean. */
export function median(numbers: readonly number[]): number | undefined {
	const sorted = numbers.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle];
	if (upper === undefined) return undefined;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
