import * as z from "zod";
import type { Scrape } from "./reading.ts";
import type { Picked } from "./select.ts";

/** The counters of one target as they stood at the last look. */
const counters = z.object({
	/** Wall clock, ms since 1970. */
	at: z.number(),
	values: z.record(z.string(), z.number()),
});

export const rateMemory = z.record(z.string(), counters);

/** What the rates of one check are computed from: the counters of each target at its last look. */
export type RateMemory = Readonly<z.output<typeof rateMemory>>;

/**
 * How much a counter grew since the last look, and in which time. A counter that fell was reset and began at zero, as
 * Prometheus has it.
 *
 * @param key of the counter among those of its target
 * @returns undefined at the first look at the target or the series, and where the clock was set back
 */
export function growthOf(
	key: string,
	value: number,
	{ target, at }: Pick<Scrape, "target" | "at">,
	before: RateMemory,
): { readonly increase: number; readonly seconds: number } | undefined {
	const last = Object.hasOwn(before, target) ? before[target] : undefined;
	const then = last && Object.hasOwn(last.values, key) ? last.values[key] : undefined;
	if (last === undefined || then === undefined || !Number.isFinite(value) || at <= last.at) return undefined;
	return { increase: value < then ? value : value - then, seconds: (at - last.at) / 1_000 };
}

/** Counters to remember: those of this look, and of targets that are still listed but did not answer those of the last. */
export function remember(
	before: RateMemory,
	now: readonly { readonly scrape: Scrape; readonly readings: readonly Picked[] }[],
	listed: readonly string[],
): RateMemory {
	const kept = listed.flatMap((target) => (Object.hasOwn(before, target) ? [[target, before[target]] as const] : []));
	const seen = now.map(({ scrape, readings }) => {
		const finite = readings.filter(({ value }) => Number.isFinite(value));
		const values = Object.fromEntries(finite.map(({ key, value }) => [key, value]));
		return [scrape.target, { at: scrape.at, values }] as const;
	});
	return Object.fromEntries([...kept, ...seen]) as RateMemory;
}
