import { expect, test } from "vitest";
import { createLateness, LATENESS_BOUNDS } from "../../src/schedule/lateness.ts";

test("before the first run everything is zero", () => {
	expect(createLateness().stats()).toEqual({
		p50Ms: 0,
		p99Ms: 0,
		maxMs: 0,
		buckets: LATENESS_BOUNDS.map(() => 0),
		count: 0,
		sumSeconds: 0,
	});
});

test("quantiles are of the runs themselves, and buckets count upwards in seconds", () => {
	const lateness = createLateness();
	for (let ms = 1; ms <= 100; ms += 1) lateness.add(ms);
	const { p50Ms, p99Ms, maxMs, buckets, count, sumSeconds } = lateness.stats();
	expect([p50Ms, p99Ms, maxMs, count]).toEqual([50, 99, 100, 100]);
	expect(buckets).toEqual([5, 10, 25, 50, 100, 100, 100, 100, 100, 100]);
	expect(sumSeconds).toBeCloseTo(5.05, 9);
});

test("a run later than every bound counts in the total alone", () => {
	const lateness = createLateness();
	lateness.add(3_600_000);
	expect(lateness.stats()).toMatchObject({ count: 1, buckets: LATENESS_BOUNDS.map(() => 0), maxMs: 3_600_000 });
});

test("quantiles forget runs of long ago, counts do not", () => {
	const lateness = createLateness();
	lateness.add(5_000);
	for (let index = 0; index < 1_024; index += 1) lateness.add(1);
	expect(lateness.stats()).toMatchObject({ maxMs: 1, count: 1_025 });
});
