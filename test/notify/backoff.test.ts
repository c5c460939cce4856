import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs, LONGEST_PAUSE_MS } from "../../src/notify/backoff.ts";

const attempts = fc.integer({ min: 1, max: 100_000 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("a wait lies between a half of its step and the whole step, and never exceeds an hour", () => {
	fc.assert(
		fc.property(attempts, random, (count, dice) => {
			const step = Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** (count - 1));
			const wait = backoffMs(count, dice);
			expect(wait).toBeGreaterThanOrEqual(step / 2);
			expect(wait).toBeLessThanOrEqual(step);
			expect(Number.isInteger(wait)).toBe(true);
		}),
	);
});

test("the same dice never give a shorter wait after more failures", () => {
	fc.assert(
		fc.property(attempts, random, (count, dice) => {
			expect(backoffMs(count + 1, dice)).toBeGreaterThanOrEqual(backoffMs(count, dice));
		}),
	);
});

test("the steps double from one second", () => {
	expect([1, 2, 3, 4, 12, 13].map((count) => backoffMs(count, 0.999999))).toEqual([
		1_000, 2_000, 4_000, 8_000, 2_047_999, 3_599_998,
	]);
});
