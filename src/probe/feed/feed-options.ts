import * as z from "zod";
import { absentLevel, type Series, seriesOptions } from "../../feed/series.ts";
import type { ValueType, ValueTypes } from "../../model/sample.ts";
import { secret } from "../../model/secret.ts";
import { size } from "../../model/size.ts";
import type { Expected } from "../kind.ts";

/** A feed of a large node or a busy proxy has some megabytes. */
const DEFAULT_MAX_BODY = 10_000_000;
const DEFAULT_MAX_SERIES = 100_000;

export const FEED_VALUES = {
	targets_up: { type: "int", summary: "Targets that gave their metrics." },
	targets_down: { type: "int", summary: "Targets that did not." },
	down: { type: "string", summary: "Names of the targets that did not, each with the reason; empty where all did." },
	stale_list: { type: "string", summary: "Why the list of targets is an old one; empty where it is fresh." },
	slowest: { type: "double", unit: "s", summary: "Time of the slowest answer." },
	samples: { type: "int", summary: "Series in all feeds together; for JSON its feeds." },
	dss_version: { type: "string", summary: "Version of the DSS backend, which it tells on answers of its API." },
} as const satisfies ValueTypes;

export const FEED_FACTS = {
	targets: { type: "dyn", summary: "All targets: a list with name, labels, up and, where it is down, why." },
	series: {
		type: "dyn",
		summary: "By name of a series, the numbers it is made of: lists with target, labels and value.",
	},
} as const satisfies ValueTypes;

/** Words that CEL or the judgement of a sample keeps for itself. */
const RESERVED = new Set(
	(
		"true false null in as break const continue else for function if import let loop package namespace return var void " +
		"while int uint double bool string bytes list map type dyn size has all exists exists_one filter status state"
	).split(" "),
);

const seriesName = z
	.string()
	.regex(
		/^[a-zA-Z][a-zA-Z0-9_]*$/,
		"is no name of a value: letters, digits and _ are possible, beginning with a letter",
	)
	.refine((name) => !name.startsWith("has_"), "begins with has_, which says whether a series is there")
	.refine((name) => !(name in FEED_VALUES || name in FEED_FACTS || RESERVED.has(name)), "has a meaning already");

const dockerOptions = z.strictObject({
	socket: z
		.string()
		.startsWith("/", "is no absolute path")
		.default("/var/run/docker.sock")
		.describe("Docker's socket."),
	labels: z
		.record(z.string().min(1), z.string())
		.refine((labels) => Object.keys(labels).length > 0, "needs at least one label")
		.describe("Labels that the containers have; an empty text stands for any value."),
	port: z
		.int()
		.min(1)
		.max(65_535)
		.optional()
		.describe("Port inside the container. Default: the only one that it exposes."),
	network: z.string().min(1).optional().describe("Network whose address is used. Default: the first by name."),
	stopped: z
		.enum(["down", "ignore"])
		.default("down")
		.describe("Whether a container that does not run is a target that is down."),
});

export const feedOptions = z
	.strictObject({
		kind: z.literal("feed"),
		path: z
			.string()
			.regex(/^\/\S*$/, "does not start with a slash, or has a space")
			.optional()
			.describe("On the instance, or on each target of targets_file and docker; there the default is /metrics."),
		urls: z
			.array(
				z
					.url({ protocol: /^https?$/, error: "is not an http:// or https:// address" })
					.refine((url) => !URL.parse(url)?.username && !URL.parse(url)?.password, {
						error: "must not hold a user or password: give them as authorization",
					}),
			)
			.min(1)
			.optional()
			.describe("Instead of path: whole addresses."),
		targets_file: z
			.string()
			.startsWith("/", "is no absolute path")
			.optional()
			.describe(
				"File of targets as Prometheus' file_sd has it, JSON or YAML; what changes in it holds from the next look on.",
			),
		docker: dockerOptions.optional().describe("Targets are the containers of a Docker host."),
		scheme: z.enum(["http", "https"]).default("http").describe("For targets_file and docker."),
		format: z
			.enum(["auto", "prometheus", "json"])
			.default("auto")
			.describe(
				"auto: json where the series name paths into JSON, otherwise Prometheus or OpenMetrics by content type.",
			),
		auth: z
			.enum(["basic", "bearer", "none"])
			.optional()
			.describe(
				"How the instance's api_key is sent: as user of Basic, as Bearer token or not. Default: basic on the instance, none elsewhere.",
			),
		as: z
			.enum(["self", "admin"])
			.default("self")
			.describe("Which key of the instance auth sends: api_key, or admin_key where there is one."),
		authorization: secret().optional().describe("Instead: the whole header Authorization, such as token ${HUB_TOKEN}."),
		series: z
			.record(seriesName, seriesOptions)
			.refine((series) => Object.keys(series).length > 0, "is empty")
			.describe("Values by names of your own; conditions and thresholds use them."),
		max_body: size().default(DEFAULT_MAX_BODY).describe("Largest body of one target, such as 10MB."),
		max_series: z.int().min(1).default(DEFAULT_MAX_SERIES).describe("Most series of one target."),
	})
	.superRefine((given, context) => {
		const refuse = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
		const { path, urls, targets_file: file, docker, series, format } = given;
		const sources = [urls, file, docker].filter((source) => source !== undefined).length;
		if (sources > 1) refuse([], "has more than one of urls, targets_file and docker");
		if (sources === 0 && path === undefined) refuse([], "needs path, urls, targets_file or docker");
		if (urls && path !== undefined) refuse(["path"], "says nothing where urls are whole addresses");
		if (given.authorization && given.auth !== undefined && given.auth !== "none") {
			refuse(["auth"], "and authorization cannot stand together");
		}
		const isJson = (format === "auto" ? Object.values(series)[0]?.json !== undefined : format === "json") === true;
		for (const [name, { metric, json, over }] of Object.entries(series)) {
			if (isJson && metric !== undefined) refuse(["series", name, "metric"], "stands for no place in JSON: write json");
			if (!isJson && json !== undefined) refuse(["series", name, "json"], "stands in a check on metrics: write metric");
			const others = Object.keys(series).filter((other) => other !== name);
			if (over === undefined || others.includes(over)) continue;
			context.addIssue({ code: "invalid_value", path: ["series", name, "over"], values: others, input: over });
		}
	});

export type FeedOptions = z.output<typeof feedOptions>;

/** The values that a check's series add to those of the kind: the numbers, and whether each series is there. */
export function feedValues({ series }: FeedOptions): ValueTypes {
	const own = Object.entries(series).flatMap(([name, one]): [string, ValueType][] => [
		[name, { type: "double", isOptional: true, ...(one.unit && { unit: one.unit }), summary: `The series ${name}.` }],
		[`has_${name}`, { type: "bool", summary: `Whether the feed has anything for ${name}.` }],
	]);
	return { ...Object.fromEntries(own), ...FEED_VALUES };
}

/** What the option absent of each series asks for. */
export function feedExpected({ series }: FeedOptions): readonly Expected[] {
	return Object.entries(series).flatMap(([name, one]) => {
		const level = absentLevel(one);
		return level === "ok" ? [] : [{ that: `has_${name}`, else: level }];
	});
}

/** Whether a look needs what the look before it saw. */
export function hasRate({ series }: FeedOptions): boolean {
	return Object.values(series).some(({ rate }: Series) => rate);
}
