import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addPoint, daysUntil, growthPerDay, median, type UsedAt } from "../../src/model/trend.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const GB = 1e9;

/** A disk over `days`, looked at every hour. */
const course = (days: number, used: (hour: number) => number): readonly UsedAt[] =>
	Array.from({ length: days * 24 + 1 }, (_, hour) => [hour * HOUR, used(hour)]);

test("a steady growth is told as it is, whatever the length of the history", () => {
	for (const days of [1, 2, 7]) {
		expect(growthPerDay(course(days, (hour) => 50 * GB + (hour * GB) / 24))).toBeCloseTo(GB, 0);
	}
});

test("one clean-up at any moment, of any size, changes the growth little", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 166 }), fc.integer({ min: 1, max: 400 }), (at, freed) => {
			const points = course(7, (hour) => 500 * GB + hour * GB - (hour >= at ? freed * GB : 0));
			expect(growthPerDay(points)).toBeCloseTo(24 * GB, -3);
		}),
		{ numRuns: 30 },
	);
});

test("a clean-up every night is part of the growth", () => {
	const points = course(7, (hour) => 100 * GB + (hour % 24) * GB + Math.floor(hour / 24) * 2 * GB);
	expect(growthPerDay(points)).toBeCloseTo(2 * GB, -3);
});

test("a disk that empties has a negative growth", () => {
	expect(growthPerDay(course(3, (hour) => 100 * GB - hour * GB))).toBeCloseTo(-24 * GB, -3);
});

test.each([
	["nothing", []],
	["one look", course(0, () => 1)],
	["two hours", course(1, () => 1).slice(0, 3)],
	["the load of a first night", course(1, (hour) => hour * GB).slice(0, 12)],
	["five looks in a week", course(7, () => 1).filter((_, index) => index % 34 === 0)],
])("from %s nothing is foretold", (_name, points) => expect(growthPerDay(points)).toBeUndefined());

test("looks with long gaps still tell something", () => {
	const points = [0, 3, 6, 9, 12, 15].map((day): UsedAt => [day * DAY, day * GB]);
	expect(growthPerDay(points)).toBeCloseTo(GB, 0);
});

describe("the points that are kept", () => {
	test("cover the span with at most so many, and none from the future", () => {
		let points: readonly UsedAt[] = [];
		for (let minute = 0; minute < 20_000; minute += 5) {
			points = addPoint(points, [minute * 60_000, minute], 7 * DAY, 200);
			expect(points.length).toBeLessThanOrEqual(201);
		}
		const now = 19_995 * 60_000;
		expect(points[0]?.[0]).toBeGreaterThan(now - 7 * DAY);
		expect(points[0]?.[0]).toBeLessThan(now - 6.9 * DAY);
		expect(addPoint(points, [now - DAY, 1], 7 * DAY, 200).every(([at]) => at <= now - DAY)).toBe(true);
	});
});

test("the median of nothing, one, two and three", () => {
	expect([[], [3], [3, 1], [9, 1, 2]].map(median)).toEqual([0, 3, 2, 2]);
});

test("days until a limit follow from the growth", () => {
	expect(daysUntil(100, 40, 20)).toBe(3);
	expect(daysUntil(100, 100, 20)).toBe(0);
	expect(daysUntil(100, 101, -1)).toBe(0);
	expect([0, -5, undefined].map((growth) => daysUntil(100, 40, growth))).toEqual([undefined, undefined, undefined]);
});
