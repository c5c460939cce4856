import { aggregated } from "./aggregate.ts";
import { imbalance } from "./balance.ts";
import { quantileOf } from "./histogram.ts";
import { growthOf, type RateMemory } from "./rate.ts";
import type { Scrape } from "./reading.ts";
import type { Picked } from "./select.ts";
import type { Series } from "./series.ts";

/** What one series came to. */
export interface Measured {
	/** Whether anything in the feeds fits. */
	readonly isThere: boolean;
	/** Absent where nothing fits, where a rate has only begun, and where the result is no finite number. */
	readonly value?: number;
	/** The numbers that the value was made of, each with its labels. */
	readonly parts: readonly Part[];
}

interface Part {
	readonly target: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
}

/** What a target gave for a series. */
export interface PickedFrom {
	readonly scrape: Scrape;
	readonly readings: readonly Picked[];
}

/** Makes one number of everything that was picked for a series. */
export function measureOne(series: Series, picked: readonly PickedFrom[], before: RateMemory): Measured {
	const isThere = picked.some(({ readings }) => readings.length > 0);
	const parts = picked.flatMap(({ scrape, readings }) =>
		readings.flatMap((reading): Part[] => {
			const value = series.rate ? rateOf(reading, scrape, before) : reading.value;
			if (value === undefined || Number.isNaN(value)) return [];
			return [{ target: scrape.target, labels: reading.labels, value }];
		}),
	);
	const targets = picked.map(({ scrape }) => scrape.target);
	const idle = isThere ? picked.filter(({ readings }) => readings.length === 0).map(({ scrape }) => scrape.target) : [];
	const whole = combine(series, parts, { targets, idle });
	const value = whole === undefined ? undefined : whole * series.scale;
	return { isThere, parts, ...(value !== undefined && Number.isFinite(value) && { value }) };
}

function rateOf(reading: Picked, scrape: Scrape, before: RateMemory): number | undefined {
	// Remembered under the names of the feed alone: a list of targets may change its labels.
	const growth = growthOf(reading.key, reading.value, scrape, before);
	return growth && growth.increase / growth.seconds;
}

function combine(
	{ balance, quantile, aggregate, across }: Series,
	parts: readonly Part[],
	{ targets, idle }: { readonly targets: readonly string[]; readonly idle: readonly string[] },
): number | undefined {
	if (quantile !== undefined) return quantileOf(quantile, parts);
	if (balance) {
		const { between, as, at_least: atLeast } = balance;
		const shares = new Map<string, number[]>();
		for (const { labels, value } of parts) {
			const owner = labels[between];
			if (owner === undefined) continue;
			const share = shares.get(owner);
			if (share) share.push(value);
			else shares.set(owner, [value]);
		}
		// A worker that answers and shows no such series has done nothing yet.
		if (between === "target") for (const target of idle) shares.set(target, [0]);
		return imbalance(
			as,
			[...shares.values()].map((values) => aggregated(aggregate, values) ?? 0),
			atLeast,
		);
	}
	if (across === undefined) {
		return aggregated(
			aggregate,
			parts.map(({ value }) => value),
		);
	}
	const each = targets.map((name) =>
		aggregated(
			aggregate,
			parts.filter(({ target }) => target === name).map(({ value }) => value),
		),
	);
	return aggregated(
		across,
		each.filter((value) => value !== undefined),
	);
}
