import fc from "fast-check";
import { expect, test } from "vitest";
import { alerts, parseRange, plainNumber, showRange } from "../../src/report/nagios-range.ts";

/** The table of the Monitoring Plugins guidelines, "Threshold and Ranges", with values on both sides of each end. */
const TABLE: readonly (readonly [string, readonly number[], readonly number[]])[] = [
	["10", [-0.1, -5, 10.1], [0, 5, 10]],
	["10:", [9.9, -10], [10, 11, 1e9]],
	["~:10", [10.1, 1e9], [10, 0, -1e9]],
	["10:20", [9.9, 20.1], [10, 15, 20]],
	["@10:20", [10, 15, 20], [9.9, 20.1]],
	[":10", [-0.1, 10.1], [0, 10]],
	["@10", [0, 10], [-0.1, 10.1]],
	["-5:-1.5", [-5.1, -1.4], [-5, -2, -1.5]],
	["0", [0.1, -0.1], [0]],
	["~:", [], [-1e9, 1e9]],
	[".5:+2.", [0.4, 2.1], [0.5, 2]],
];

test.each(TABLE)("the range %s alerts for %j and not for %j", (text, bad, good) => {
	const range = parseRange(text);
	expect(range).toBeDefined();
	if (!range) return;
	expect(bad.filter((value) => !alerts(value, range))).toEqual([]);
	expect(good.filter((value) => alerts(value, range))).toEqual([]);
});

test.each([
	"",
	":",
	"@",
	"@:",
	"~",
	"10:~",
	"20:10",
	"1e3",
	"10,5",
	"2s",
	"10:20:30",
	"10 ",
	"--1",
	"0x10",
	"@@1",
	"NaN",
	".",
])("%j is no range", (text) => expect(parseRange(text)).toBeUndefined());

test("a range that is shown reads as the same range", () => {
	const limit = fc.integer({ min: -1e9, max: 1e9 }).map((micro) => micro / 1e6);
	const shape = fc.tuple(fc.option(limit), fc.option(limit), fc.boolean());
	fc.assert(
		fc.property(shape, ([a, b, alertsInside]) => {
			const start = a ?? Number.NEGATIVE_INFINITY;
			const end = b ?? Number.POSITIVE_INFINITY;
			if (start > end) return;
			expect(parseRange(showRange({ start, end, alertsInside }))).toEqual({ start, end, alertsInside });
		}),
	);
});

test.each([
	[0, "0"],
	[-0, "0"],
	[-0.0000001, "0"],
	[1e-7, "0"],
	[0.000001, "0.000001"],
	[0.1 + 0.2, "0.3"],
	[100, "100"],
	[10.5, "10.5"],
	[-3.25, "-3.25"],
	[1e21, "1000000000000000000000"],
	[123456789012345, "123456789012345"],
])("%d is written %s", (value, text) => expect(plainNumber(value)).toBe(text));
