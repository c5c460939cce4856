/** Ways to make one number of several. */
export const AGGREGATIONS = ["sum", "min", "max", "avg", "count"] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** Makes one number of several; undefined of none, except that none can be counted. */
export function aggregated(how: Aggregation, values: readonly number[]): number | undefined {
	if (how === "count") return values.length;
	if (values.length === 0) return undefined;
	switch (how) {
		case "sum":
			return sum(values);
		case "avg":
			return sum(values) / values.length;
		case "min":
			return values.reduce((least, value) => Math.min(least, value));
		case "max":
			return values.reduce((most, value) => Math.max(most, value));
	}
}

export function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
