import { expect, test } from "vitest";
import { retryAfterMs } from "../../src/notify/retry-after.ts";

const NOW = Date.UTC(2026, 0, 5, 8);

test.for([
	["0", 0],
	["120", 120_000],
	[" 7 ", 7_000],
	["3600", 3_600_000],
	["99999999999999999999", 3_600_000],
	["Mon, 05 Jan 2026 08:05:00 GMT", 300_000],
	["Monday, 05-Jan-26 08:05:00 GMT", 300_000],
	["Mon Jan  5 08:05:00 2026", 300_000],
	["Mon, 05 Jan 2026 07:00:00 GMT", 0],
	["Tue, 06 Jan 2026 08:00:00 GMT", 3_600_000],
	["-5", undefined],
	["1.5", undefined],
	["soon", undefined],
	["2026", 2_026_000],
	["2026-01-05T08:05:00Z", undefined],
	["", undefined],
	[undefined, undefined],
	[null, undefined],
] as const)("Retry-After %j means %s ms", ([given, expected]) => {
	expect(retryAfterMs(given, NOW)).toBe(expected === undefined ? undefined : Math.min(expected, 3_600_000));
});
