import { expect, test } from "vitest";
import { checkCron, nextCron } from "../../src/schedule/cron.ts";

function ticks(cron: string, timezone: string, from: string, count: number): string[] {
	let at = Date.parse(from);
	return Array.from({ length: count }, () => {
		at = nextCron(cron, timezone, at) as number;
		return new Date(at).toISOString().slice(0, 16);
	});
}

test("the next tick is strictly after the given moment", () => {
	const tick = Date.parse("2026-01-05T10:05:00Z");
	expect(nextCron("*/5 * * * *", "UTC", tick - 1)).toBe(tick);
	expect(nextCron("*/5 * * * *", "UTC", tick)).toBe(tick + 300_000);
});

test("six fields begin with seconds", () => {
	const at = Date.parse("2026-01-05T10:00:00Z");
	expect(nextCron("*/15 * * * * *", "UTC", at)).toBe(at + 15_000);
});

test("a single time of day in the hour that summer time skips runs right after the gap, once", () => {
	expect(ticks("30 2 * * *", "Europe/Paris", "2026-03-27T12:00:00Z", 3)).toEqual([
		"2026-03-28T01:30",
		"2026-03-29T01:00",
		"2026-03-30T00:30",
	]);
});

test("a single time of day in the hour that comes twice runs once", () => {
	expect(ticks("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", 2)).toEqual([
		"2026-10-25T00:30",
		"2026-10-26T01:30",
	]);
});

test("every half hour stays every half hour through both changes of the clock", () => {
	expect(ticks("*/30 * * * *", "Europe/Paris", "2026-03-29T00:15:00Z", 3)).toEqual([
		"2026-03-29T00:30",
		"2026-03-29T01:00",
		"2026-03-29T01:30",
	]);
	expect(ticks("*/30 * * * *", "Europe/Paris", "2026-10-24T23:45:00Z", 4)).toEqual([
		"2026-10-25T00:00",
		"2026-10-25T00:30",
		"2026-10-25T01:00",
		"2026-10-25T01:30",
	]);
});

test.each([
	["*/5 * * * *", "UTC"],
	["0 2 * * SUN", "Europe/Paris"],
	["0 0 29 2 *", "UTC"],
	["30 */5 * * * *", "America/New_York"],
	["@daily", "UTC"],
])("%s in %s is accepted", (cron, timezone) => {
	expect(checkCron(cron, timezone)).toBeUndefined();
});

test.each([
	["* * * *", "UTC", /five fields/],
	["* * * * * * *", "UTC", /five fields/],
	["", "UTC", /five fields/],
	["2026-01-01T00:00:00", "UTC", /five fields/],
	["61 * * * *", "UTC", /minute: 61/],
	["? * * * *", "UTC", /has a \?/],
	["@sometimes", "UTC", /no cron expression/],
	["0 0 30 2 *", "UTC", /never comes/],
	["* * * * *", "Europe/Pari", /time zone that does not exist: Europe\/Pari/],
])("%j in %s is refused", (cron, timezone, problem) => {
	expect(checkCron(cron, timezone)).toMatch(problem);
});
