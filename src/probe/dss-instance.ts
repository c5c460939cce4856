import * as z from "zod";
import { apiKind } from "./api-kind.ts";

export const dssInstanceOptions = z.strictObject({
	kind: z.literal("dss-instance"),
	node_id: z.string().min(1, "is empty").optional().describe("Id of the node. Default: that of the first answer."),
});

type DssInstanceOptions = z.output<typeof dssInstanceOptions>;

/** Which node answers, in which version, and since when it runs. */
export const dssInstance = apiKind<DssInstanceOptions>({
	key: "any",
	since: "10",
	keepsNotes: true,
	values: {
		node_id: { type: "string", summary: "Id of the node." },
		node_name: { type: "string", summary: "Its name." },
		node_type: { type: "string", summary: "DESIGN, AUTOMATION, DEPLOYER, GOVERN." },
		expected_node: { type: "bool", summary: "It is the node that it should be.", blames: "wrong_node" },
		started: { type: "double", summary: "When the backend started, Unix time." },
		uptime: { type: "double", unit: "s", summary: "How long the backend runs." },
		restarts: {
			type: "int",
			summary: "Restarts of the last 24 hours, as far as looks saw them.",
			blames: "restarted_often",
		},
		downgraded: {
			type: "bool",
			summary: "It runs an older version than within the last 24 hours.",
			blames: "downgraded",
		},
	},
	expect: [
		{ that: "expected_node", else: "critical" },
		{ that: "!downgraded", else: "warning" },
	],
	load: async () => (await import("./readers/instance.ts")).readInstance,
});
