import { expect, test } from "vitest";
import { silentLog } from "../../src/log.ts";
import { createRuns } from "../../src/schedule/runs.ts";
import { virtualClock } from "../support/clock.ts";

/** Runs that take a second each; one at a time unless there are more places. */
function setUp(inFlight = 1) {
	const clock = virtualClock();
	const started: string[] = [];
	const runs = createRuns({
		clock,
		log: silentLog,
		inFlight,
		async run(key, { reason, latenessMs }) {
			started.push(`${key} ${reason} ${latenessMs}`);
			await clock.sleep(1_000);
		},
	});
	return { clock, started, runs };
}

test("what waits is started in order of its due time, not of its arrival, and its lateness is counted from then", async () => {
	const { clock, started, runs } = setUp();
	await clock.advance(500);
	runs.due({ key: "first", timeoutMs: 1_000, dueAt: 500, reason: "now" });
	runs.due({ key: "late", timeoutMs: 1_000, dueAt: 450, reason: "regular" });
	runs.due({ key: "latest", timeoutMs: 1_000, dueAt: 100, reason: "soon" });
	expect(runs.stats()).toMatchObject({ running: 1, waiting: 2, started: 1 });
	await clock.advance(3_000);
	expect(started).toEqual(["first now 0", "latest soon 1400", "late regular 2050"]);
	expect(runs.stats()).toMatchObject({ running: 0, waiting: 0, started: 3, lastProgressAt: 3_500 });
});

test("a check that waits already is not queued a second time", () => {
	const { runs } = setUp();
	runs.due({ key: "running", timeoutMs: 1_000, dueAt: 0, reason: "regular" });
	expect(runs.due({ key: "waiting", timeoutMs: 1_000, dueAt: 0, reason: "regular" })).toBe(true);
	expect(runs.due({ key: "waiting", timeoutMs: 1_000, dueAt: 0, reason: "regular" })).toBe(false);
	expect(runs.due({ key: "running", timeoutMs: 1_000, dueAt: 0, reason: "soon" })).toBe(false);
	expect(runs.stats()).toMatchObject({ waiting: 1, missed: 2 });
});

test("a check that is gone does not start although it waited, and may come back", async () => {
	const { clock, started, runs } = setUp();
	runs.due({ key: "running", timeoutMs: 1_000, dueAt: 0, reason: "regular" });
	runs.due({ key: "gone", timeoutMs: 1_000, dueAt: 0, reason: "regular" });
	runs.forget("gone");
	runs.due({ key: "back", timeoutMs: 1_000, dueAt: 0, reason: "regular" });
	runs.forget("back");
	runs.due({ key: "back", timeoutMs: 1_000, dueAt: 0, reason: "now" });
	await clock.advance(5_000);
	expect(started.map((text) => text.split(" ")[0])).toEqual(["running", "back"]);
});

test("after stopping nothing starts any more, neither what waited nor what becomes due", async () => {
	const { clock, started, runs } = setUp();
	runs.due({ key: "running", timeoutMs: 1_000, dueAt: 0, reason: "regular" });
	runs.due({ key: "waiting", timeoutMs: 1_000, dueAt: 0, reason: "regular" });
	const stopped = runs.stop(10_000);
	expect(runs.due({ key: "new", timeoutMs: 1_000, dueAt: 0, reason: "regular" })).toBe(false);
	await clock.advance(2_000);
	await stopped;
	expect(started.length).toBe(1);
	expect(clock.monotonic()).toBe(2_000);
});

test("exclusive runs follow each other, while others pass them by", async () => {
	const { clock, started, runs } = setUp(3);
	const heavy = { timeoutMs: 1_000, dueAt: 0, reason: "regular", exclusive: "design/heavy" } as const;
	for (const key of ["sanity", "footprint", "census"]) runs.due({ ...heavy, key });
	runs.due({ ...heavy, key: "other node", exclusive: "automation/heavy" });
	runs.due({ key: "quick", timeoutMs: 1_000, dueAt: 0, reason: "regular" });
	expect(started).toEqual(["sanity regular 0", "other node regular 0", "quick regular 0"]);
	await clock.advance(3_000);
	expect(started.slice(3)).toEqual(["footprint regular 1000", "census regular 2000"]);
	expect(runs.stats().lateness).toMatchObject({ count: 1 });
});

test("an exclusive run that never ends gives its turn away, and its late end takes it from nobody", async () => {
	const clock = virtualClock();
	const started: string[] = [];
	const ends = new Map<string, () => void>();
	const runs = createRuns({
		clock,
		log: silentLog,
		inFlight: 5,
		run(key) {
			started.push(key);
			return new Promise((resolve) => ends.set(key, resolve));
		},
	});
	for (const key of ["stuck", "next", "third"]) {
		runs.due({ key, timeoutMs: 1_000, dueAt: 0, reason: "regular", exclusive: "x" });
	}
	await clock.advance(31_000);
	runs.reclaim();
	expect(started).toEqual(["stuck", "next"]);
	ends.get("stuck")?.();
	await clock.advance(1);
	expect(started).toEqual(["stuck", "next"]);
	ends.get("next")?.();
	await clock.advance(1);
	expect(started).toEqual(["stuck", "next", "third"]);
});
