import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Log } from "../../src/log.ts";
import type { Gap } from "../../src/schedule/gap.ts";
import type { DueInfo } from "../../src/schedule/runs.ts";
import { createSchedule, type Entry } from "../../src/schedule/schedule.ts";
import { clockBeats } from "../support/beats.ts";
import { virtualClock } from "../support/clock.ts";

interface Run {
	readonly key: string;
	readonly at: number;
	readonly reason: DueInfo["reason"];
}

/** A schedule in virtual time whose runs take `tookMs`; collects what it started. */
function setUp(tookMs: (key: string) => number = () => 0, inFlight = 50) {
	const clock = virtualClock();
	const beats = clockBeats(clock);
	const runs: Run[] = [];
	const gaps: Gap[] = [];
	const errors: string[] = [];
	const log: Log = { debug() {}, info() {}, warn() {}, error: (_fields, message) => errors.push(message) };
	const running = new Set<string>();
	let most = 0;
	let overlaps = 0;
	const schedule = createSchedule({
		clock,
		log,
		beats,
		limits: { inFlight },
		onGap: (gap) => gaps.push(gap),
		async run(key, due) {
			runs.push({ key, at: clock.monotonic(), reason: due.reason });
			if (running.has(key)) overlaps += 1;
			running.add(key);
			most = Math.max(most, running.size);
			const ms = tookMs(key);
			if (ms > 0) await clock.sleep(ms);
			running.delete(key);
		},
	});
	const timesOf = (key: string) => runs.filter((run) => run.key === key).map(({ at }) => at);
	return { clock, beats, runs, gaps, errors, schedule, timesOf, most: () => most, overlaps: () => overlaps };
}

const every = (key: string, ms: number): Entry => ({ key, timing: { every: ms }, timeoutMs: 10_000 });
const many = (count: number, ms: number) =>
	Array.from({ length: count }, (_, index) => every(`node-${index % 7}/check-${index}`, ms));
const shortest = (times: readonly number[]) => Math.min(...times.slice(1).map((at, i) => at - (times[i] as number)));
const longest = (times: readonly number[]) => Math.max(...times.slice(1).map((at, i) => at - (times[i] as number)));

test("every check has a first look within 15 s, spread evenly, and then its slot once per interval", async () => {
	const { clock, schedule, runs, timesOf } = setUp();
	const entries = many(200, 60_000);
	schedule.replace(entries);
	await clock.advance(15_000);
	expect(new Set(runs.map(({ key }) => key)).size).toBe(200);
	expect(runs.length).toBe(200);
	for (let third = 0; third < 3; third += 1) {
		const count = runs.filter(({ at }) => Math.floor(at / 5_000) === third).length;
		expect(count).toBeGreaterThan(40);
	}
	await clock.advance(600_000);
	for (const { key } of entries) {
		const [, ...regular] = timesOf(key);
		expect(regular.length).toBeGreaterThanOrEqual(9);
		expect([shortest(regular), longest(regular)]).toEqual([60_000, 60_000]);
		expect(longest(timesOf(key))).toBeLessThanOrEqual(90_000);
		expect(shortest(timesOf(key))).toBeGreaterThanOrEqual(30_000);
	}
});

test("over a long time each check runs exactly once per interval, whatever the intervals", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 200, max: 120_000 })), {
				minLength: 1,
				maxLength: 12,
				selector: ([key]) => key,
			}),
			async (checks) => {
				const { clock, schedule, timesOf, overlaps } = setUp(() => 50);
				schedule.replace(checks.map(([key, ms]) => every(key, ms)));
				await clock.advance(300_000);
				for (const [key, ms] of checks) {
					const regular = timesOf(key).slice(1);
					if (regular.length < 2) continue;
					expect(shortest(regular)).toBeCloseTo(ms, 3);
					expect(longest(regular)).toBeCloseTo(ms, 3);
				}
				expect(overlaps()).toBe(0);
				expect(schedule.stats().missed).toBe(0);
			},
		),
		{ numRuns: 25 },
	);
});

test("a check that still runs when it is due is missed, not queued twice, and other checks go on", async () => {
	const { clock, schedule, timesOf, overlaps } = setUp((key) => (key === "slow" ? 2_500 : 0));
	schedule.replace([every("slow", 1_000), every("quick", 1_000)]);
	await clock.advance(30_000);
	expect(overlaps()).toBe(0);
	expect(shortest(timesOf("slow"))).toBe(3_000);
	expect(timesOf("quick").length).toBeGreaterThanOrEqual(29);
	expect(schedule.stats().missed).toBeGreaterThanOrEqual(18);
});

test("at most as many runs as allowed are in flight, and the rest start in order of their due time", async () => {
	const { clock, schedule, runs, most } = setUp(() => 400, 3);
	schedule.replace(many(60, 10_000));
	await clock.advance(60_000);
	expect(most()).toBe(3);
	expect(schedule.stats().lateness.maxMs).toBeGreaterThan(0);
	// 60 checks of 400 ms in 3 places take 8 of 10 s: all of them keep up.
	expect(runs.length).toBeGreaterThanOrEqual(300);
});

test("a run that throws or rejects stops nothing and is told as a mistake of the program", async () => {
	const { clock, schedule, timesOf, errors } = setUp((key) => {
		if (key === "broken") throw new Error("a bug");
		return 0;
	});
	schedule.replace([every("broken", 1_000), every("fine", 1_000)]);
	await clock.advance(10_000);
	expect(timesOf("broken").length).toBeGreaterThanOrEqual(9);
	expect(timesOf("fine").length).toBeGreaterThanOrEqual(9);
	expect(errors.length).toBe(timesOf("broken").length);
});

test("a run that ignores its timeout loses its place but is never started a second time", async () => {
	const { clock, schedule, timesOf, errors } = setUp((key) => (key === "hung" ? Number.MAX_SAFE_INTEGER : 0), 1);
	schedule.replace([every("hung", 1_000), every("fine", 1_000)]);
	await clock.advance(39_000);
	const before = timesOf("fine").length;
	await clock.advance(20_000);
	expect(timesOf("fine").length).toBeGreaterThanOrEqual(before + 10);
	expect(timesOf("hung").length).toBe(1);
	expect(schedule.stats()).toMatchObject({ stuck: 1, running: 1 });
	expect(errors).toEqual(["a run has not ended long after its timeout; its place goes to others"]);
});

test("a quicker look comes once; of two requests the earlier wins", async () => {
	const { clock, schedule, runs } = setUp();
	schedule.replace([every("check", 600_000)]);
	await clock.advance(15_000);
	runs.length = 0;
	const start = clock.monotonic();
	schedule.soon("check", 5_000);
	schedule.soon("check", 2_000);
	schedule.soon("check", 9_000);
	await clock.advance(20_000);
	expect(runs).toEqual([{ key: "check", at: start + 2_000, reason: "soon" }]);
});

test("a quicker look that was just made serves the regular moment that follows at once", async () => {
	const { clock, schedule, timesOf } = setUp();
	schedule.replace([every("check", 30_000)]);
	await clock.advance(100_000);
	const slot = (timesOf("check").at(-1) as number) + 30_000;
	schedule.soon("check", slot - 500 - clock.monotonic());
	await clock.advance(slot + 31_000 - clock.monotonic());
	expect(timesOf("check").slice(-2)).toEqual([slot - 500, slot + 30_000]);
});

test("a regular run settles the quicker look that was asked for before it", async () => {
	const { clock, schedule, timesOf } = setUp();
	schedule.replace([every("check", 30_000)]);
	await clock.advance(100_000);
	const slot = (timesOf("check").at(-1) as number) + 30_000;
	schedule.soon("check", slot + 1_000 - clock.monotonic());
	await clock.advance(slot + 20_000 - clock.monotonic());
	expect(timesOf("check").at(-1)).toBe(slot);
});

test("now starts a check at once, unless it is unknown or runs already", async () => {
	const { clock, schedule, runs } = setUp(() => 1_000);
	schedule.replace([every("check", 600_000)]);
	await clock.advance(20_000);
	runs.length = 0;
	expect(schedule.now("check")).toBe(true);
	expect(schedule.now("check")).toBe(false);
	expect(schedule.now("nothing")).toBe(false);
	expect(runs).toEqual([{ key: "check", at: 20_000, reason: "now" }]);
});

test("a swap keeps the phase of what has not changed, looks at what is new and forgets what is gone", async () => {
	const { clock, schedule, timesOf, runs, beats } = setUp();
	schedule.replace([every("kept", 60_000), every("gone", 60_000), every("changed", 60_000)]);
	await clock.advance(200_000);
	const slot = (timesOf("kept").at(-1) as number) % 60_000;
	runs.length = 0;
	schedule.replace([
		{ ...every("kept", 60_000), timeoutMs: 5_000 },
		every("changed", 20_000),
		{ key: "new", timing: { cron: "* * * * *", timezone: "UTC" }, timeoutMs: 1_000 },
	]);
	const reloadedAt = clock.monotonic();
	await clock.advance(180_000);
	expect(timesOf("kept").map((at) => at % 60_000)).toEqual([slot, slot, slot]);
	expect(timesOf("gone")).toEqual([]);
	expect((timesOf("changed")[0] as number) - reloadedAt).toBeLessThan(15_000);
	expect(timesOf("changed").length).toBeGreaterThanOrEqual(9);
	expect(timesOf("new").length).toBe(3);
	expect(beats.names().length).toBe(4);
});

test("a check with a cron expression runs at its ticks only, not at the start", async () => {
	const { clock, schedule, runs } = setUp();
	schedule.replace([{ key: "nightly", timing: { cron: "0 * * * *", timezone: "UTC" }, timeoutMs: 1_000 }]);
	await clock.advance(3_599_000);
	expect(runs).toEqual([]);
	await clock.advance(2_000);
	expect(runs.length).toBe(1);
});

test("after the program was held up everything overdue runs once, within the limit, and the rest counts as missed", async () => {
	const { clock, schedule, runs, gaps, most } = setUp(() => 10, 5);
	schedule.replace(many(100, 5_000));
	await clock.advance(30_000);
	const missedBefore = schedule.stats().missed;
	runs.length = 0;
	await clock.stall(60_000);
	await clock.advance(1_000);
	const perCheck = new Map<string, number>();
	for (const { key } of runs) perCheck.set(key, (perCheck.get(key) ?? 0) + 1);
	expect(perCheck.size).toBe(100);
	// The overdue run, and where the slot lies in the second after it, that one.
	expect(Math.max(...perCheck.values())).toBeLessThanOrEqual(2);
	expect(most()).toBe(5);
	expect(schedule.stats().missed - missedBefore).toBeGreaterThanOrEqual(100 * 10);
	expect(gaps.map(({ kind }) => kind)).toEqual(["stalled"]);
});

test("a wall clock that is set is told and disturbs no interval", async () => {
	const { clock, schedule, timesOf, gaps, beats } = setUp();
	schedule.replace([every("check", 5_000)]);
	await clock.advance(20_000);
	const rearm = vi.spyOn(beats, "rearm");
	clock.jumpWall(-3_600_000);
	await clock.advance(20_000);
	clock.jumpWall(7_200_000);
	await clock.advance(20_000);
	expect(gaps).toEqual([
		{ kind: "clock_back", ms: 3_600_000 },
		{ kind: "suspended", ms: 7_200_000 },
	]);
	// Timers that count by the wall clock would otherwise ring an hour late.
	expect(rearm.mock.calls).toEqual([[], []]);
	expect([shortest(timesOf("check").slice(1)), longest(timesOf("check").slice(1))]).toEqual([5_000, 5_000]);
});

test("stopping waits for what runs and starts nothing more", async () => {
	const { clock, schedule, runs } = setUp(() => 3_000);
	schedule.replace(many(5, 1_000));
	await clock.advance(1_500);
	const started = runs.length;
	let stoppedAt = 0;
	void schedule.stop(60_000).then(() => {
		stoppedAt = clock.monotonic();
	});
	await clock.advance(30_000);
	expect(started).toBe(5);
	expect(runs.length).toBe(started);
	expect(stoppedAt).toBeGreaterThan(1_500);
	expect(stoppedAt).toBeLessThan(4_600);
	expect(clock.pending()).toBe(0);
});

test("stopping does not wait for a hung run beyond its deadline", async () => {
	const { clock, schedule } = setUp(() => Number.MAX_SAFE_INTEGER);
	schedule.replace([every("hung", 1_000)]);
	await clock.advance(2_000);
	let stoppedAt = 0;
	void schedule.stop(5_000).then(() => {
		stoppedAt = clock.monotonic();
	});
	await clock.advance(10_000);
	expect(stoppedAt).toBe(7_000);
});
