import * as z from "zod";
import { duration } from "../model/duration.ts";

const matchValue = z.union([z.string(), z.array(z.string()).min(1)], {
	error: "is neither a text nor a list of texts",
});

/** A test on labels: all must match; a list means any of; `*` in a text stands for anything. */
export const matchOptions = z.record(z.string(), matchValue);
export type Match = z.output<typeof matchOptions>;

const escalation = z.strictObject({
	after: duration().describe("Since the alert fired."),
	to: z.array(z.string()).min(1),
});

const shared = {
	match: matchOptions
		.default({})
		.describe("Labels of the alerts this route takes; severity, instance and check are labels too."),
	to: z.array(z.string()).optional().describe("Channels that are told. Default: those of the route above."),
	group_by: z
		.array(z.string())
		.optional()
		.describe("Alerts with equal values of these labels that are due together share one message."),
	group_wait: duration().optional().describe("Wait this long for more of the group before the first message."),
	group_interval: duration()
		.optional()
		.describe("After a message of the group, wait this long before the next one about more of it. Default: no longer."),
	repeat_every: duration().optional().describe("Remind while it lasts. Default: never."),
	escalate: z.array(escalation).optional().describe("Also tell these channels when it lasts longer than `after`."),
	continue: z.boolean().default(false).describe("Go on to the next route after this one matched."),
};

export interface RouteOptions {
	match: Match;
	to?: string[] | undefined;
	group_by?: string[] | undefined;
	group_wait?: number | undefined;
	group_interval?: number | undefined;
	repeat_every?: number | undefined;
	escalate?: { after: number; to: string[] }[] | undefined;
	continue: boolean;
	routes?: RouteOptions[] | undefined;
}

/** One entry under `routes:`; the first that matches wins, its own `routes` are tried before itself. */
export const routeOptions: z.ZodType<RouteOptions> = z.strictObject({
	...shared,
	get routes(): z.ZodOptional<z.ZodArray<z.ZodType<RouteOptions>>> {
		return z.array(routeOptions).optional().describe("Narrower routes, tried before this one.");
	},
});
