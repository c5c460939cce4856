import { readNumber, seriesKey } from "./exposition.ts";
import { follow } from "./json-path.ts";
import { passes } from "./matcher.ts";
import type { Reading, Scrape } from "./reading.ts";
import { type Series, sampleName } from "./series.ts";

/** A reading that a series is made of. */
export interface Picked extends Reading {
	/** Names it among all of its target, whatever labels the list of targets adds. */
	readonly key: string;
}

/**
 * Picks what a series asks for from the answer of one target. A label of the target goes before one of the same name in the
 * feed, which is then called exported_NAME, as in Prometheus; `target` names the target itself.
 *
 * In JSON a number counts as itself, also where it is written as a text, true as 1 and false as 0. With `aggregate: count` any
 * value counts.
 */
export function select(series: Series, scrape: Scrape): readonly Picked[] {
	const { feed } = scrape;
	const added = { ...scrape.labels, target: scrape.target };
	const picked =
		feed.format === "json"
			? jsonReadings(series, feed.json)
			: (feed.byName.get(sampleName(series) ?? "") ?? []).map((one) => ({ ...one, key: seriesKey(one) }));
	return picked
		.map((one) => ({ ...one, labels: { ...exported(one.labels, added), ...added } }))
		.filter(({ labels }) => passes(labels, series.where ?? []));
}

function jsonReadings({ json: path, aggregate }: Series, json: unknown): readonly Picked[] {
	return follow(path ?? [], json).flatMap(({ place, key, value }) => {
		const number = numberIn(value);
		if (number === undefined && aggregate !== "count") return [];
		return [{ name: place, key: place, labels: { key }, value: number ?? 0 }];
	});
}

/** The query API of Prometheus, and whoever fears for the last digit, write numbers as texts. */
function numberIn(value: unknown): number | undefined {
	switch (typeof value) {
		case "number":
			return value;
		case "boolean":
			return Number(value);
		case "string":
			return readNumber(value.trim());
		default:
			return undefined;
	}
}

function exported(
	labels: Readonly<Record<string, string>>,
	added: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
	if (!Object.keys(labels).some((name) => Object.hasOwn(added, name))) return labels;
	return Object.fromEntries(
		Object.entries(labels).map(([name, value]) => [Object.hasOwn(added, name) ? `exported_${name}` : name, value]),
	);
}
