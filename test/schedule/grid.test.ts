import * as fc from "fast-check";
import { expect, test } from "vitest";
import { firstLookMs, slotCount, slotOf } from "../../src/schedule/grid.ts";

test("an interval is cut into slots of at least 100 ms, at most 300 of them", () => {
	expect([50, 100, 1_000, 30_000, 600_000, 86_400_000].map(slotCount)).toEqual([1, 1, 10, 300, 300, 300]);
});

test("slot and first look depend on the name alone and lie within the interval", () => {
	fc.assert(
		fc.property(fc.string(), fc.integer({ min: 1, max: 10_000_000 }), (key, every) => {
			expect(slotOf(key, every)).toBe(slotOf(key, every));
			expect(slotOf(key, every)).toBeGreaterThanOrEqual(0);
			expect(slotOf(key, every)).toBeLessThan(slotCount(every));
			expect(firstLookMs(key, every)).toBeGreaterThanOrEqual(0);
			expect(firstLookMs(key, every)).toBeLessThan(Math.min(every, 15_000));
		}),
	);
});

test.each([
	["numbered instances", (index: number) => `node-${index}/get-configuration`],
	["numbered checks", (index: number) => `design/check-${index}`],
	["names that differ in one letter", (index: number) => `${String.fromCharCode(97 + (index % 26))}${index}/canary`],
])("%s spread evenly over the slots", (_name, nameOf) => {
	const counts = new Array<number>(300).fill(0);
	for (let index = 0; index < 30_000; index += 1) {
		const slot = slotOf(nameOf(index), 30_000);
		counts[slot] = (counts[slot] as number) + 1;
	}
	// 100 on average; five standard deviations of a fair spread are 50.
	expect(Math.max(...counts)).toBeLessThan(150);
	expect(Math.min(...counts)).toBeGreaterThan(50);
});
