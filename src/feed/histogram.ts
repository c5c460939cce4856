import type { Reading } from "./reading.ts";

/**
 * The quantile of a classic histogram, as `histogram_quantile(q, sum by (le) (…))` of Prometheus computes it: linear inside the
 * bucket that it falls into, and the highest finite limit where it falls into the last one.
 *
 * @param buckets series with the label le; those of one limit are added up
 * @returns undefined where nothing was observed or the last bucket is missing
 */
export function quantileOf(
	quantile: number,
	buckets: readonly Pick<Reading, "labels" | "value">[],
): number | undefined {
	const sums = new Map<number, number>();
	for (const { labels, value } of buckets) {
		const limit = limitIn(labels["le"]);
		if (limit !== undefined && !Number.isNaN(value)) sums.set(limit, (sums.get(limit) ?? 0) + value);
	}
	const sorted = [...sums].map(([limit, count]) => ({ limit, count })).sort((a, b) => a.limit - b.limit);
	const last = sorted.at(-1);
	if (sorted.length < 2 || last?.limit !== Number.POSITIVE_INFINITY) return undefined;
	// The series of one histogram are not read at one moment: a count that falls is held up.
	let most = 0;
	for (const bucket of sorted) {
		most = Math.max(most, bucket.count);
		bucket.count = most;
	}
	if (most === 0) return undefined;
	const rank = quantile * most;
	const at = sorted.slice(0, -1).findIndex(({ count }) => count >= rank);
	if (at < 0) return sorted.at(-2)?.limit;
	const { limit, count } = sorted[at] as { limit: number; count: number };
	if (at === 0 && limit <= 0) return limit;
	const below = sorted[at - 1] ?? { limit: 0, count: 0 };
	const inside = count - below.count;
	return inside === 0 ? below.limit : below.limit + ((limit - below.limit) * (rank - below.count)) / inside;
}

function limitIn(le: string | undefined): number | undefined {
	if (le === undefined || le === "") return undefined;
	if (/^\+?inf$/i.test(le)) return Number.POSITIVE_INFINITY;
	const limit = Number(le);
	return Number.isNaN(limit) ? undefined : limit;
}
