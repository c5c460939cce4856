import { beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { dssScenarioRunOptions } from "../../../src/probe/canary/dss-scenario-run.ts";
import { kinds } from "../../../src/probe/probe.ts";
import { drive, type RunOptions, savedNotes, startScenarioCanary } from "../../support/canary.ts";
import { type VirtualClock, virtualClock } from "../../support/clock.ts";
import { badGateway, dssError, type Trouble } from "../../support/fake-dss.ts";
import { type FakeScenario, fakeScenario } from "../../support/fake-scenario.ts";
import { makeInstance } from "../../support/instance.ts";
import { probeContext } from "../../support/probe-context.ts";
import { PLAIN_KEY, simulatedNode } from "../../support/simulator.ts";

let clock: VirtualClock;
let fake: FakeScenario;
let notes: ReturnType<typeof savedNotes>;

beforeEach(() => {
	clock = virtualClock();
	fake = fakeScenario(clock);
	notes = savedNotes();
});

const run = async (options: RunOptions = {}) => {
	const found = await drive(
		clock,
		startScenarioCanary(fake, clock, notes, options),
		(options.timeoutMs ?? 60_000) + 200,
	);
	if (!found) throw new Error("the run did not end in time");
	return found;
};
const note = () => JSON.parse(notes.disk.get("canary") ?? "{}") as Record<string, unknown>;
const on = (name: string, troubles: readonly (Trouble | undefined)[]) => {
	fake.trouble = (call) => (call.name === name ? troubles[call.nth] : undefined);
};
const calls = (name: string) => fake.calls.filter((one) => one === name).length;

describe("a run that goes well", () => {
	test("is told in its phases, by the id of the run and not of the firing", async () => {
		fake.course = { startMs: 2_000, runMs: 5_000 };
		const { values, fault } = await run();
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ state: "SUCCESS", aborted: false, fire: 0.01, run: 5 });
		expect(values["start"]).toBeGreaterThan(1.9);
		expect(values["start"]).toBeLessThan(3.1);
		expect(values["run_id"]).toBe(`run-${fake.firings[0]?.id}`);
		expect(note()).toMatchObject({ phase: "ended", state: "SUCCESS", id: `manual:${fake.firings[0]?.id}` });
	});

	test("with a warning is no fault: the check judges the state", async () => {
		fake.course = { outcome: "WARNING" };
		const { values, fault } = await run();
		expect(fault).toBeUndefined();
		expect(values["state"]).toBe("WARNING");
		expect(kinds["dss-scenario-run"].expect).toEqual([{ that: 'state == "SUCCESS"', else: "warning" }]);
	});

	test("whose answer is lost is found and adopted, not fired again", async () => {
		fake.course = { startMs: 3_000, runMs: 8_000 };
		on("fire", [{ answer: "cut", effect: true }]);
		const { values, fault } = await run();
		expect(fault).toBeUndefined();
		expect(values["state"]).toBe("SUCCESS");
		expect(fake.firings).toHaveLength(1);
	});
});

describe("a run that goes badly", () => {
	test("fails with the step and its error", async () => {
		fake.course = { runMs: 1_000, outcome: "FAILED" };
		const { fault, values } = await run();
		expect(fault).toMatchObject({ code: "scenario_failed", text: expect.stringContaining("step Load: no space left") });
		expect(values["state"]).toBe("FAILED");
	});

	test("is aborted by somebody else", async () => {
		fake.course = { runMs: 30_000 };
		const going = startScenarioCanary(fake, clock, notes);
		await clock.advance(3_000);
		fake.handle("POST", "/public/api/projects/PROJECT/scenarios/NIGHTLY/abort", "");
		const found = await drive(clock, going);
		expect(found?.fault?.code).toBe("scenario_aborted");
		expect(found?.values).toMatchObject({ state: "ABORTED", aborted: false });
	});

	test("is cancelled, for a trigger was first", async () => {
		fake.course = { startMs: 2_000, runMs: 4_000 };
		const going = startScenarioCanary(fake, clock, notes);
		await clock.advance(500);
		fake.course = { runMs: 60_000 };
		fake.fire("temporal");
		const found = await drive(clock, going);
		expect(found?.fault?.code).toBe("scenario_cancelled");
		expect(found?.values).toMatchObject({ state: "CANCELLED", aborted: false });
		expect(found?.values).not.toHaveProperty("run");
		expect(calls("abort")).toBe(0);
	});

	test("does not start: nothing can be aborted yet, and a run that comes of it later is aborted by the next look", async () => {
		fake.course = { startMs: 70_000, runMs: Number.POSITIVE_INFINITY };
		const { fault, values } = await run({ startWithinMs: 10_000 });
		expect(fault?.code).toBe("scenario_not_started");
		expect(values).toMatchObject({ state: "FIRED", aborted: false });
		expect(note()["phase"]).toBe("running");
		await clock.advance(30_000);
		fake.course = { runMs: 500 };
		const next = await run();
		expect(fake.firings[0]?.aborts).toBe(1);
		expect(next.values["state"]).toBe("SUCCESS");
		expect(fake.overlaps).toEqual([]);
	});

	test("runs for ever: it is aborted exactly once, in time for its end to be seen", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY, abortMs: 8_000 };
		const { values, fault } = await run();
		expect(fault).toMatchObject({
			code: "scenario_too_long",
			text: expect.stringContaining("(Load); aborted, then ABORTED"),
		});
		expect(values).toMatchObject({ state: "ABORTED", aborted: true });
		expect(calls("abort")).toBe(1);
		expect(fake.unfinished()).toEqual([]);
	});

	test("is refused by DSS with its words", async () => {
		fake.trouble = ({ name }) =>
			name === "fire" ? dssError(400, "IllegalArgumentException", "nothing to run") : undefined;
		expect((await run()).fault).toMatchObject({ code: "scenario_refused" });
		expect(fake.firings).toEqual([]);
	});
});

describe("what is there already", () => {
	test("a run that somebody else started is waited for, and never aborted", async () => {
		fake.course = { runMs: 10_000 };
		fake.fire("temporal");
		fake.course = { runMs: 1_000 };
		const { fault, values } = await run();
		expect(fault).toBeUndefined();
		expect(values["state"]).toBe("SUCCESS");
		expect(calls("abort")).toBe(0);
	});

	test("a run of somebody else that does not end keeps ours from being fired", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		fake.fire("temporal");
		expect((await run()).fault).toMatchObject({
			code: "scenario_overlap",
			text: expect.stringContaining("is to run NIGHTLY; it is still RUNNING"),
		});
		expect(fake.firings).toHaveLength(1);
		expect(calls("abort")).toBe(0);
	});

	test("a run that a crash left behind is aborted before a new one", async () => {
		fake.course = { runMs: Number.POSITIVE_INFINITY };
		let isKilled = false;
		void startScenarioCanary(fake, clock, notes, { isDead: () => isKilled });
		await clock.advance(5_000);
		isKilled = true;
		fake.course = { runMs: 500 };
		const { fault } = await run();
		expect(fault).toBeUndefined();
		expect(fake.firings.map(({ aborts }) => aborts)).toEqual([1, 0]);
		expect(fake.overlaps).toEqual([]);
	});

	test("a firing that DSS forgot in a restart is in the way for a quarter of an hour, not for ever", async () => {
		fake.course = { isLost: true };
		expect((await run()).fault?.code).toBe("scenario_not_started");
		fake.course = { runMs: 500 };
		expect((await run()).fault?.code).toBe("scenario_not_started");
		await clock.advance(15 * 60_000);
		expect((await run()).values["state"]).toBe("SUCCESS");
	});

	test("a proxy that blips does not orphan the run", async () => {
		fake.course = { runMs: 5_000 };
		on("run", [undefined, badGateway(), badGateway(), undefined, { answer: "cut", effect: false }]);
		expect((await run()).fault).toBeUndefined();
	});
});

describe("against the simulated node", () => {
	test("a warning is told with the step that warned", async () => {
		await using node = await simulatedNode();
		await node.simulator.faults.set({ fault: "scenario_outcome", outcome: "WARNING", step: "Check the rows" });
		const options = { kind: "dss-scenario-run", project: "DKU_MONITORING", scenario: "canary_ok" };
		const instance = makeInstance(node.url, { apiKey: new Secret(PLAIN_KEY) });
		const context = probeContext(node.url, { instance, clock: node.clock, timeoutMs: 60_000 });
		const measured = kinds["dss-scenario-run"].measure(dssScenarioRunOptions.parse(options), context);
		const found = await driveReal(node.clock, measured);
		expect(found.fault).toBeUndefined();
		expect(found.seen).toMatch(/^WARNING in [\d.]+ s: step Check the rows/);
	});

	test.each([
		["canary_ok", "SUCCESS", undefined],
		["canary_fail", "FAILED", "scenario_failed"],
	])("%s ends in %s", async (scenario, state, code) => {
		await using node = await simulatedNode();
		const options = dssScenarioRunOptions.parse({ kind: "dss-scenario-run", project: "DKU_MONITORING", scenario });
		const instance = makeInstance(node.url, { apiKey: new Secret(PLAIN_KEY) });
		const context = probeContext(node.url, { instance, clock: node.clock, timeoutMs: 60_000 });
		const found = await driveReal(node.clock, kinds["dss-scenario-run"].measure(options, context));
		expect(found.fault?.code).toBe(code);
		expect(found.values).toMatchObject({ state, dss_version: "14.3.1" });
		expect(Object.keys(found.values).sort()).toEqual(Object.keys(kinds["dss-scenario-run"].values).sort());
		if (code) expect(found.fault?.text).toContain("step Build canary_fail: canary_fail always fails");
	});

	test("a firing that is cancelled is told so", async () => {
		await using node = await simulatedNode();
		await node.simulator.faults.set({ fault: "scenario_cancelled" });
		const options = dssScenarioRunOptions.parse({
			kind: "dss-scenario-run",
			project: "DKU_MONITORING",
			scenario: "canary_ok",
		});
		const instance = makeInstance(node.url, { apiKey: new Secret(PLAIN_KEY) });
		const context = probeContext(node.url, { instance, clock: node.clock, timeoutMs: 60_000 });
		const found = await driveReal(node.clock, kinds["dss-scenario-run"].measure(options, context));
		expect(found.fault?.code).toBe("scenario_cancelled");
	});

	/** Virtual time passes while real requests are answered. */
	async function driveReal<Found>(clock: VirtualClock, look: Promise<Found>): Promise<Found> {
		let isOver = false;
		const over = look.finally(() => {
			isOver = true;
		});
		while (!isOver) {
			await clock.advance(50);
			for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
		}
		return over;
	}
});
