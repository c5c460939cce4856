import { type Measures, measureFeeds, readMetrics } from "../../src/feed/feed.ts";
import type { RateMemory } from "../../src/feed/rate.ts";
import type { Scrape } from "../../src/feed/reading.ts";
import { type Series, seriesOptions } from "../../src/feed/series.ts";
import { finish } from "./steps.ts";

/** What a target says, as text or as JSON, at a second. */
export interface Said {
	readonly text?: string;
	readonly json?: unknown;
	readonly labels?: Readonly<Record<string, string>>;
	readonly second?: number;
}

/** Measures series of what targets say; `before` is the memory of an earlier call. */
export function measured(
	wanted: Readonly<Record<string, object>>,
	said: Readonly<Record<string, Said>>,
	{ before = {}, down = [] }: { readonly before?: RateMemory | undefined; readonly down?: readonly string[] } = {},
): Measures {
	const series: Record<string, Series> = {};
	for (const [name, one] of Object.entries(wanted)) series[name] = seriesOptions.parse(one);
	const scrapes = Object.entries(said).map(([target, { text = "", json, labels = {}, second = 0 }]): Scrape => {
		const at = second * 1_000;
		if (json !== undefined) return { target, labels, at, feed: { format: "json", json, count: 1 } };
		const read = finish(readMetrics(text, "text/plain", Object.values(series), 1_000));
		if (!read.ok) throw new Error(read.message);
		return { target, labels, at, feed: read.feed };
	});
	return measureFeeds(series, scrapes, [...Object.keys(said), ...down], before);
}
