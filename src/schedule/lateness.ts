/** Upper bounds of the histogram, seconds. The bars to meet (50 ms, 100 ms) are among them. */
export const LATENESS_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30] as const;

/** How late runs started, as the status page and /metrics show it. */
export interface LatenessStats {
	/** Over the most recent runs, ms. Zero before the first. */
	readonly p50Ms: number;
	readonly p99Ms: number;
	readonly maxMs: number;
	/** Runs since the start that were at most as late as the bound of the same index in `LATENESS_BOUNDS`; cumulative. */
	readonly buckets: readonly number[];
	/** All runs since the start. */
	readonly count: number;
	readonly sumSeconds: number;
}

const RECENT = 1_024;

/** Collects how late runs start: counts for ever, and the recent ones in full. */
export function createLateness(): { add(ms: number): void; stats(): LatenessStats } {
	const counts = new Array<number>(LATENESS_BOUNDS.length).fill(0);
	const recent = new Float64Array(RECENT);
	let count = 0;
	let sumSeconds = 0;
	return {
		add(ms) {
			const seconds = ms / 1_000;
			const bucket = LATENESS_BOUNDS.findIndex((bound) => seconds <= bound);
			if (bucket >= 0) counts[bucket] = (counts[bucket] as number) + 1;
			recent[count % RECENT] = ms;
			count += 1;
			sumSeconds += seconds;
		},
		stats() {
			const sorted = recent.slice(0, Math.min(count, RECENT)).sort();
			const quantile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
			let total = 0;
			const buckets = counts.map((own) => {
				total += own;
				return total;
			});
			return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: quantile(1), buckets, count, sumSeconds };
		},
	};
}
