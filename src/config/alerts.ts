import * as z from "zod";
import { type AnswersOptions, answersOptions } from "../control/options.ts";
import { type RouteOptions, routeOptions } from "../dispatch/route.ts";
import { type WindowOptions, windowOptions } from "../dispatch/window.ts";
import { type Instance, instanceOptions } from "../dss/instance.ts";
import { type ChannelOptions, channelOptions } from "../notify/notify.ts";
import { type SinkSettings, sinkOptions } from "../sinks/options.ts";
import { type StoreOptions, storeOptions } from "../store/options.ts";
import { webOptions } from "../web/options.ts";
import { type Check, NAME, NAME_RULE, useOptions } from "./checks.ts";
import { DEFAULT_CHECK_FILES, DEFAULT_STORE } from "./defaults.ts";
import type { Problem } from "./problems.ts";

const name = z.string().regex(NAME, NAME_RULE);

/** The whole of alerts.yaml, as the JSON Schema tells it to editors. */
export const alertsOptions = z.strictObject({
	instances: z.record(name, instanceOptions).describe("The DSS nodes, by a name of your own."),
	check_files: z
		.array(z.string())
		.default(DEFAULT_CHECK_FILES)
		.describe(
			"Folders or files that declare checks of your own; those that come with dss-probe need none. A relative path starts at the folder of this file.",
		),
	checks: z
		.array(z.union([z.string(), useOptions], { error: "is neither the name of a check nor a section with use:" }))
		.describe("Which of the declared checks run, on which instances, with what."),
	channels: z.record(name, channelOptions).default({}).describe("Places to tell, by a name of your own."),
	routes: z.array(routeOptions).default([]).describe("Who is told what: the first that matches wins."),
	maintenance: z.array(windowOptions).default([]).describe("Planned quiet times: probing goes on, telling does not."),
	sinks: z
		.record(name, sinkOptions)
		.default({})
		.describe("Where every result goes, for history, by a name of your own."),
	store: storeOptions.prefault(DEFAULT_STORE),
	web: webOptions.optional(),
	answers: answersOptions
		.optional()
		.describe("The socket where other programs on this machine may ask, such as Zabbix."),
});

export type WebOptions = z.output<typeof webOptions>;

/** Where programs that may change nothing are answered. */
export interface Answers {
	/** Path of the socket; none beside a store in memory. */
	readonly socket?: string;
	readonly group?: AnswersOptions["group"];
}

/** Everything the user decided, checked and frozen. */
export interface Config {
	/** The alerts.yaml it was read from. */
	readonly file: string;
	readonly instances: ReadonlyMap<string, Instance>;
	/** In the order of the file, instance by instance within a use. */
	readonly checks: readonly Check[];
	readonly channels: ReadonlyMap<string, ChannelOptions>;
	readonly routes: readonly RouteOptions[];
	readonly maintenance: readonly WindowOptions[];
	readonly sinks: ReadonlyMap<string, SinkSettings>;
	readonly store: StoreOptions;
	readonly web?: WebOptions;
	readonly answers: Answers;
	/** Values in clear that must appear nowhere. */
	readonly secrets: readonly string[];
	readonly warnings: readonly Problem[];
}
