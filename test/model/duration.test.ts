import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duration, formatDuration, parseDuration } from "../../src/model/duration.ts";

describe("parseDuration", () => {
	test.each([
		["500ms", 500],
		["30s", 30_000],
		["5m", 300_000],
		["2h", 7_200_000],
		["7d", 604_800_000],
		["1w", 604_800_000],
		["0s", 0],
		["1.5s", 1_500],
		["0.25h", 900_000],
		["1h30m", 5_400_000],
		["1d2h3m4s5ms", 93_784_005],
		["1m1ms", 60_001],
		["1.001s", 1_001],
		["4.35s", 4_350],
		["0.07h", 252_000],
	])("reads %s as %d ms", (text, ms) => {
		expect(parseDuration(text)).toBe(ms);
	});

	test.each([
		["", "nothing"],
		["30", "no unit"],
		["s", "no number"],
		["-5s", "a negative one"],
		["+5s", "a sign"],
		["5 s", "a blank"],
		[" 5s", "a leading blank"],
		["5s\n", "a trailing line end"],
		["5S", "a capital unit"],
		["5min", "a unit that is none"],
		["5y", "years, which have no fixed length"],
		[".5s", "no digit before the point"],
		["5.s", "no digit after the point"],
		["1,5s", "a comma"],
		["1e3s", "an exponent"],
		["1h 30m", "a blank in between"],
		["1h30", "a last number without unit"],
		[`${"9".repeat(400)}w`, "a number beyond all numbers"],
	])("refuses %j: %s", (text) => {
		expect(parseDuration(text)).toBeUndefined();
		expect(duration().safeParse(text).success).toBe(false);
	});

	test("an option says in words what a duration looks like", () => {
		const given = duration().safeParse("30");
		expect(given.error?.issues[0]?.message).toContain("30s, 5m, 1h30m");
		expect(duration().parse("1h30m")).toBe(5_400_000);
	});

	test("parts add up, and thousandths of a second are whole milliseconds", () => {
		fc.assert(
			fc.property(fc.nat(40), fc.nat(59), fc.nat(59_999), (h, m, ms) => {
				const total = h * 3_600_000 + m * 60_000 + ms;
				expect(parseDuration(`${h}h${m}m${ms / 1_000}s`)).toBe(total);
				expect(parseDuration(`${total}ms`)).toBe(total);
			}),
		);
	});

	test("any text gives a finite number that is not negative, or nothing", () => {
		const like = fc.stringMatching(/^[0-9.]{0,20}(ms|[smhdwx ])?[0-9.]{0,3}(ms|[smhdw])?$/);
		fc.assert(
			fc.property(fc.oneof(fc.string(), like), (text) => {
				const ms = parseDuration(text);
				expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
			}),
		);
	});
});

describe("formatDuration", () => {
	test.each([
		[0, "0 s"],
		[-5_000, "0 s"],
		[Number.NaN, "0 s"],
		[1, "1 ms"],
		[850, "850 ms"],
		[999.4, "999 ms"],
		[999.6, "1 s"],
		[1_500, "1.5 s"],
		[2_000, "2 s"],
		[59_940, "59.9 s"],
		[59_960, "1 min"],
		[90_000, "1 min 30 s"],
		[3_599_400, "59 min 59 s"],
		[3_599_600, "1 h"],
		[7_500_000, "2 h 5 min"],
		[86_399_000, "1 d"],
		[273_600_000, "3 d 4 h"],
		[864_000_000, "10 d"],
	])("writes %d ms as %s", (ms, text) => {
		expect(formatDuration(ms)).toBe(text);
	});

	test("what is written reads as the same time again, but for the rounding of its smaller unit", () => {
		const units: Readonly<Record<string, string>> = { ms: "ms", s: "s", min: "m", h: "h", d: "d" };
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 90 * 86_400_000 }), (ms) => {
				const text = formatDuration(ms).replaceAll(/ (ms|s|min|h|d) ?/g, (_, unit: string) => units[unit] as string);
				const again = parseDuration(text) as number;
				const step = ms < 1_000 ? 1 : ms < 60_000 ? 100 : ms < 3_600_000 ? 1_000 : ms < 86_400_000 ? 60_000 : 3_600_000;
				expect(Math.abs(again - ms)).toBeLessThanOrEqual(step);
			}),
		);
	});

	test("more time is never written as less", () => {
		const read = (ms: number) =>
			parseDuration(formatDuration(ms).replaceAll(" min", "m").replaceAll(" ", "")) as number;
		fc.assert(
			fc.property(fc.nat(200_000_000), fc.nat(5_000_000), (ms, more) => {
				expect(read(ms + more)).toBeGreaterThanOrEqual(read(ms));
			}),
		);
	});
});
