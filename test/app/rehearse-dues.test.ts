import fc from "fast-check";
import { expect, test } from "vitest";
import { duesOf } from "../../src/app/rehearse-dues.ts";
import { silentLog } from "../../src/log.ts";
import { createSchedule } from "../../src/schedule/schedule.ts";
import type { Timing } from "../../src/schedule/timing.ts";
import { clockBeats } from "../support/beats.ts";
import { MONDAY_MORNING, virtualClock } from "../support/clock.ts";

const HOUR_MS = 3_600_000;
const timing = fc.oneof(
	fc.constantFrom(7, 30, 60, 90, 600).map((seconds): Timing => ({ every: seconds * 1_000 })),
	fc.constantFrom<Timing>({ cron: "*/5 * * * *", timezone: "UTC" }, { cron: "7 * * * *", timezone: "Europe/Paris" }),
);

test("checks are due at the moments at which the real schedule starts them, asked ones included", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}$/),
			timing,
			fc.uniqueArray(fc.record({ at: fc.nat(HOUR_MS), inMs: fc.nat(40_000) }), {
				selector: ({ at }) => at,
				maxLength: 8,
			}),
			async (key, timing, asks) => {
				const clock = virtualClock();
				const real: number[] = [];
				const schedule = createSchedule({
					clock,
					log: silentLog,
					limits: { inFlight: 10 },
					beats: clockBeats(clock),
					run: async () => void real.push(clock.monotonic()),
				});
				schedule.replace([{ key, timing, timeoutMs: 1_000 }]);
				for (const { at, inMs } of asks) clock.after(at, () => schedule.soon(key, inMs));
				await clock.advance(HOUR_MS);
				await schedule.stop(0);

				const dues = duesOf({ key, timing }, MONDAY_MORNING);
				const played: number[] = [];
				const wishes = asks.toSorted((a, b) => a.at - b.at);
				for (;;) {
					const wish = wishes[0];
					const next = dues.next();
					if (Math.min(next, wish?.at ?? Number.POSITIVE_INFINITY) > HOUR_MS) break;
					if (wish && wish.at <= next) {
						wishes.shift();
						dues.ask(wish.at + wish.inMs);
					} else if (dues.take(next, false) !== undefined) played.push(next);
				}
				// Asked looks that are due within 10 ms of each other share a ring there.
				expect(played).toHaveLength(real.length);
				for (const [index, at] of played.entries()) expect(Math.abs(at - (real[index] ?? 0))).toBeLessThanOrEqual(10);
			},
		),
		{ numRuns: 60 },
	);
});

test("skipping leaves out all regular looks but the last one before a moment", () => {
	const every = 30_000;
	const [whole, skipped] = [0, 1].map(() => duesOf({ key: "a/b", timing: { every } }, MONDAY_MORNING));
	if (!whole || !skipped) return;
	for (const dues of [whole, skipped]) dues.take(dues.next(), false);
	const moment = 3_600_000;
	let last = 0;
	for (let next = whole.next(); next < moment; next = whole.next()) {
		last = next;
		whole.take(next, false);
	}
	skipped.skipTo(moment);
	expect(skipped.next()).toBe(last);
	skipped.skipTo(moment);
	expect(skipped.next()).toBe(last);
	skipped.take(last, false);
	expect(skipped.next()).toBe(whole.next());
});

test("a look that comes while the check still runs is missed", () => {
	const dues = duesOf({ key: "a/b", timing: { every: 30_000 } }, MONDAY_MORNING);
	const first = dues.next();
	expect(dues.take(first, false)).toBe("first");
	dues.ask(first + 1_000);
	expect(dues.take(first + 1_000, true)).toBeUndefined();
	expect(dues.isAsked()).toBe(false);
});
