import { describe, expect, test } from "vitest";
import { longestPause, missedRuns, withRun } from "../../src/app/pace.ts";

const M = 60_000;
const at = (...minutes: readonly number[]) => minutes.map((minute) => minute * M);

describe("runs that did not come", () => {
	test.each([
		["nothing is known at first", [], 100, undefined],
		["two runs are no habit", at(0, 5), 100, undefined],
		["three are none either", at(0, 5, 10), 100, undefined],
		["one of a habit of five minutes is in time", at(0, 5, 10, 15), 20, undefined],
		["one that is late, but not by much, is let pass", at(0, 5, 10, 15), 30, undefined],
		["a night without runs is told", at(0, 5, 10, 15), 495, { sinceMs: 480 * M, usualMs: 5 * M, runs: 95 }],
		["a look by hand in between is no new habit", at(0, 5, 10, 11, 15), 20, undefined],
		["and does not hide what is missed", at(0, 5, 10, 11, 15), 60, { sinceMs: 45 * M, usualMs: 5 * M, runs: 8 }],
		["a night is no new habit either", at(0, 5, 10, 490, 495), 515, { sinceMs: 20 * M, usualMs: 5 * M, runs: 3 }],
		["a clock that was set back is no pause", at(0, 5, 10, 1, 6, 11), 16, undefined],
		["a clock that is behind the last run misses nothing", at(0, 5, 10, 15), 3, undefined],
	])("%s", (_name, before, now, expected) => {
		expect(missedRuns(before, now * M)).toEqual(expected);
	});
});

test("a streak outlives three of the usual pauses, and any pause while none is known", () => {
	expect(longestPause([])).toBe(Number.POSITIVE_INFINITY);
	expect(longestPause(at(7))).toBe(Number.POSITIVE_INFINITY);
	expect(longestPause(at(0, 5))).toBe(15 * M);
	expect(longestPause(at(0, 5, 10, 11, 15, 20))).toBe(15 * M);
});

test("only the last runs are remembered", () => {
	let runs: readonly number[] = [];
	for (let run = 1; run <= 10; run++) runs = withRun(runs, run);
	expect(runs).toEqual([5, 6, 7, 8, 9, 10]);
});
