import * as z from "zod";
import { duration } from "../model/duration.ts";
import { apiKind } from "./api-kind.ts";

const names = z.array(z.string().min(1, "is empty"));

export const dssConnectionsOptions = z.strictObject({
	kind: z.literal("dss-connections"),
	only: names.default([]).describe("Names of the connections to test; without, all that there are."),
	ignore: names.default([]).describe("Names of connections that are not tested."),
	test_timeout: duration().prefault("20s").describe("A connection whose test takes longer counts as broken."),
});

type DssConnectionsOptions = z.output<typeof dssConnectionsOptions>;

/** Has DSS test its connections, as the button Test does. */
export const dssConnections = apiKind<DssConnectionsOptions>({
	key: "admin",
	since: "14.2",
	keepsNotes: true,
	values: {
		connections: { type: "int", summary: "Connections that are looked at." },
		tested: { type: "int", summary: "Those with a result, good or bad." },
		broken: { type: "int", summary: "Those that do not work.", blames: "connection_broken" },
		lost: {
			type: "int",
			summary: "Those of them that worked within the last 24 hours.",
			blames: "connection_broken",
		},
		broken_names: { type: "string", summary: "Their names, separated by spaces." },
		untestable: { type: "int", summary: "Those that DSS cannot test, or not for this key: no failure." },
		untested: { type: "int", summary: "Those for which the time of the look did not suffice." },
		slowest: { type: "double", unit: "s", summary: "The longest test of one that works.", blames: "connection_broken" },
		slowest_name: { type: "string", summary: "That connection." },
	},
	facts: {
		results: { type: "map<string, string>", summary: 'ok, broken, untestable or untested: results["postgres"].' },
	},
	load: async () => (await import("./readers/connections.ts")).readConnections,
});
