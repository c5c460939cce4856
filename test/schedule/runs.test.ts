import { expect, test } from "vitest";
import { silentLog } from "../../src/log.ts";
import { createRuns } from "../../src/schedule/runs.ts";
import { virtualClock } from "../support/clock.ts";

/** Runs that take a second each, one at a time. */
function setUp() {
	const clock = virtualClock();
	const started: string[] = [];
	const runs = createRuns({
		clock,
		log: silentLog,
		inFlight: 1,
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
	runs.due("first", 1_000, 500, "now");
	runs.due("late", 1_000, 450, "regular");
	runs.due("latest", 1_000, 100, "soon");
	expect(runs.stats()).toMatchObject({ running: 1, waiting: 2, started: 1 });
	await clock.advance(3_000);
	expect(started).toEqual(["first now 0", "latest soon 1400", "late regular 2050"]);
	expect(runs.stats()).toMatchObject({ running: 0, waiting: 0, started: 3, lastProgressAt: 3_500 });
});

test("a check that waits already is not queued a second time", () => {
	const { runs } = setUp();
	runs.due("running", 1_000, 0, "regular");
	expect(runs.due("waiting", 1_000, 0, "regular")).toBe(true);
	expect(runs.due("waiting", 1_000, 0, "regular")).toBe(false);
	expect(runs.due("running", 1_000, 0, "soon")).toBe(false);
	expect(runs.stats()).toMatchObject({ waiting: 1, missed: 2 });
});

test("a check that is gone does not start although it waited, and may come back", async () => {
	const { clock, started, runs } = setUp();
	runs.due("running", 1_000, 0, "regular");
	runs.due("gone", 1_000, 0, "regular");
	runs.forget("gone");
	runs.due("back", 1_000, 0, "regular");
	runs.forget("back");
	runs.due("back", 1_000, 0, "now");
	await clock.advance(5_000);
	expect(started.map((text) => text.split(" ")[0])).toEqual(["running", "back"]);
});

test("after stopping nothing starts any more, neither what waited nor what becomes due", async () => {
	const { clock, started, runs } = setUp();
	runs.due("running", 1_000, 0, "regular");
	runs.due("waiting", 1_000, 0, "regular");
	const stopped = runs.stop(10_000);
	expect(runs.due("new", 1_000, 0, "regular")).toBe(false);
	await clock.advance(2_000);
	await stopped;
	expect(started.length).toBe(1);
	expect(clock.monotonic()).toBe(2_000);
});
