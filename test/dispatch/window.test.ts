import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextBeginnings, openUntil, windowOptions } from "../../src/dispatch/window.ts";
import { aWindow, HOUR, MINUTE, SECOND } from "../support/builders.ts";

type Row = readonly [at: string, until: string | undefined];

function check(window: ReturnType<typeof aWindow>, rows: readonly Row[]): void {
	for (const [at, until] of rows) {
		const end = openUntil(window, Date.parse(at));
		expect([at, end === undefined ? undefined : new Date(end).toISOString().replace(".000Z", "Z")]).toEqual([
			at,
			until,
		]);
	}
}

const SUNDAY = aWindow({ cron: "0 2 * * SUN", for: 2 * HOUR, timezone: "Europe/Paris" });
const NIGHTLY = aWindow({ cron: "30 2 * * *", for: HOUR, timezone: "Europe/Paris" });

test("Sunday at two in Paris for two hours: open from its first moment, closed at its end", () => {
	check(SUNDAY, [
		["2026-01-04T00:59:59.999Z", undefined],
		["2026-01-04T01:00:00.000Z", "2026-01-04T03:00:00Z"],
		["2026-01-04T02:59:59.999Z", "2026-01-04T03:00:00Z"],
		["2026-01-04T03:00:00.000Z", undefined],
		["2026-01-05T01:30:00.000Z", undefined],
		// In summer the same local time is an hour earlier in UTC.
		["2026-07-05T00:00:00.000Z", "2026-07-05T02:00:00Z"],
		["2026-07-05T02:00:00.000Z", undefined],
	]);
});

describe("where summer time begins (Paris, 29 March 2026, 02:00 becomes 03:00)", () => {
	test("a beginning that falls into the gap is right behind it, and the length stays", () => {
		check(NIGHTLY, [
			["2026-03-29T00:59:59.999Z", undefined],
			["2026-03-29T01:00:00.000Z", "2026-03-29T02:00:00Z"],
			["2026-03-29T01:59:59.999Z", "2026-03-29T02:00:00Z"],
			["2026-03-29T02:00:00.000Z", undefined],
			["2026-03-30T00:30:00.000Z", "2026-03-30T01:30:00Z"],
		]);
		check(SUNDAY, [
			["2026-03-29T00:59:59.999Z", undefined],
			["2026-03-29T02:59:59.999Z", "2026-03-29T03:00:00Z"],
			["2026-03-29T03:00:00.000Z", undefined],
		]);
	});

	test("a window across the change keeps its length", () => {
		check(aWindow({ cron: "0 1 * * *", for: 3 * HOUR, timezone: "Europe/Paris" }), [
			["2026-03-29T00:00:00.000Z", "2026-03-29T03:00:00Z"],
			["2026-03-29T02:59:59.999Z", "2026-03-29T03:00:00Z"],
			["2026-03-29T03:00:00.000Z", undefined],
		]);
	});
});

describe("where summer time ends (Paris, 25 October 2026, 03:00 becomes 02:00)", () => {
	test("a beginning that comes twice counts once, at the first", () => {
		check(NIGHTLY, [
			["2026-10-25T00:29:59.999Z", undefined],
			["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00Z"],
			["2026-10-25T01:30:00.000Z", undefined],
			["2026-10-25T02:00:00.000Z", undefined],
		]);
		check(SUNDAY, [
			["2026-10-25T00:00:00.000Z", "2026-10-25T02:00:00Z"],
			["2026-10-25T01:59:59.999Z", "2026-10-25T02:00:00Z"],
			["2026-10-25T02:00:00.000Z", undefined],
		]);
	});
});

test("beginnings that follow each other without a break leave no moment open", () => {
	const always = aWindow({ cron: "* * * * *", for: MINUTE });
	fc.assert(
		fc.property(fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }), (at) => {
			expect(openUntil(always, at)).toBe(Math.floor(at / MINUTE) * MINUTE + MINUTE);
		}),
	);
});

test("where beginnings overlap, the latest one decides until when", () => {
	const hourly = aWindow({ cron: "0 * * * *", for: 3 * HOUR });
	check(hourly, [
		["2026-01-04T01:00:00.000Z", "2026-01-04T04:00:00Z"],
		["2026-01-04T01:59:59.999Z", "2026-01-04T04:00:00Z"],
		["2026-01-04T02:00:00.000Z", "2026-01-04T05:00:00Z"],
	]);
});

test("cron expressions with seconds open windows of seconds", () => {
	const blinking = aWindow({ cron: "*/10 * * * * *", for: 5 * SECOND });
	check(blinking, [
		["2026-01-04T01:00:00.000Z", "2026-01-04T01:00:05Z"],
		["2026-01-04T01:00:04.999Z", "2026-01-04T01:00:05Z"],
		["2026-01-04T01:00:05.000Z", undefined],
		["2026-01-04T01:00:09.999Z", undefined],
		["2026-01-04T01:00:10.000Z", "2026-01-04T01:00:15Z"],
	]);
});

test("a day that hardly ever comes, or never, closes nothing and costs nothing", () => {
	check(aWindow({ cron: "0 0 29 2 *", for: 24 * HOUR }), [
		["2028-02-29T12:00:00.000Z", "2028-03-01T00:00:00Z"],
		["2027-02-28T12:00:00.000Z", undefined],
	]);
	check(aWindow({ cron: "0 0 30 2 *", for: 24 * HOUR }), [["2028-02-29T12:00:00.000Z", undefined]]);
});

test("an open window says an end that lies ahead, at most its length away; from then on it is closed or begun anew", () => {
	const crons = fc.constantFrom("0 2 * * SUN", "30 2 * * *", "*/7 * * * *", "0 0 1 * *", "15 3 * 3,10 *");
	const zones = fc.constantFrom("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata");
	const spans = fc.constantFrom(MINUTE, HOUR, 26 * HOUR);
	const moments = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
	fc.assert(
		fc.property(crons, zones, spans, moments, (cron, timezone, span, at) => {
			const window = aWindow({ cron, timezone, for: span });
			const until = openUntil(window, at);
			if (until === undefined) return;
			expect(until).toBeGreaterThan(at);
			expect(until - at).toBeLessThanOrEqual(span);
			expect(openUntil(window, until - 1)).toBeGreaterThanOrEqual(until);
			expect(openUntil(window, until - span)).toBe(until);
		}),
		{ numRuns: 200 },
	);
});

test("asked at any moments in any order, a window answers as one that was never asked before", () => {
	const crons = fc.constantFrom("30 2 * * *", "*/20 * * * *", "0 2 * * SUN", "0 0 30 2 *", "15,45 1-3 * 3,10 *");
	// Around both changes of the clocks, where beginnings are missing and come twice.
	const moment = fc
		.tuple(
			fc.constantFrom("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"),
			fc.integer({ min: -5 * HOUR, max: 5 * HOUR }),
		)
		.map(([around, by]) => Date.parse(around) + by);
	fc.assert(
		fc.property(
			crons,
			fc.constantFrom(10 * MINUTE, 2 * HOUR),
			fc.array(moment, { maxLength: 12 }),
			(cron, span, moments) => {
				const given = { cron, for: span, timezone: "Europe/Paris" };
				const window = aWindow(given);
				for (const at of moments) expect([at, openUntil(window, at)]).toEqual([at, openUntil(aWindow(given), at)]);
			},
		),
		{ numRuns: 60 },
	);
});

test("the options of the documentation are read", () => {
	const given = {
		name: "sunday restart",
		match: { instance: "design" },
		cron: "0 2 * * SUN",
		for: "2h",
		timezone: "Europe/Paris",
	};
	expect(openUntil(windowOptions.parse(given), Date.parse("2026-01-04T01:30:00Z"))).toBe(
		Date.parse("2026-01-04T03:00:00Z"),
	);
	expect(windowOptions.parse({ name: "x", cron: "* * * * *", for: "1m" }).timezone).toBe("UTC");
});

test("the next beginnings are later than the moment, in the time of the zone, also where its clocks change", () => {
	const next = (at: string) =>
		nextBeginnings(SUNDAY, Date.parse(at), 2).map((begins) => new Date(begins).toISOString());
	expect(next("2026-01-04T01:00:00Z")).toEqual(["2026-01-11T01:00:00.000Z", "2026-01-18T01:00:00.000Z"]);
	expect(next("2026-04-04T00:00:00Z")).toEqual(["2026-04-05T00:00:00.000Z", "2026-04-12T00:00:00.000Z"]);
});

describe("a window that opens once", () => {
	const once = (from: string, timezone = "Europe/Paris") =>
		windowOptions.parse({ name: "move", from, for: "2h", timezone });
	const at = (time: string) => Date.parse(time);

	test.each([
		["2026-12-24T20:59:59Z", undefined],
		["2026-12-24T21:00:00Z", "2026-12-24T23:00:00.000Z"],
		["2026-12-24T22:59:59Z", "2026-12-24T23:00:00.000Z"],
		["2026-12-24T23:00:00Z", undefined],
		["2027-12-24T21:30:00Z", undefined],
	])("begins at its local time and never again: %s", (time, until) => {
		const end = openUntil(once("2026-12-24T22:00"), at(time));
		expect(end === undefined ? undefined : new Date(end).toISOString()).toBe(until);
	});

	test("in the hour that summer time leaves out begins an hour later by the clock", () => {
		expect(openUntil(once("2026-03-29T02:30"), at("2026-03-29T01:29:59Z"))).toBeUndefined();
		expect(openUntil(once("2026-03-29T02:30"), at("2026-03-29T01:30:00Z"))).toBe(at("2026-03-29T03:30:00Z"));
	});

	test("has one beginning, and none when it is over", () => {
		expect(nextBeginnings(once("2026-12-24T22:00", "UTC"), at("2026-01-01T00:00:00Z"), 3)).toEqual([
			at("2026-12-24T22:00:00Z"),
		]);
		expect(nextBeginnings(once("2026-12-24T22:00:30", "UTC"), at("2027-01-01T00:00:00Z"), 3)).toEqual([]);
	});
});
