import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cronBeat, intervalBeat, type Tick } from "../../src/schedule/due.ts";
import { clockBeats } from "../support/beats.ts";
import { virtualClock } from "../support/clock.ts";

const HOUR = 3_600_000;

test("an interval beat never leaves its grid, however late its rings come", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 50, max: 5_000 }),
			fc.integer({ min: 0, max: 5_000 }),
			fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 20 }),
			async (every, offset, stalls) => {
				const clock = virtualClock();
				const beats = clockBeats(clock);
				const ticks: Tick[] = [];
				beats.set(intervalBeat("beat", every, offset, clock, (tick) => ticks.push(tick)));
				for (const ms of stalls) await clock.stall(ms);
				let expected = offset;
				for (const { dueAt, skipped } of ticks) {
					expected += skipped * every;
					expect(dueAt).toBe(expected);
					expected += every;
				}
				expect(expected).toBeGreaterThan(clock.monotonic());
			},
		),
		{ numRuns: 50 },
	);
});

test("an interval beat that rings early waits for its moment", () => {
	const clock = virtualClock();
	const ticks: Tick[] = [];
	const beat = intervalBeat("beat", 1_000, 500, clock, (tick) => ticks.push(tick));
	beat.ring();
	expect(ticks).toEqual([]);
	expect(beat.waitMs()).toBe(500);
});

/** Starts a cron beat; the wall times of its ticks are collected as HH:MM. */
function watchCron(cron: string, timezone = "UTC") {
	const clock = virtualClock(Date.UTC(2026, 0, 5, 8, 0, 1));
	const seen: string[] = [];
	let skipped = 0;
	const beats = clockBeats(clock);
	beats.set(
		cronBeat("cron", cron, timezone, clock, (tick) => {
			seen.push(new Date(clock.now()).toISOString().slice(11, 16));
			skipped += tick.skipped;
		}),
	);
	return { clock, seen, beats, skipped: () => skipped };
}

test("a cron beat rings at its ticks and at no other time", async () => {
	const { clock, seen } = watchCron("*/20 * * * *");
	await clock.advance(2 * HOUR);
	expect(seen).toEqual(["08:20", "08:40", "09:00", "09:20", "09:40", "10:00"]);
});

test("a clock set back by an hour does not repeat the ticks that have run", async () => {
	const { clock, seen } = watchCron("*/20 * * * *");
	await clock.advance(HOUR + 300_000);
	clock.jumpWall(-HOUR);
	await clock.advance(HOUR + 1_200_000);
	expect(seen).toEqual(["08:20", "08:40", "09:00", "09:20"]);
});

test("a clock set back by a few milliseconds right after a tick does not repeat it", async () => {
	const { clock, seen } = watchCron("0 * * * *");
	await clock.advance(HOUR - 1_000 + 5);
	clock.jumpWall(-10);
	await clock.advance(600_000);
	expect(seen).toEqual(["09:00"]);
});

test("a clock set back by a day counts from scratch: no day passes without a tick", async () => {
	const { clock, seen } = watchCron("0 * * * *");
	await clock.advance(2 * HOUR);
	clock.jumpWall(-24 * HOUR);
	await clock.advance(2 * HOUR);
	expect(seen).toEqual(["09:00", "10:00", "11:00", "12:00"]);
});

test("ticks that a clock set forward has jumped over are rung once, within a minute, and the rest told as skipped", async () => {
	const { clock, seen, skipped } = watchCron("*/20 * * * *");
	clock.jumpWall(2 * HOUR);
	await clock.advance(60_000);
	expect(seen).toEqual(["10:01"]);
	expect(skipped()).toBe(5);
	await clock.advance(20 * 60_000);
	expect(seen).toEqual(["10:01", "10:20"]);
});

test("a clock that was wrong for a moment costs no tick and repeats none", async () => {
	const { clock, seen } = watchCron("*/20 * * * *");
	await clock.advance(5 * 60_000);
	clock.jumpWall(HOUR);
	await clock.advance(60_000);
	clock.jumpWall(-HOUR);
	await clock.advance(HOUR);
	// 09:06 made up for 08:20 to 09:00 while the clock was wrong; of those 09:00 was the one that counted as run.
	expect(seen).toEqual(["09:06", "08:20", "08:40"]);
});

test("in the hour that summer time skips a daily tick runs right after it", async () => {
	const clock = virtualClock(Date.UTC(2026, 2, 28, 12));
	const seen: string[] = [];
	clockBeats(clock).set(
		cronBeat("cron", "30 2 * * *", "Europe/Paris", clock, () => seen.push(new Date(clock.now()).toISOString())),
	);
	await clock.advance(48 * HOUR);
	expect(seen.map((time) => time.slice(5, 16))).toEqual(["03-29T01:00", "03-30T00:30"]);
});

test("in the hour that comes twice a daily tick runs once and a half-hourly one in both", async () => {
	const clock = virtualClock(Date.UTC(2026, 9, 24, 23, 45));
	const seen: string[] = [];
	const beats = clockBeats(clock);
	for (const cron of ["30 2 * * *", "*/30 * * * *"]) {
		beats.set(
			cronBeat(cron, cron, "Europe/Paris", clock, () => {
				seen.push(`${cron.slice(0, 4)} ${new Date(clock.now()).toISOString().slice(11, 16)}`);
			}),
		);
	}
	await clock.advance(2 * HOUR);
	expect(seen.sort()).toEqual(["*/30 00:00", "*/30 00:30", "*/30 01:00", "*/30 01:30", "30 2 00:30"]);
});
