import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partsOfFire, readFire, readRunDetails, readRuns } from "../../src/dss/scenario-status.ts";

const run = (changes: object = {}) => ({
	runId: "2025-11-20-10-15-33-001",
	start: 1763633733001,
	end: 0,
	trigger: { trigger: { id: "manual", type: "manual" }, runId: "2025-11-20-10-15-30-255" },
	runAsUser: { realUserLogin: "admin" },
	...changes,
});
const step = (name: string, outcome: string | undefined, more: object = {}) => ({
	step: { id: "s", name },
	end: outcome ? 2 : 0,
	...(outcome && { result: { outcome, ...more } }),
	additionalReportItems: [],
});

describe("a run", () => {
	test("that goes on has no outcome and no end", () => {
		expect(readRuns([run()])).toEqual([
			{
				runId: "2025-11-20-10-15-33-001",
				fireId: "manual:2025-11-20-10-15-30-255",
				triggerType: "manual",
				startedAt: 1763633733001,
				login: "admin",
			},
		]);
	});

	test("that is over has both, with DSS's words", () => {
		const result = { outcome: "FAILED", thrown: { clazz: "X", message: "no\nspace" } };
		expect(readRuns([run({ end: 1763633790500, result })])?.[0]).toMatchObject({
			outcome: "FAILED",
			endedAt: 1763633790500,
			error: "no space",
		});
	});

	test("of another shape is passed over, and what is no list is told apart from an empty one", () => {
		expect(readRuns([null, 7, {}, { runId: "x" }, run()])).toHaveLength(1);
		expect(readRuns({})).toBeUndefined();
		expect(readRuns([])).toEqual([]);
	});
});

describe("the steps of a run", () => {
	test.each([
		["the step that failed goes before one that warned", [step("a", "WARNING"), step("b", "FAILED")], { name: "b" }],
		["the error of the step is told", [step("a", "FAILED", { thrown: { message: "m" } })], { name: "a", error: "m" }],
		[
			"or that of the job that it started",
			[{ ...step("a", "FAILED"), additionalReportItems: [{ type: "JOB_EXECUTED", thrown: { title: "t" } }] }],
			{ name: "a", error: "t" },
		],
		["a step without a name has its id", [{ step: { id: "s1" }, result: { outcome: "FAILED" } }], { name: "s1" }],
		["no step is to blame where all went well", [step("a", "SUCCESS")], undefined],
	])("%s", (_, stepRuns, failed) => {
		expect(readRunDetails({ scenarioRun: run(), stepRuns })?.failed).toEqual(failed);
	});

	test("that are not over are named", () => {
		const read = readRunDetails({ scenarioRun: run(), stepRuns: [step("a", "SUCCESS"), step("b", undefined)] });
		expect(read?.going).toEqual(["b"]);
	});

	test("are none while a firing has not become a run", () => {
		expect(readRunDetails({})).toBeUndefined();
	});
});

test("a firing is named by its trigger and its own id, and is taken apart again", () => {
	expect(readFire({ runId: "2025-1", trigger: { id: "a:b" }, cancelled: true })).toEqual({
		id: "a:b:2025-1",
		isCancelled: true,
	});
	expect(partsOfFire("a:b:2025-1")).toEqual({ triggerId: "a:b", runId: "2025-1" });
	expect(readFire({ runId: "2025-1" })).toBeUndefined();
});

test("no reply makes a reader throw", () => {
	fc.assert(
		fc.property(fc.jsonValue(), (json) => {
			readRuns(json);
			readRunDetails(json);
			readFire(json);
			readRunDetails({ scenarioRun: run(), stepRuns: json });
			readRunDetails({ scenarioRun: run(), stepRuns: [json] });
		}),
		{ numRuns: 200 },
	);
});
