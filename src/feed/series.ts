import * as z from "zod";
import { AGGREGATIONS } from "./aggregate.ts";
import { BALANCES } from "./balance.ts";
import { type JsonPath, parseJsonPath } from "./json-path.ts";
import { whereOptions } from "./matcher.ts";

/** What is copied from Prometheus: `name{label="x"}`, `rate(name[5m])`. Names of today may hold such signs, but not like this. */
const QUERY = /^[\w:]*\s*\{.*\}$|^\w+\s*\(.*\)$|\[\w+\]$/s;

const aggregation = () => z.enum(AGGREGATIONS);

const jsonPath = () =>
	z.string().transform((text, context): JsonPath => {
		const read = parseJsonPath(text);
		if ("path" in read) return read.path;
		const message = `is no path into JSON: ${read.why} at letter ${read.at + 1}`;
		context.issues.push({ code: "custom", input: text, message });
		return z.NEVER;
	});

const balanceOptions = z.strictObject({
	between: z
		.string()
		.min(1)
		.default("target")
		.describe("Label whose values share the work; target stands for the targets themselves."),
	as: z
		.enum(BALANCES)
		.default("spread")
		.describe("spread: standard deviation over mean, 0 is equal. peak: most over mean, 1 is equal."),
	at_least: z
		.number()
		.nonnegative()
		.default(0)
		.describe("With less work than this in sum, in the unit of the series, there is no value: chance decides."),
});

/** One entry of `series:`: what is picked from a feed, and how it becomes one number. */
export const seriesOptions = z
	.strictObject({
		metric: z
			.string()
			.min(1)
			.refine((name) => !QUERY.test(name), "is a query: give the name alone, labels as where, rate() as rate: true")
			.optional()
			.describe("Name of the metric as the feed writes it, such as http_requests_total."),
		json: jsonPath()
			.optional()
			.describe("Instead of metric, for a JSON feed: a path such as gauges['heap.used'].value."),
		where: whereOptions
			.optional()
			.describe("Tests on labels: a value, a list of values, or a section with not, matches, not_matches."),
		aggregate: aggregation().default("sum").describe("Makes one number of several: sum, min, max, avg or count."),
		across: aggregation()
			.optional()
			.describe("Applies aggregate inside each target first, and this to what the targets gave. Default: all at once."),
		quantile: z
			.number()
			.min(0)
			.max(1)
			.optional()
			.describe("Of a histogram, such as 0.95; metric is its name without _bucket."),
		rate: z.boolean().default(false).describe("Growth per second since the last look, for counters."),
		balance: balanceOptions.optional().describe("How unequally the series is shared, instead of its amount."),
		over: z.string().optional().describe("Another series of this check that the value is divided by."),
		scale: z
			.number()
			.refine((factor) => factor !== 0, "must not be 0")
			.default(1)
			.describe("Factor for the value, such as 0.001 for milliseconds."),
		unit: z.enum(["s", "B", "d"]).optional().describe("Unit of the value after scale: seconds, bytes or days."),
		absent: z
			.enum(["unknown", "ok", "warning", "critical"])
			.optional()
			.describe("Level when nothing in the feed fits. Default: unknown; ok with aggregate: count."),
	})
	.refine((given) => (given.metric === undefined) !== (given.json === undefined), {
		error: "needs either metric or json",
		path: ["metric"],
	})
	.refine((given) => given.quantile === undefined || given.json === undefined, {
		error: "is for histograms of metrics, not for JSON",
		path: ["quantile"],
	})
	.refine((given) => given.quantile === undefined || given.balance === undefined, {
		error: "cannot stand together with quantile",
		path: ["balance"],
	})
	.refine((given) => !given.rate || given.aggregate !== "count", {
		error: "cannot stand together with aggregate: count: that counts series, which are no counter",
		path: ["rate"],
	});

/** A series as it is looked for. */
export type Series = z.output<typeof seriesOptions>;

/** The level of a series that nothing in the feed fits. */
export function absentLevel({ absent, aggregate: how, balance, quantile }: Series): NonNullable<Series["absent"]> {
	return absent ?? (how === "count" && !balance && quantile === undefined ? "ok" : "unknown");
}

/** The name of the samples that a series is made of; undefined for JSON. */
export function sampleName({ metric, quantile }: Series): string | undefined {
	return metric !== undefined && quantile !== undefined && !metric.endsWith("_bucket") ? `${metric}_bucket` : metric;
}
