import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LastBuild } from "../../../src/dss/last-build.ts";
import { dssJobOptions } from "../../../src/probe/canary/dss-job.ts";
import { verifyBuild } from "../../../src/probe/canary/dss-job-verify.ts";
import type { Notes } from "../../../src/probe/kind.ts";
import { savedNotes } from "../../support/canary.ts";
import { virtualClock } from "../../support/clock.ts";
import { lookAt } from "../../support/look.ts";
import { played } from "../../support/played.ts";
import { type SimulatedNode, simulatedNode } from "../../support/simulator.ts";

const of = (stamp?: string): LastBuild => ({ ok: true, stamp });
const refused: LastBuild = { ok: false, fault: { code: "right_missing", text: "READ_CONF is missing" } };
const old: LastBuild = { ok: false, fault: { code: "unsupported", text: "no such call" } };

describe("a job that is DONE", () => {
	const verify = async (before: LastBuild, answers: readonly LastBuild[], untilMs = 60_000) => {
		const clock = virtualClock();
		let asked = 0;
		const ask = async () => answers[Math.min(asked++, answers.length - 1)] as LastBuild;
		const around = { clock, signal: new AbortController().signal, until: clock.monotonic() + untilMs };
		const found = await played(clock, verifyBuild({ project: "K", output: "out", id: "J" }, before, ask, around), 500);
		return { ...found, asked };
	};

	test.each([
		["another build than before", of("a"), [of("b")], 1],
		["the first build ever", of(), [of("b")], 1],
		["a build that is written down a moment later", of("a"), [of("a"), of("a"), of("b")], 3],
		["a blip of the answers", of("a"), [refused, of("b")], 2],
	])("has rebuilt its output: %s", async (_, before, answers, asked) => {
		expect(await verify(before, answers)).toEqual({ rebuilt: true, asked });
	});

	test.each([
		["the build of before", of("a"), [of("a")], "its last build is of a"],
		["none, then as before", of(), [of()], "DSS knows of no build of it"],
	])("has not: DSS goes on to tell %s", async (_, before, answers, words) => {
		const { rebuilt, fault, asked } = await verify(before, answers);
		expect(rebuilt).toBe(false);
		expect(fault?.code).toBe("output_not_rebuilt");
		expect(fault?.text).toContain(words);
		expect(asked).toBeGreaterThan(5);
		expect(asked).toBeLessThan(12);
	});

	test.each([
		["before the order", refused, [of("b")], "right_missing"],
		["afterwards", of("a"), [refused], "right_missing"],
		["by an old DSS", of(), [old], "unsupported"],
	])("is not accused where DSS did not tell: %s", async (_, before, answers, code) => {
		const { fault, rebuilt } = await verify(before, answers);
		expect(fault?.code).toBe(code);
		expect(fault?.text).toContain("cannot be told");
		expect(rebuilt).toBeUndefined();
	});

	test("is asked about once where no time is left", async () => {
		expect((await verify(of("a"), [of("a")], 100)).asked).toBe(1);
	});
});

describe("on a node", () => {
	let node: SimulatedNode;
	let notes: Notes;
	beforeEach(async () => {
		node = await simulatedNode();
		notes = savedNotes();
	});
	afterEach(() => node[Symbol.asyncDispose]());
	const look = (more: object = {}) =>
		played(
			node.clock,
			lookAt(
				node,
				{ kind: "dss-job", project: "DKU_MONITORING", output: "canary_out", verify: true, ...more },
				{ notes, timeoutMs: 30_000 },
			),
		);

	test("the key of a canary may read what was last built, by metrics and by what newer versions know", async () => {
		expect(await look()).toMatchObject({ values: { state: "DONE", rebuilt: true } });
		expect((await look()).fault).toBeUndefined();
	});

	test("an output that was left as it was is a failure with a cause of its own", async () => {
		await node.simulator.faults.set({ fault: "output_not_rebuilt" });
		const { values, fault } = await look();
		expect(values).toMatchObject({ state: "DONE", rebuilt: false });
		expect(fault).toMatchObject({ code: "output_not_rebuilt", text: expect.stringContaining("canary_out") });
	});

	test("nobody asks about the output of a job that failed, or where nobody wants to know", async () => {
		await node.simulator.faults.set({ fault: "output_not_rebuilt" });
		expect((await look({ output: "canary_fail" })).fault?.code).toBe("job_failed");
		const { values, fault } = await look({ verify: false });
		expect(fault).toBeUndefined();
		expect(values).not.toHaveProperty("rebuilt");
	});

	test("a DSS before 10 tells by the metrics", async () => {
		await node.simulator.faults.set({ fault: "old_version", version: "9.0.5" });
		expect(await look()).toMatchObject({ values: { rebuilt: true } });
	});

	test("jobs that nobody clears are counted once an hour, and the count is bounded", async () => {
		await node.simulator.faults.set({ fault: "old_jobs", count: 1_200 });
		const first = (await look()).values["jobs_kept"];
		expect(first).toBeGreaterThan(1_200);
		await node.simulator.faults.set({ fault: "old_jobs", count: 5_000 });
		expect((await look()).values["jobs_kept"]).toBe(first);
		await node.clock.advance(3_600_000);
		expect((await look()).values["jobs_kept"]).toBe(2_000);
	});
});

test("only the last build of a dataset can be verified", () => {
	const given = { kind: "dss-job", project: "P", output: "o", verify: true };
	expect(dssJobOptions.safeParse({ ...given, output_type: "SAVED_MODEL" }).error?.issues).toMatchObject([
		{ path: ["verify"], message: expect.stringContaining("datasets only") },
	]);
	expect(dssJobOptions.safeParse(given).success).toBe(true);
});
