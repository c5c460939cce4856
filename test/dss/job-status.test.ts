import { describe, expect, test } from "vitest";
import { readJobList, readJobStatus } from "../../src/dss/job-status.ts";

const status = (base: object, whole: object = {}) =>
	readJobStatus({ baseStatus: { state: "FAILED", ...base }, ...whole });

describe("a status", () => {
	test("is read with its times, outputs and unfinished activities", () => {
		expect(
			status({
				state: "RUNNING",
				def: {
					initiationTimestamp: 1_000,
					triggeredFrom: "API",
					outputs: [{ type: "DATASET", targetDataset: "out", targetDatasetProjectKey: "K", targetPartition: "NP" }],
				},
				jobStartTime: 2_000,
				jobEndTime: 0,
				activities: { a: { state: "DONE", endTime: 3 }, b: { state: "RUNNING", endTime: 0 } },
			}),
		).toEqual({
			state: "RUNNING",
			isFinal: false,
			hasStarted: true,
			initiatedAt: 1_000,
			startedAt: 2_000,
			triggeredFrom: "API",
			outputs: ["out"],
			unfinished: ["b RUNNING"],
		});
	});

	test.each<[object, { isFinal: boolean; hasStarted: boolean }]>([
		[{ state: "NOT_STARTED" }, { isFinal: false, hasStarted: false }],
		[{ state: "QUEUED" }, { isFinal: false, hasStarted: false }],
		[
			{ state: "QUEUED", jobStartTime: 5 },
			{ isFinal: false, hasStarted: true },
		],
		[{ state: "RUNNING" }, { isFinal: false, hasStarted: true }],
		[
			{ state: "RUNNING", jobEndTime: 5 },
			{ isFinal: false, hasStarted: true },
		],
		[
			{ state: "KILLED", jobStartTime: 4, jobEndTime: 5 },
			{ isFinal: true, hasStarted: true },
		],
		[{ state: "DONE" }, { isFinal: true, hasStarted: true }],
		[{ state: "FAILED" }, { isFinal: true, hasStarted: true }],
		[{ state: "ABORTED" }, { isFinal: true, hasStarted: false }],
		[
			{ state: undefined, status: "DONE" },
			{ isFinal: true, hasStarted: true },
		],
		[
			{ state: "RUNNING", status: "DONE" },
			{ isFinal: false, hasStarted: true },
		],
	])("%j", (base, expected) => {
		expect(status(base)).toMatchObject(expected);
	});

	test.each<[string, object, object]>([
		["a: first", { activities: { z: {}, a: { firstFailure: { message: "first" } } }, message: "second" }, {}],
		["second", { message: "second", errorMessage: "third" }, { errorMessage: "fourth" }],
		["third", { errorMessage: "third" }, {}],
		["fourth", {}, { errorMessage: "fourth", error: { message: "fifth" } }],
		["fifth", { message: "" }, { error: { message: "fifth" } }],
	])("names as the reason: %s", (reason, base, whole) => {
		expect(status(base, whole)?.failure).toBe(reason);
	});

	test.each([undefined, null, 7, [], {}, { baseStatus: null }, { baseStatus: { state: 3 } }])("%j is none", (json) => {
		expect(readJobStatus(json)).toBeUndefined();
	});
});

describe("a list", () => {
	test("is read in both shapes, and the id where it surely is", () => {
		const list = readJobList([
			{ def: { id: "a", outputs: [{ id: "folder" }], initiationTimestamp: 9 }, jobId: "x", state: "RUNNING" },
			{ projectKey: "K", jobId: "b", id: "y", state: "DONE" },
			{ id: "c", status: "ERROR", endTime: 7 },
		]);
		expect(list).toEqual([
			{ id: "a", state: "RUNNING", isFinal: false, initiatedAt: 9, outputs: ["folder"] },
			{ id: "b", state: "DONE", isFinal: true },
			{ id: "c", state: "ERROR", isFinal: true, endedAt: 7 },
		]);
	});

	test("passes over rows that are none, and is none where it is no array", () => {
		expect(readJobList([null, 3, { id: "a" }, { state: "DONE" }])).toEqual([]);
		expect(readJobList({ jobs: [] })).toBeUndefined();
	});
});
