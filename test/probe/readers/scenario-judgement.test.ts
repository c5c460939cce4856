import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScenarioRun } from "../../../src/dss/scenario-status.ts";
import {
	judge,
	longRunMs,
	overdueMs,
	type Scenario,
	type Wanted,
} from "../../../src/probe/readers/scenario-judgement.ts";
import { MONDAY_MORNING } from "../../support/clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = MONDAY_MORNING;

const scenario: Scenario = { project: "A", id: "LOAD", name: "LOAD", isActive: true, nextRunAt: NOW + HOUR };

/** A run that started so long ago; null for one that goes on. */
const run = (agoMs: number, outcome: string | null = "SUCCESS", tookMs = MINUTE, more: Partial<ScenarioRun> = {}) => ({
	runId: String(agoMs),
	startedAt: NOW - agoMs,
	triggerType: "temporal",
	...(outcome !== null && { outcome, endedAt: NOW - agoMs + tookMs }),
	...more,
});

const troublesOf = (
	runs: readonly ScenarioRun[],
	wanted: Wanted = {},
	{ changes = {}, isNamed = false }: { changes?: object; isNamed?: boolean } = {},
) => judge({ ...scenario, ...changes }, runs, wanted, { now: NOW, disabled: new Set(["carol"]), isNamed }).troubles;

describe("the usual duration", () => {
	test.each([
		["two runs say nothing", [MINUTE, MINUTE], undefined],
		["short runs are never long below ten minutes", [1_000, 2_000, 3_000], 10 * MINUTE],
		["three times the median counts", [HOUR, 2 * HOUR, 3 * HOUR], 6 * HOUR],
		["one odd run changes nothing", [HOUR, HOUR, HOUR, 90 * HOUR], 3 * HOUR],
	])("%s", (_, took, expected) => {
		expect(longRunMs(took.map((ms, index) => run((index + 1) * DAY, "SUCCESS", ms)))).toBe(expected);
	});

	test("neither failed runs count nor those before the last ten", () => {
		const runs = [
			run(HOUR, "FAILED", 9 * DAY),
			...Array.from({ length: 10 }, (_, index) => run((index + 2) * HOUR, "SUCCESS", HOUR)),
			...Array.from({ length: 20 }, (_, index) => run((index + 12) * HOUR, "SUCCESS", 9 * HOUR)),
		];
		expect(longRunMs(runs)).toBe(3 * HOUR);
	});

	test("whatever the past, the half of the runs that was quickest is never long", () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 9 * DAY }), { minLength: 3, maxLength: 10 }), (took) => {
				const limit = longRunMs(took.map((ms, index) => run((index + 1) * DAY, "SUCCESS", ms))) ?? 0;
				const quick = took.toSorted((a, b) => a - b).slice(0, Math.ceil(took.length / 2));
				return quick.every((ms) => ms <= limit);
			}),
			{ numRuns: 100 },
		);
	});
});

describe("the rhythm", () => {
	const daily = [0, 1, 2, 3, 4].map((days) => run((days + 0.5) * DAY));

	test("is three usual pauses", () => {
		expect(overdueMs(daily)).toBe(3 * DAY);
	});

	test("takes a weekend that was seen for usual", () => {
		const workdays = [3, 4, 5, 6, 7, 10, 11].map((days) => run(days * DAY));
		expect(overdueMs(workdays)).toBe(4.5 * DAY);
		expect(troublesOf(workdays)).toEqual([]);
	});

	test("is none in four runs, in runs by hand, and never below an hour", () => {
		expect(overdueMs(daily.slice(1))).toBeUndefined();
		expect(overdueMs(daily.map((one) => ({ ...one, triggerType: "manual" })))).toBeUndefined();
		expect(overdueMs([1, 2, 3, 4, 5].map((minutes) => run(minutes * MINUTE)))).toBe(HOUR);
	});

	test("never calls a scenario overdue that kept its longest pause", () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: MINUTE, max: 9 * DAY }), { minLength: 5, maxLength: 20 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(pauses, part) => {
					let ago = Math.max(...pauses) * part;
					const runs = [run(ago, "SUCCESS", 0)];
					for (const pause of pauses) {
						ago += pause;
						runs.push(run(ago, "SUCCESS", 0));
					}
					return !troublesOf(runs).includes("overdue");
				},
			),
			{ numRuns: 100 },
		);
	});
});

describe("a scenario", () => {
	const well = [run(HOUR), run(2 * HOUR), run(3 * HOUR)];

	test.each<[string, readonly string[], readonly ScenarioRun[], Wanted?, { changes?: object; isNamed?: boolean }?]>([
		["that works is well", [], well],
		["that failed last has failed", ["failed"], [run(HOUR, "FAILED"), ...well]],
		["that works again is well", [], [run(MINUTE), run(HOUR, "FAILED")]],
		[
			"whose last run warned has gone through",
			["warning"],
			[run(HOUR, "WARNING"), run(90 * DAY)],
			{ expectedWithinMs: DAY },
		],
		["that was aborted is told so", ["aborted"], [run(HOUR, "ABORTED")]],
		["that runs again after a failure has still failed", ["failed"], [run(MINUTE, null), run(HOUR, "FAILED")]],
		["whose success is too old is overdue", ["overdue"], [run(2 * DAY)], { expectedWithinMs: DAY }],
		[
			"that fails for longer than the period is both",
			["failed", "overdue"],
			[run(HOUR, "FAILED"), run(2 * DAY)],
			{ expectedWithinMs: DAY },
		],
		[
			"that never went through in the time is overdue",
			["failed", "overdue"],
			[run(HOUR, "FAILED"), run(2 * DAY, "FAILED")],
			{ expectedWithinMs: DAY },
		],
		["that is young and failed once is not overdue", ["failed"], [run(HOUR, "FAILED")], { expectedWithinMs: DAY }],
		["that runs long against its past is long", ["long_running"], [run(HOUR, null), ...well]],
		["that runs long without a past is not judged", [], [run(9 * DAY, null)]],
		["that runs long against a limit is long", ["long_running"], [run(2 * HOUR, null)], { longestRunMs: HOUR }],
		["that never ran is told so", ["never_ran"], []],
		[
			"that is off is only off",
			["inactive"],
			[run(HOUR, "FAILED"), run(90 * DAY)],
			{ expectedWithinMs: DAY },
			{ changes: { isActive: false } },
		],
		[
			"that is off but named is expected to work",
			["failed", "inactive"],
			[run(HOUR, "FAILED")],
			{},
			{ changes: { isActive: false }, isNamed: true },
		],
		[
			"that ran by time and has no next run is unscheduled",
			["unscheduled"],
			well,
			{},
			{ changes: { nextRunAt: undefined } },
		],
		[
			"that was always run by hand needs no next run",
			[],
			[run(HOUR, "SUCCESS", 1, { triggerType: "manual" })],
			{},
			{ changes: { nextRunAt: undefined } },
		],
		[
			"that ran on new data needs no next run",
			[],
			[run(HOUR, "SUCCESS", 1, { triggerType: "dataset_modification" })],
			{},
			{ changes: { nextRunAt: undefined } },
		],
		["whose user is disabled is told so", ["user_disabled"], [run(HOUR, "SUCCESS", 1, { login: "carol" })]],
		["that started after our clock is young, not old", [], [run(-5 * MINUTE, null), ...well]],
	])("%s", (_, expected, runs, wanted = {}, given = {}) => {
		expect(troublesOf(runs, wanted, given)).toEqual(expected);
	});

	test("no history makes a judgement that contradicts itself", () => {
		const runs = fc.array(
			fc.tuple(
				fc.integer({ min: 0, max: 90 * DAY }),
				fc.constantFrom("SUCCESS", "WARNING", "FAILED", "ABORTED", null),
				fc.integer({ min: 0, max: DAY }),
			),
			{ maxLength: 20 },
		);
		fc.assert(
			fc.property(runs, fc.boolean(), (given, isActive) => {
				const newestFirst = given.toSorted(([a], [b]) => a - b).map((one) => run(...one));
				const { troubles, last, successAgeMs } = judge(
					{ ...scenario, isActive },
					newestFirst,
					{},
					{
						now: NOW,
						disabled: new Set(),
						isNamed: false,
					},
				);
				const outcomes = troubles.filter((one) => ["failed", "warning", "aborted"].includes(one));
				expect(outcomes.length).toBe(isActive && last && last.outcome !== "SUCCESS" ? 1 : 0);
				expect(troubles.includes("inactive")).toBe(!isActive);
				if (successAgeMs !== undefined) expect(successAgeMs).toBeGreaterThanOrEqual(0);
			}),
			{ numRuns: 100 },
		);
	});
});
