import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS } from "../../src/model/duration.ts";
import { daysUntil, growthPerDay, median, type Point, withPoint } from "../../src/model/trend.ts";

const daily = (...values: number[]): Point[] => values.map((value, day) => ({ at: day * DAY_MS, value }));

test.for([
	["steady growth", [0, 10, 20, 30, 40], 10],
	["no growth", [5, 5, 5, 5], 0],
	["one odd measurement", [0, 10, 900, 30, 40, 50], 10],
	["a clean-up in between", [0, 10, 20, 30, 5, 15, 25, 35], 10],
	["shrinking", [40, 30, 20, 10], -10],
] as const)("%s: %j grows by %d a day", ([, values, expected]) => {
	expect(growthPerDay(daily(...values))).toBeCloseTo(expected, 9);
});

test("too few points or too short a time say nothing", () => {
	expect(growthPerDay([])).toBeUndefined();
	expect(growthPerDay(daily(1, 2, 3))).toBeUndefined();
	expect(growthPerDay(daily(1, 2, 3), { points: 3 })).toBeCloseTo(1, 9);
	expect(growthPerDay(daily(1, 2, 3, 4), { spanMs: 4 * DAY_MS })).toBeUndefined();
	expect(growthPerDay([1, 2, 3, 4].map((value) => ({ at: 7, value })))).toBeUndefined();
});

test("the growth of a line with noise on fewer than a quarter of its points stays within the line's", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: -1_000, max: 1_000 }),
			fc.integer({ min: 12, max: 40 }),
			fc.integer({ min: 0, max: 11 }),
			fc.integer({ min: -1_000_000, max: 1_000_000 }),
			(slope, length, odd, noise) => {
				const points = daily(...Array.from({ length }, (_, day) => slope * day + (day === odd ? noise : 0)));
				expect(growthPerDay(points)).toBeCloseTo(slope, 6);
			},
		),
		{ numRuns: 50 },
	);
});

test("days until a limit follow from the growth", () => {
	expect(daysUntil(100, 40, 20)).toBe(3);
	expect(daysUntil(100, 100, 20)).toBe(0);
	expect(daysUntil(100, 101, -1)).toBe(0);
	expect(daysUntil(100, 40, 0)).toBeUndefined();
	expect(daysUntil(100, 40, -5)).toBeUndefined();
	expect(daysUntil(100, 40, undefined)).toBeUndefined();
});

test("what is kept is bounded, in order, ends with the newest and reaches back to the first", () => {
	let points: readonly Point[] = [];
	for (let day = 0; day < 1_000; day++) points = withPoint(points, { at: day, value: day }, 20);
	expect(points.length).toBeLessThanOrEqual(20);
	expect(points.at(-1)).toEqual({ at: 999, value: 999 });
	expect(points[0]?.at).toBe(0);
	expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted((a, b) => a - b));
	expect(withPoint(points, { at: 999, value: 0 }, 20)).toBe(points);
});

test("a median lies in the middle", () => {
	expect([median([]), median([3]), median([9, 1]), median([5, 1, 9])]).toEqual([undefined, 3, 5, 5]);
});
