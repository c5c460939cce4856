import * as z from "zod";

/** What was counted at each of the last looks. A look that counted nothing leaves no entry. */
export const recentCounts = z.array(z.tuple([z.number(), z.record(z.string(), z.number())]));
export type RecentCounts = z.output<typeof recentCounts>;

/** Most entries that are kept; older ones are added up in one. */
const MOST = 200;

/**
 * Adds what a look counted, and drops what is older than the window. So a thing that happened once is seen for as long as the
 * window is, and not by one look only.
 *
 * @param now wall clock, ms; entries after it, left by a clock that was set back, are dropped
 */
export function addCounts(
	before: RecentCounts,
	now: number,
	counts: Readonly<Record<string, number>>,
	windowMs: number,
): RecentCounts {
	const some = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
	const kept = before.filter(([at]) => at > now - windowMs && at <= now);
	if (Object.keys(some).length > 0) kept.push([now, some]);
	if (kept.length <= MOST) return kept;
	const [oldest, second, ...rest] = kept;
	return oldest && second ? [[second[0], sumOf([oldest, second])], ...rest] : kept;
}

/** All counts of the window together, by name. */
export function sumOf(entries: RecentCounts): Record<string, number> {
	const sum: Record<string, number> = {};
	for (const [, counts] of entries) {
		for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
	}
	return sum;
}
