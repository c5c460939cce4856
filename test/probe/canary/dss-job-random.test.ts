import * as fc from "fast-check";
import { expect, test } from "vitest";
import { drive, savedNotes, startCanary } from "../../support/canary.ts";
import { MONDAY_MORNING, virtualClock } from "../../support/clock.ts";
import { badGateway, type Call, type Course, dssError, fakeDss, type Trouble } from "../../support/fake-dss.ts";

const course: fc.Arbitrary<Course> = fc.record({
	queueMs: fc.constantFrom(0, 0, 800, 6_000, Number.POSITIVE_INFINITY),
	runMs: fc.constantFrom(0, 400, 3_000, 40_000, Number.POSITIVE_INFINITY),
	abortMs: fc.constantFrom(0, 0, 1_500, 5_000),
	end: fc.constantFrom("DONE", "DONE", "FAILED"),
});

/** What is lost on the way may have had its effect, or have it up to 8 s later; what DSS itself answers is settled. */
const lost: fc.Arbitrary<Trouble> = fc.record({
	answer: fc.constantFrom<Trouble["answer"]>("cut", "hang", badGateway().answer, { status: 200, body: '{"id": "Bui' }),
	effect: fc.oneof(fc.boolean(), fc.constantFrom(300, 4_000, 8_000)),
});
const ownError: fc.Arbitrary<Trouble> = fc
	.boolean()
	.map((effect) => ({ ...dssError(500, "java.lang.IllegalStateException", "oops"), effect }));
const trouble = fc.option(fc.oneof({ weight: 3, arbitrary: lost }, { weight: 1, arbitrary: ownError }), {
	nil: undefined,
	freq: 2,
});

const incarnation = fc.record({
	course,
	/** By name of the call: what goes wrong with the first ones of this run. */
	troubles: fc.record({
		start: fc.array(trouble, { maxLength: 1 }),
		list: fc.array(trouble, { maxLength: 4 }),
		status: fc.array(trouble, { maxLength: 6 }),
		abort: fc.array(trouble, { maxLength: 2 }),
		log: fc.constant([]),
	} satisfies Record<Call["name"], unknown>),
	end: fc.oneof(
		fc.constant({ how: "lives" } as const),
		fc.record({ how: fc.constant("crash" as const), step: fc.integer({ min: 0, max: 24 }) }),
		fc.record({ how: fc.constant("stop" as const), afterMs: fc.integer({ min: 0, max: 30_000 }) }),
	),
	gapMs: fc.constantFrom(0, 0, 1_000, 30_000, 200_000),
	wallJumpMs: fc.constantFrom(0, 0, 0, -90_000, 3_600_000),
});

const history = fc.record({
	skewMs: fc.constantFrom(0, -3_600_000, 90_000),
	list: fc.constantFrom("nested" as const, "flat" as const),
	runs: fc.array(incarnation, { minLength: 1, maxLength: 5 }),
});

test("whatever is lost and whenever the program dies, never two jobs at once, and a quiet run leaves no orphan", async () => {
	await fc.assert(
		fc.asyncProperty(history, async ({ skewMs, list, runs }) => {
			const clock = virtualClock();
			const fake = fakeDss({ ...clock, now: () => MONDAY_MORNING + clock.monotonic() }, skewMs);
			fake.shape = { state: "state", list };
			const disk = new Map<string, string>();
			for (const { course, troubles, end, gapMs, wallJumpMs } of runs) {
				const nth = new Map<string, number>();
				fake.course = course;
				fake.trouble = ({ name }) => {
					const index = nth.get(name) ?? 0;
					nth.set(name, index + 1);
					return troubles[name][index];
				};
				const stop = new AbortController();
				let isKilled = false;
				const run = startCanary(fake, clock, savedNotes(disk), {
					signal: stop.signal,
					isDead: (step) => isKilled || (end.how === "crash" && step >= end.step),
				});
				const timer = end.how === "stop" ? clock.after(end.afterMs, () => stop.abort(new Error("stop"))) : undefined;
				const found = await drive(clock, run, end.how === "crash" ? 8_000 : 60_200);
				timer?.cancel();
				if (end.how === "crash") isKilled = true;
				else expect(found).toBeDefined();
				await clock.advance(gapMs);
				clock.jumpWall(wallJumpMs);
				expect(fake.overlaps).toEqual([]);
			}
			fake.trouble = () => undefined;
			fake.course = { runMs: 500 };
			const quiet = await drive(clock, startCanary(fake, clock, savedNotes(disk)), 60_200);
			expect(fake.overlaps).toEqual([]);
			expect(quiet?.fault).toBeUndefined();
			expect(quiet?.values["state"]).toBe("DONE");
			expect(fake.unfinished()).toEqual([]);
			expect(JSON.parse(disk.get("canary") ?? "{}")).toMatchObject({ phase: "ended", state: "DONE" });
		}),
		{ numRuns: 500 },
	);
});
