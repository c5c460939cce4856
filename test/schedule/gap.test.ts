import { expect, test } from "vitest";
import { findGaps, type Reading } from "../../src/schedule/gap.ts";

const before: Reading = { monotonic: 1_000, wall: 5_000_000, sinceBoot: 90_000 };

/** A reading after each clock has advanced by so much. */
function advanced(monotonic: number, wall: number, sinceBoot: number): Reading {
	return {
		monotonic: before.monotonic + monotonic,
		wall: before.wall + wall,
		sinceBoot: (before.sinceBoot as number) + sinceBoot,
	};
}

test.each([
	["an ordinary second", advanced(1_000, 1_000, 1_000), []],
	["a second and a half under load", advanced(1_500, 1_500, 1_500), []],
	["a wall clock that is slewed by NTP", advanced(1_000, 1_001, 1_000), []],
	["a held-up program", advanced(8_000, 8_000, 8_000), [{ kind: "stalled", ms: 7_000 }]],
	["a night's sleep", advanced(1_000, 28_801_000, 28_801_000), [{ kind: "suspended", ms: 28_800_000 }]],
	["a clock set forward", advanced(1_000, 3_601_000, 1_000), [{ kind: "clock_forward", ms: 3_600_000 }]],
	["a clock set back", advanced(1_000, -3_599_000, 1_000), [{ kind: "clock_back", ms: 3_600_000 }]],
	[
		"a stall while the clock was set back",
		advanced(11_000, 1_000, 11_000),
		[
			{ kind: "stalled", ms: 10_000 },
			{ kind: "clock_back", ms: 10_000 },
		],
	],
	[
		"a sleep after which the clock was set right",
		advanced(1_000, 71_000, 61_000),
		[
			{ kind: "suspended", ms: 60_000 },
			{ kind: "clock_forward", ms: 10_000 },
		],
	],
])("%s is told as what it is", (_name, after, gaps) => {
	expect(findGaps(before, after, 1_000)).toEqual(gaps);
});

test("where nobody knows the time since boot, a clock that ran ahead counts as sleep, one set back does not", () => {
	const blind = { monotonic: 0, wall: 0 };
	expect(findGaps(blind, { monotonic: 1_000, wall: 61_000 }, 1_000)).toEqual([{ kind: "suspended", ms: 60_000 }]);
	expect(findGaps(blind, { monotonic: 1_000, wall: -59_000 }, 1_000)).toEqual([{ kind: "clock_back", ms: 60_000 }]);
});
