import { describe, expect, test } from "vitest";
import { readMatches } from "../../src/cli/silence.ts";
import { parseMoment, stamp, stampBeside } from "../../src/cli/times.ts";
import { HOUR, MINUTE, T0 } from "../support/builders.ts";

describe("a moment", () => {
	test("with its zone is what it says; a date alone begins in local time", () => {
		expect(parseMoment("2026-01-05T08:00Z", T0, "next")).toBe(T0);
		expect(parseMoment("2026-01-05T10:00:00+02:00", T0, "next")).toBe(T0);
		expect(parseMoment("2026-01-05 08:00", T0, "next")).toBe(new Date(2026, 0, 5, 8).getTime());
		expect(parseMoment("2026-01-05", T0, "last")).toBe(new Date(2026, 0, 5).getTime());
	});

	test("of the day alone is the next one, or the last", () => {
		const local = new Date(2026, 0, 5, 12, 30).getTime();
		expect(parseMoment("14:00", local, "next")).toBe(local + 90 * MINUTE);
		expect(parseMoment("14:00", local, "last")).toBe(new Date(2026, 0, 4, 14).getTime());
		expect(parseMoment("9:15", local, "next")).toBe(new Date(2026, 0, 6, 9, 15).getTime());
		expect(parseMoment("9:15", local, "last")).toBe(new Date(2026, 0, 5, 9, 15).getTime());
	});

	test.each(["", "soon", "25:00", "12:60", "2026-13-01", "2026-1-5", "5 Jan 2026", "1767600000000"])(
		"%j is none",
		(text) => {
			expect(() => parseMoment(text, T0, "next")).toThrow("is not a moment");
		},
	);

	test("is shown in UTC, without the day beside one of the same", () => {
		expect(stamp(T0)).toBe("2026-01-05 08:00:00");
		expect(stampBeside(T0 + HOUR, T0)).toBe("09:00:00");
		expect(stampBeside(T0 + 20 * HOUR, T0)).toBe("2026-01-06 04:00:00");
	});
});

test("labels are typed as name=value; one that comes twice means either", () => {
	expect(readMatches(["instance=design", "check=a", "check=b*", "note=x=y"])).toEqual({
		instance: "design",
		check: ["a", "b*"],
		note: "x=y",
	});
	for (const word of ["design", "=x", "name="]) expect(() => readMatches([word])).toThrow("is no match");
});
