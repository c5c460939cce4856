import * as z from "zod";
import { apiKind } from "./api-kind.ts";

const ids = z.array(z.string().min(1, "is empty")).max(200).default([]);

export const dssDeploymentsOptions = z.strictObject({
	kind: z.literal("dss-deployments"),
	infras: ids.describe("Only deployments on these infrastructures. Default: all that the key may read."),
	ignore: ids.describe("Ids of deployments that are not looked at."),
	at_most: z
		.int()
		.min(1)
		.max(500)
		.default(50)
		.describe("So many deployments are asked for their health: the Deployer contacts their nodes for each."),
});

type DssDeploymentsOptions = z.output<typeof dssDeploymentsOptions>;

/** What a Deployer knows of the health of projects and API services that it has deployed. */
export const dssDeployments = apiKind<DssDeploymentsOptions>({
	key: "any",
	since: "4.3",
	values: {
		deployments: { type: "int", summary: "Deployments that were asked for their health." },
		healthy: { type: "int", summary: "Those that are healthy." },
		warnings: { type: "int", summary: "Those with a warning.", blames: "deployment_warning" },
		unhealthy: { type: "int", summary: "Those that are unhealthy.", blames: "deployment_unhealthy" },
		out_of_sync: {
			type: "int",
			summary: "Those that differ from what the Deployer wants of them.",
			blames: "deployment_out_of_sync",
		},
		errors: { type: "int", summary: "Those in error.", blames: "deployment_error" },
		unknown: { type: "int", summary: "Those without a health, or whose health could not be read." },
		left_out: { type: "int", summary: "Those that were not asked: beyond at_most, or the time was up." },
		failed_scenarios: {
			type: "int",
			summary: "Scenarios of deployed projects whose last run failed.",
			blames: "deployed_scenario_failed",
		},
		worst: { type: "string", summary: "Id of the deployment that is worst; empty where all are healthy." },
	},
	facts: { details: { type: "dyn", summary: "For each: id, infra, side, health, messages, failed_scenarios." } },
	expect: [{ that: "errors + unhealthy == 0", else: "critical" }],
	load: async () => (await import("./readers/deployments.ts")).readDeployments,
});
