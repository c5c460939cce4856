import * as z from "zod";
import { apiKind } from "./api-kind.ts";

export const fleetManagerOptions = z.strictObject({
	kind: z.literal("fleet-manager"),
	tenant: z
		.string()
		.regex(/^[\w.-]+$/, "is no id of a tenant")
		.default("main")
		.describe("Id of the tenant."),
	look: z
		.boolean()
		.default(true)
		.describe("Asks each instance at its own address, too: that must be reachable from here."),
	ignore: z
		.array(z.string().min(1, "is empty"))
		.max(200)
		.default([])
		.describe("Ids or labels of instances that are not looked at."),
});

type FleetManagerOptions = z.output<typeof fleetManagerOptions>;

/** The instances of a Fleet Manager: which have an address, and which answer there. The instance's api_key is ID:SECRET. */
export const fleetManager = apiKind<FleetManagerOptions>({
	key: "any",
	place: ({ tenant }) => ({ prefix: `/api/public/tenants/${tenant}`, credential: "pair" }),
	values: {
		instances: { type: "int", summary: "Instances of the tenant, without those that are ignored." },
		addressed: { type: "int", summary: "Those that are provisioned: they have an address." },
		responding: { type: "int", isOptional: true, summary: "Those that answer there; with look." },
		silent: {
			type: "int",
			isOptional: true,
			summary: "Those that have an address and do not answer there; with look.",
			blames: "fleet_instance_silent",
		},
		unreadable: { type: "int", summary: "Those whose state the Fleet Manager would not tell." },
		left_out: { type: "int", summary: "Those that were not asked: the time was up, or dss-probe could not." },
		worst: { type: "string", summary: "Label of an instance that does not answer; empty where there is none." },
	},
	facts: {
		details: { type: "dyn", summary: "For each: id, label, type, address, responds, status (as it was answered)." },
	},
	load: async () => (await import("./readers/fleet.ts")).readFleet,
});
