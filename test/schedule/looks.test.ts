import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createLooks } from "../../src/schedule/looks.ts";
import { clockBeats } from "../support/beats.ts";
import { virtualClock } from "../support/clock.ts";

function setUp() {
	const clock = virtualClock();
	const seen: { key: string; dueAt: number; at: number; reason: string }[] = [];
	const looks = createLooks("looks", clock, (key, dueAt, reason) => {
		seen.push({ key, dueAt, at: clock.monotonic(), reason });
	});
	const beats = clockBeats(clock);
	beats.set(looks.beat);
	const ask = (key: string, inMs: number) => {
		if (looks.ask(key, inMs, "soon")) beats.rearm();
	};
	return { clock, seen, looks, ask };
}

test("of any requests each check gets its earliest, once, in order and on time", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "d", "e", "f", "g"), fc.integer({ min: 0, max: 60_000 })), {
				maxLength: 60,
			}),
			async (requests) => {
				const { clock, seen, ask } = setUp();
				const earliest = new Map<string, number>();
				for (const [key, inMs] of requests) {
					ask(key, inMs);
					earliest.set(key, Math.min(inMs, earliest.get(key) ?? Number.POSITIVE_INFINITY));
				}
				await clock.advance(70_000);
				expect(new Map(seen.map(({ key, dueAt }) => [key, dueAt]))).toEqual(earliest);
				expect(seen.length).toBe(earliest.size);
				expect(seen.map(({ dueAt }) => dueAt)).toEqual([...earliest.values()].sort((a, b) => a - b));
				for (const { at, dueAt } of seen) expect(at - dueAt).toBeLessThanOrEqual(10);
			},
		),
		{ numRuns: 60 },
	);
});

test("a look that was dropped does not come, and can be asked for again later", async () => {
	const { clock, seen, looks, ask } = setUp();
	ask("a", 1_000);
	looks.drop("a");
	ask("a", 5_000);
	await clock.advance(10_000);
	expect(seen.map(({ at }) => at)).toEqual([5_000]);
});

test("a look can be asked for again as soon as it has come", async () => {
	const { clock, seen, ask } = setUp();
	for (let round = 0; round < 3; round += 1) {
		ask("a", 1_000);
		await clock.advance(1_000);
	}
	expect(seen.map(({ at }) => at)).toEqual([1_000, 2_000, 3_000]);
});
