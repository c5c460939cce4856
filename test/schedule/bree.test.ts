import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type Log, silentLog } from "../../src/log.ts";
import type { Beats } from "../../src/schedule/beats.ts";
import { createBreeBeats } from "../../src/schedule/bree.ts";
import { intervalBeat } from "../../src/schedule/due.ts";
import { createSchedule } from "../../src/schedule/schedule.ts";

let beats: Beats | undefined;
afterEach(() => {
	beats?.close();
	vi.restoreAllMocks();
});

test("bree rings a beat in this process, again and again, on its grid", async () => {
	const set = createBreeBeats(silentLog);
	beats = set;
	const origin = systemClock.monotonic() + 10;
	const dues = await new Promise<number[]>((resolve) => {
		const seen: number[] = [];
		set.set(
			intervalBeat("beat", 25, origin, systemClock, ({ dueAt }) => {
				expect(systemClock.monotonic()).toBeGreaterThanOrEqual(dueAt - 2);
				if (seen.push(dueAt) === 5) resolve(seen);
			}),
		);
	});
	for (const dueAt of dues) {
		const moments = (dueAt - origin) / 25;
		expect(moments).toBeCloseTo(Math.round(moments), 6);
	}
});

test("a beat that was unset is silent, one of the same name set again rings, and one that is quiet rings when rearmed", async () => {
	const set = createBreeBeats(silentLog);
	beats = set;
	const rung: string[] = [];
	let wait: number | undefined;
	set.set({ name: "gone", waitMs: () => 10, ring: () => rung.push("gone") });
	set.unset("gone");
	set.set({ name: "again", waitMs: () => 10, ring: () => rung.push("old") });
	set.unset("again");
	set.set({ name: "again", waitMs: () => (rung.includes("new") ? undefined : 10), ring: () => rung.push("new") });
	set.set({
		name: "quiet",
		waitMs: () => wait,
		ring() {
			wait = undefined;
			rung.push("quiet");
		},
	});
	await vi.waitFor(() => expect(rung).toEqual(["new"]));
	await systemClock.sleep(30);
	wait = 1;
	set.rearm("quiet");
	await vi.waitFor(() => expect(rung).toEqual(["new", "quiet"]));
});

test("a beat that throws is logged and rings again, and none rings after closing", async () => {
	const errors: object[] = [];
	const log: Log = { ...silentLog, error: (fields) => errors.push(fields) };
	const set = createBreeBeats(log);
	set.set({
		name: "bad",
		waitMs: () => 5,
		ring() {
			throw new Error("a bug");
		},
	});
	await vi.waitFor(() => expect(errors.length).toBeGreaterThan(2));
	set.close();
	const count = errors.length;
	await systemClock.sleep(20);
	expect(errors.length).toBe(count);
});

test("a wall clock set back by an hour holds bree's timers up only until they are rearmed", async () => {
	const set = createBreeBeats(silentLog);
	beats = set;
	let rung = 0;
	set.set({
		name: "beat",
		waitMs: () => 20,
		ring() {
			rung += 1;
		},
	});
	await systemClock.sleep(5);
	const realNow = Date.now;
	vi.spyOn(Date, "now").mockImplementation(() => realNow() - 3_600_000);
	await systemClock.sleep(50);
	expect(rung).toBe(0);
	set.rearm();
	await vi.waitFor(() => expect(rung).toBeGreaterThan(0));
});

test("a schedule on the real bree starts 200 checks again and again, each once per interval, on time", async () => {
	const started = new Map<string, number>();
	const schedule = createSchedule({
		clock: systemClock,
		log: silentLog,
		limits: { inFlight: 50 },
		async run(key) {
			started.set(key, (started.get(key) ?? 0) + 1);
		},
	});
	const begin = systemClock.monotonic();
	schedule.replace(
		Array.from({ length: 200 }, (_, index) => ({ key: `check-${index}`, timing: { every: 300 }, timeoutMs: 100 })),
	);
	await vi.waitFor(
		() => {
			expect(started.size).toBe(200);
			expect(Math.min(...started.values())).toBeGreaterThanOrEqual(2);
		},
		{ timeout: 5_000 },
	);
	const intervals = (systemClock.monotonic() - begin) / 300;
	const { lateness } = schedule.stats();
	await schedule.stop(1_000);
	expect(Math.max(...started.values())).toBeLessThanOrEqual(intervals + 2);
	// Generous, for a machine that does other things as well; usually 2 ms.
	expect(lateness.p50Ms).toBeLessThan(100);
});
