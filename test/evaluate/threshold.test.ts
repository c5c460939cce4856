import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Limits } from "../../src/evaluate/rules.ts";
import { levelOf, limitsIn } from "../../src/evaluate/threshold.ts";
import type { BadLevel } from "../../src/model/alert.ts";

type Row = readonly [value: number, before: BadLevel | undefined, level: BadLevel | undefined];

const cases: readonly (readonly [string, Limits, readonly Row[]])[] = [
	[
		"warning 2, critical 8, recover 1.5",
		{ bad: "above", warning: 2, critical: 8, recover: 1.5 },
		[
			[2, undefined, undefined],
			[2.01, undefined, "warning"],
			[8, undefined, "warning"],
			[8.01, undefined, "critical"],
			[1.8, undefined, undefined],
			[1.8, "warning", "warning"],
			[1.8, "critical", "warning"],
			[1.5, "warning", undefined],
			[1.5, "critical", undefined],
			[3, "critical", "warning"],
		],
	],
	[
		"only critical 8, recover 5",
		{ bad: "above", critical: 8, recover: 5 },
		[
			[7, undefined, undefined],
			[9, undefined, "critical"],
			[7, "critical", "critical"],
			[5, "critical", undefined],
		],
	],
	[
		"only warning 2, no recover",
		{ bad: "above", warning: 2 },
		[
			[2.1, "warning", "warning"],
			[2, "warning", undefined],
		],
	],
	[
		"bad below: warning 10, critical 3, recover 15",
		{ bad: "below", warning: 10, critical: 3, recover: 15 },
		[
			[10, undefined, undefined],
			[9.9, undefined, "warning"],
			[3, undefined, "warning"],
			[2.9, undefined, "critical"],
			[12, undefined, undefined],
			[12, "warning", "warning"],
			[12, "critical", "warning"],
			[15, "warning", undefined],
		],
	],
	[
		"a limit of zero is a limit",
		{ bad: "above", critical: 0 },
		[
			[0, undefined, undefined],
			[1, undefined, "critical"],
			[-1, undefined, undefined],
		],
	],
];

describe.each(cases)("%s", (_, limits, rows) => {
	test.each(rows)("%d after %s gives %s", (value, before, level) => {
		expect(levelOf(value, limits, before)).toBe(level);
	});
});

describe("hysteresis", () => {
	const limits = fc
		.record({
			side: fc.constantFrom("above" as const, "below" as const),
			base: fc.integer({ min: -50, max: 50 }),
			band: fc.integer({ min: 1, max: 30 }),
			gap: fc.integer({ min: 0, max: 30 }),
			which: fc.constantFrom("warning", "critical", "both"),
		})
		.map(
			({ side, base, band, gap, which }): { readonly limits: Limits; readonly inside: (share: number) => number } => {
				const sign = side === "above" ? 1 : -1;
				return {
					limits: {
						bad: side,
						recover: base,
						...(which !== "critical" && { warning: base + sign * band }),
						...(which !== "warning" && { critical: base + sign * (band + (which === "both" ? gap : 0)) }),
					},
					// Beyond the recovery limit, not beyond the lowest one.
					inside: (share) => base + sign * band * share,
				};
			},
		);
	const share = fc.double({ min: 0.001, max: 1, noNaN: true });
	const run = (values: readonly number[], limits: Limits, before: BadLevel | undefined) => {
		const levels: (BadLevel | undefined)[] = [];
		for (const value of values) levels.push(levelOf(value, limits, levels.length > 0 ? levels.at(-1) : before));
		return levels;
	};

	test("never flutters inside the band: good stays good, bad stays bad at one level", () => {
		fc.assert(
			fc.property(
				limits,
				fc.array(share, { minLength: 1 }),
				fc.constantFrom(undefined, "warning" as const, "critical" as const),
				({ limits, inside }, shares, before) => {
					const levels = run(shares.map(inside), limits, before);
					expect(new Set(levels).size).toBe(1);
					expect(levels[0] === undefined).toBe(before === undefined);
				},
			),
		);
	});

	test("what is good again was at or beyond the recovery limit on the good side", () => {
		fc.assert(
			fc.property(limits, fc.array(fc.integer({ min: -120, max: 120 })), ({ limits }, values) => {
				const levels = run(values, limits, undefined);
				for (const [index, level] of levels.entries()) {
					if (index === 0 || level !== undefined || levels[index - 1] === undefined) continue;
					const [value, recover] = [values[index] as number, limits.recover as number];
					expect(limits.bad === "above" ? value <= recover : value >= recover).toBe(true);
				}
			}),
		);
	});
});

describe("limits in the unit of their value", () => {
	const days = (warning: number | { seconds: number }) => ({ warning, bad: "below" as const });

	test.each([
		["a plain number stays as it is", days(21), "d", 21],
		["a duration of a value in days counts days", days({ seconds: 14 * 86_400 }), "d", 14],
		["a duration of a value in seconds counts seconds", days({ seconds: 2.5 }), "s", 2.5],
	] as const)("%s", (_name, threshold, unit, expected) => {
		expect(limitsIn(threshold, unit)?.warning).toBe(expected);
	});

	test("a duration limits nothing that is no time", () => {
		expect(limitsIn(days({ seconds: 2 }), "B")).toBeUndefined();
		expect(limitsIn(days({ seconds: 2 }), undefined)).toBeUndefined();
	});

	test("a size limits bytes and nothing else", () => {
		const small = { warning: { bytes: 10e9 }, bad: "below" as const };
		expect(limitsIn(small, "B")?.warning).toBe(10e9);
		for (const unit of ["s", "d", undefined] as const) expect(limitsIn(small, unit)).toBeUndefined();
	});
});
