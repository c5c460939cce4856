/** One number of a feed with what names it. */
export interface Reading {
	/** Name of the metric; for JSON the place of the value, such as `$.gauges['heap.used'].value`. */
	readonly name: string;
	readonly labels: Readonly<Record<string, string>>;
	/** May be NaN or infinite, as Prometheus allows. */
	readonly value: number;
}

/** What one target answered, read as what it is. */
export type Feed =
	| { readonly format: "prometheus"; readonly byName: ReadonlyMap<string, readonly Reading[]>; readonly count: number }
	| { readonly format: "json"; readonly json: unknown; readonly count: number };

/** One target that answered. */
export interface Scrape {
	/** Its name, unique among the targets of a check. */
	readonly target: string;
	/** Labels that the list of targets gives it. They are joined to every reading. */
	readonly labels: Readonly<Record<string, string>>;
	/** When the answer was there, wall clock, ms since 1970. */
	readonly at: number;
	readonly feed: Feed;
}
