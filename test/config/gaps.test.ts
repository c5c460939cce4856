import { expect, test } from "vitest";
import { longestGap, shortestGap } from "../../src/config/gaps.ts";

const [S, M, H] = [1_000, 60_000, 3_600_000];
const D = 24 * H;

test.for([
	["*/5 * * * *", "Europe/Paris", 5 * M, 5 * M],
	["*/10 * * * * *", "UTC", 10 * S, 10 * S],
	["*/7 * * * *", "UTC", 4 * M, 7 * M],
	["* 0-54 * * * *", "UTC", S, 5 * M + S],
	["* 0-8,13-23 * * *", "UTC", M, 4 * H + M],
	["*/5 8-18 * * MON-FRI", "UTC", 5 * M, 61 * H + 5 * M],
	["0 12 1-20 * *", "UTC", D, 12 * D],
	["0 2 1 * *", "UTC", 28 * D, 31 * D],
	["30 4 * * *", "Europe/Paris", D, 25 * H],
] as const)("%s in %s comes at least %i ms and at most %i ms apart", ([cron, timezone, shortest, longest]) => {
	expect(shortestGap(cron, timezone)).toBe(shortest);
	// The beginning of a long gap is searched for, to the second.
	expect(longestGap(cron, timezone)).toBeLessThanOrEqual(longest);
	expect(longestGap(cron, timezone)).toBeGreaterThanOrEqual(longest - 2 * S);
});
