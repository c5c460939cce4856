import * as fc from "fast-check";
import { expect, test } from "vitest";
import { drive, savedNotes, startScenarioCanary } from "../../support/canary.ts";
import { MONDAY_MORNING, virtualClock } from "../../support/clock.ts";
import { badGateway, dssError, type Trouble } from "../../support/fake-dss.ts";
import { type FiringCourse, fakeScenario, type ScenarioCall } from "../../support/fake-scenario.ts";

const course: fc.Arbitrary<FiringCourse> = fc.record({
	startMs: fc.constantFrom(0, 800, 3_000, 6_000),
	runMs: fc.constantFrom(0, 400, 3_000, 40_000, Number.POSITIVE_INFINITY),
	abortMs: fc.constantFrom(0, 0, 1_500, 5_000),
	outcome: fc.constantFrom("SUCCESS", "SUCCESS", "FAILED", "WARNING"),
});

/** What is lost on the way may have had its effect, or have it up to 8 s later; what DSS itself answers is settled. */
const lost: fc.Arbitrary<Trouble> = fc.record({
	answer: fc.constantFrom<Trouble["answer"]>("cut", "hang", badGateway().answer, {
		status: 200,
		body: '{"runId": "20',
	}),
	effect: fc.oneof(fc.boolean(), fc.constantFrom(300, 4_000, 8_000)),
});
const ownError: fc.Arbitrary<Trouble> = fc
	.boolean()
	.map((effect) => ({ ...dssError(500, "java.lang.IllegalStateException", "oops"), effect }));
const trouble = fc.option(fc.oneof({ weight: 3, arbitrary: lost }, { weight: 1, arbitrary: ownError }), {
	nil: undefined,
	freq: 2,
});
/** An abort names no run: one that takes effect much later would hit the next run, and nobody could tell it from a stranger's. */
const atOnce = fc.option(
	lost.map(({ answer, effect }): Trouble => ({ answer, effect: effect !== false })),
	{ nil: undefined, freq: 2 },
);

const incarnation = fc.record({
	course,
	/** By name of the call: what goes wrong with the first ones of this run. */
	troubles: fc.record({
		fire: fc.array(trouble, { maxLength: 1 }),
		last: fc.array(trouble, { maxLength: 3 }),
		run: fc.array(trouble, { maxLength: 5 }),
		trigger: fc.array(trouble, { maxLength: 3 }),
		abort: fc.array(atOnce, { maxLength: 2 }),
	} satisfies Record<ScenarioCall["name"], unknown>),
	end: fc.oneof(
		fc.constant({ how: "lives" } as const),
		fc.record({ how: fc.constant("crash" as const), step: fc.integer({ min: 0, max: 24 }) }),
		fc.record({ how: fc.constant("stop" as const), afterMs: fc.integer({ min: 0, max: 30_000 }) }),
	),
	gapMs: fc.constantFrom(0, 0, 1_000, 30_000, 200_000),
	wallJumpMs: fc.constantFrom(0, 0, 0, -90_000, 3_600_000),
});

test("whatever is lost and whenever the program dies, never two runs of ours at once, and a quiet look leaves no orphan", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(incarnation, { minLength: 1, maxLength: 4 }), async (incarnations) => {
			const clock = virtualClock();
			const fake = fakeScenario({ ...clock, now: () => MONDAY_MORNING + clock.monotonic() });
			const disk = new Map<string, string>();
			for (const { course: given, troubles, end, gapMs, wallJumpMs } of incarnations) {
				const nth = new Map<string, number>();
				fake.course = given;
				fake.trouble = ({ name }) => {
					const index = nth.get(name) ?? 0;
					nth.set(name, index + 1);
					return troubles[name][index];
				};
				const stop = new AbortController();
				let isKilled = false;
				const run = startScenarioCanary(fake, clock, savedNotes(disk), {
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
			fake.course = { startMs: 800, runMs: 500 };
			const quiet = await drive(clock, startScenarioCanary(fake, clock, savedNotes(disk)), 60_200);
			expect(fake.overlaps).toEqual([]);
			expect(quiet?.fault).toBeUndefined();
			expect(quiet?.values["state"]).toBe("SUCCESS");
			expect(fake.unfinished()).toEqual([]);
			expect(JSON.parse(disk.get("canary") ?? "{}")).toMatchObject({ phase: "ended", state: "SUCCESS" });
		}),
		{ numRuns: 250 },
	);
});
