import { readExposition } from "./exposition.ts";
import { type Measured, measureOne } from "./measure.ts";
import { type RateMemory, remember } from "./rate.ts";
import type { Feed, Scrape } from "./reading.ts";
import { select } from "./select.ts";
import { type Series, sampleName } from "./series.ts";

/** What came of reading a body as a feed. */
export type ReadFeed =
	| { readonly ok: true; readonly feed: Feed }
	| { readonly ok: false; readonly why: "broken" | "cut" | "many"; readonly message: string };

/**
 * Reads a text as a feed of metrics.
 *
 * @param contentType of the answer: OpenMetrics says so there, everything else is the Prometheus text format
 * @param series only what they name is kept
 * @returns in steps of some milliseconds, between which others have their turn
 */
export function* readMetrics(
	text: string,
	contentType: string,
	series: readonly Series[],
	maxSeries: number,
): Generator<undefined, ReadFeed> {
	const wanted = new Set(series.map(sampleName).filter((name) => name !== undefined));
	const openMetrics = /^\s*application\/openmetrics-text\b/i.test(contentType);
	const read = yield* readExposition(text, { openMetrics, wanted, maxSeries });
	if (!read.ok) return { ok: false, why: read.why, message: `line ${read.line}: ${read.message}` };
	return { ok: true, feed: { format: "prometheus", byName: read.byName, count: read.count } };
}

/** Readings of all rates together that are remembered between two looks. */
export const MOST_REMEMBERED = 5_000;

/** What one look at all targets gave. */
export interface Measures {
	/** By the name of the series. */
	readonly series: Readonly<Record<string, Measured>>;
	/** For the next look; undefined where no series is a rate. */
	readonly memory?: RateMemory;
	/** Counters that the memory would hold; above MOST_REMEMBERED it is not to be kept. */
	readonly remembered: number;
}

/**
 * Makes the values of all series of what the targets answered. Pure.
 *
 * @param listed the names of all targets, also of those that did not answer
 * @param before what the last look left behind for rates
 */
export function measureFeeds(
	wanted: Readonly<Record<string, Series>>,
	scrapes: readonly Scrape[],
	listed: readonly string[],
	before: RateMemory,
): Measures {
	const found: Record<string, Measured> = {};
	const counters = scrapes.map((scrape) => ({
		scrape,
		readings: new Map<string, ReturnType<typeof select>[number]>(),
	}));
	for (const [name, series] of Object.entries(wanted)) {
		const picked = scrapes.map((scrape) => ({ scrape, readings: select(series, scrape) }));
		if (series.rate) {
			for (const [index, { readings }] of picked.entries()) {
				for (const one of readings) counters[index]?.readings.set(one.key, one);
			}
		}
		found[name] = measureOne(series, picked, before);
	}
	const series = Object.fromEntries(
		Object.entries(found).map(([name, measured]) => [name, divided(wanted[name]?.over, measured, found)]),
	);
	if (!Object.values(wanted).some(({ rate }) => rate)) return { series, remembered: 0 };
	const now = counters.map(({ scrape, readings }) => ({ scrape, readings: [...readings.values()] }));
	const remembered = now.reduce((sum, { readings }) => sum + readings.length, 0);
	return { series, memory: remember(before, now, listed), remembered };
}

/** Divides by what another series measured before it was divided itself; by nothing or zero there is no value. */
function divided(over: string | undefined, measured: Measured, found: Readonly<Record<string, Measured>>): Measured {
	if (over === undefined || measured.value === undefined) return measured;
	const by = found[over]?.value;
	const value = by === undefined || by === 0 ? Number.NaN : measured.value / by;
	const { value: _whole, ...rest } = measured;
	return Number.isFinite(value) ? { ...rest, value } : rest;
}
