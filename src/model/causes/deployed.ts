import type { Causes } from "./entry.ts";

/** What a Deployer, an API node or a Fleet Manager is responsible for. */
export const DEPLOYED = {
	deployment_error: {
		layer: "deployed",
		text: "a deployment is in error",
		hint: "Open the deployment on the Deployer: the evidence names it with its message. Often its node cannot be reached, or its key there was revoked.",
	},
	deployment_unhealthy: {
		layer: "deployed",
		text: "a deployment is unhealthy",
		hint: "Open the deployment on the Deployer; of a project look at its failed scenarios on the automation node, of a service at its API nodes.",
	},
	deployment_out_of_sync: {
		layer: "deployed",
		text: "a deployment is out of sync with its node",
		hint: "Somebody changed it on the Deployer without updating, or on the node by hand: update the deployment.",
	},
	deployment_warning: {
		layer: "deployed",
		text: "a deployment has a warning",
		hint: "Open the deployment on the Deployer: the evidence names it with its message.",
	},
	deployed_scenario_failed: {
		layer: "deployed",
		text: "a scenario of a deployed project failed",
		hint: "Open the last run of the scenario on the automation node: the evidence names deployment and scenario.",
	},
	api_node_drained: {
		layer: "backend",
		text: "API node drained or down",
		hint: "apinode-not-alive.txt in its data directory takes it out of the load balancer on purpose. If it is not there: DATADIR/bin/apinode status and run/apimain.log.",
	},
	endpoint_failed: {
		layer: "deployed",
		text: "an endpoint of the API node fails, the node is up",
		hint: "The evidence holds its error; more is in run/apimain.log. Try the same query on the Deployer, and the generation before.",
	},
	endpoint_slow: {
		layer: "deployed",
		text: "an endpoint of the API node is slow",
		hint: "Compare with other endpoints of the node: one alone is slow by its model or its lookups, all of them want more nodes.",
	},
	endpoint_unknown: {
		layer: "check",
		text: "the API node does not know the service or endpoint",
		hint: "It was renamed, disabled or never deployed to this node: compare service and endpoint of the check with the deployment.",
	},
	fleet_instance_silent: {
		layer: "deployed",
		text: "an instance of the fleet does not respond",
		hint: "Open the instance in the Fleet Manager: the evidence names it. Look at its agent and logs there; restart DSS, else reprovision.",
	},
} as const satisfies Causes;
