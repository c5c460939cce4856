import fc from "fast-check";
import { expect, test } from "vitest";
import { longestOutageToPage, outageOf } from "../../src/config/outage.ts";

interface Course {
	readonly every: number;
	readonly timeoutMs: number;
	readonly retryEveryMs: number;
	readonly failAfter: number;
}

const checkOf = ({ every, timeoutMs, retryEveryMs, failAfter }: Course) => ({
	timing: { every },
	timeoutMs,
	retryEveryMs,
	policy: { failAfter, recoverAfter: 2, gapMs: 3 * every },
});

/**
 * Plays a schedule: looks on a grid, quicker ones while unsure, never two at once. Every run that starts after the outage began
 * comes out bad.
 *
 * @param lasts how long each run takes
 * @returns ms from the beginning of the outage to the end of the deciding run
 */
function play(course: Course, outageAt: number, lasts: (run: number) => number): number {
	let [bad, endedAt, retryAt, run] = [0, 0, Number.POSITIVE_INFINITY, 0];
	let grid = 0;
	for (;;) {
		while (grid < endedAt) grid += course.every;
		const startedAt = Math.min(grid, Math.max(retryAt, endedAt));
		endedAt = startedAt + lasts(run++);
		if (startedAt === grid) grid += course.every;
		retryAt = Number.POSITIVE_INFINITY;
		if (startedAt < outageAt) continue;
		bad += 1;
		if (bad === course.failAfter) return endedAt - outageAt;
		retryAt = startedAt + course.retryEveryMs;
	}
}

const courses = fc
	.record({
		every: fc.integer({ min: 1_000, max: 600_000 }),
		share: fc.double({ min: 0.01, max: 1, noNaN: true }),
		retry: fc.double({ min: 0.01, max: 1.5, noNaN: true }),
		failAfter: fc.integer({ min: 1, max: 10 }),
	})
	.map(({ every, share, retry, failAfter }) => ({
		every,
		timeoutMs: Math.ceil(every * share),
		retryEveryMs: Math.ceil(every * retry),
		failAfter,
	}));

test("no outage takes longer to page than is said, whenever it begins and however long runs take", () => {
	fc.assert(
		fc.property(
			courses,
			fc.nat(2_000_000),
			fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
			(course, at, shares) => {
				const lasts = () => Math.floor(course.timeoutMs * (shares.next().value as number));
				expect(play(course, at, lasts)).toBeLessThanOrEqual(longestOutageToPage(checkOf(course)));
			},
		),
		{ numRuns: 1_000 },
	);
});

test("the longest case does occur: it begins right after a look, and every run uses its timeout", () => {
	// With retries well inside the interval no regular look falls in between.
	const course = { every: 60_000, timeoutMs: 5_000, retryEveryMs: 10_000, failAfter: 3 };
	expect(play(course, 1, () => course.timeoutMs)).toBe(longestOutageToPage(checkOf(course)) - 1);
});

test("the parts add up, and slow runs stretch the retries", () => {
	const outage = outageOf(checkOf({ every: 30_000, timeoutMs: 10_000, retryEveryMs: 5_000, failAfter: 3 }));
	expect(outage).toEqual({ untilLookMs: 30_000, firstSampleMs: 10_000, confirmMs: 20_000, totalMs: 60_000 });
});

test("with cron the longest pause counts", () => {
	const check = { ...checkOf({ every: 1, timeoutMs: 10_000, retryEveryMs: 5_000, failAfter: 1 }) };
	const timing = { cron: "*/15 * * * *", timezone: "UTC" };
	expect(outageOf({ ...check, timing }).untilLookMs).toBe(900_000);
});
