import { isAtLeast } from "../dss/version.ts";
import { CANARY_PROJECT, OTHER_PROJECT } from "./catalogue.ts";
import { type ApiRoute, type Call, found } from "./route.ts";

interface Deployment {
	readonly id: string;
	readonly infraId: string;
	readonly stage: string;
	/** The published project or service. */
	readonly published: string;
}

type Side = "project" | "api";

const DEPLOYMENTS: Readonly<Record<Side, readonly Deployment[]>> = {
	project: [
		{ id: "sales-prod", infraId: "automation-prod", stage: "Production", published: OTHER_PROJECT },
		{ id: "monitoring-prod", infraId: "automation-prod", stage: "Production", published: CANARY_PROJECT },
	],
	api: [{ id: "churn-prod", infraId: "api-prod", stage: "Production", published: "churn" }],
};

/** What a Deployer answers of the projects and services that it has deployed. */
export const deployerRoutes: readonly ApiRoute[] = [...routesOf("project", "9.0"), ...routesOf("api", "4.3")];

function routesOf(side: Side, since: string): ApiRoute[] {
	const root = `/${side}-deployer`;
	const one = (call: Call) =>
		found(
			DEPLOYMENTS[side].find(({ id }) => id === call.param("id")),
			`Deployment does not exist: ${call.param("id")}`,
		);
	return [
		{ method: "GET", path: `${root}/infras`, since, answer: () => infras(side) },
		{ method: "GET", path: `${root}/deployments`, since, answer: () => DEPLOYMENTS[side].map((of) => light(side, of)) },
		{ method: "GET", path: `${root}/deployments/:id`, since, answer: (call) => light(side, one(call)) },
		{ method: "GET", path: `${root}/deployments/:id/status`, since, answer: (call) => heavy(side, one(call), call) },
		{
			method: "GET",
			path: side === "api" ? `${root}/services` : `${root}/projects`,
			since,
			answer: () => DEPLOYMENTS[side].map(({ published }) => ({ ...publishedAs(side, published), packages: [] })),
		},
	];
}

function infras(side: Side): object[] {
	const ids = [...new Set(DEPLOYMENTS[side].map(({ infraId }) => infraId))];
	return ids.map((id) => ({
		infraBasicInfo: { id, stage: "Production" },
		deployments: DEPLOYMENTS[side].filter(({ infraId }) => infraId === id).map(({ id: of }) => ({ id: of })),
	}));
}

function light(side: Side, { id, infraId, stage, published }: Deployment): object {
	return {
		deploymentBasicInfo: {
			id,
			infraId,
			...(side === "project"
				? { bundleId: "v12", publishedProjectKey: published, deployedProjectKey: published }
				: { enabled: true, publishedServiceId: published }),
		},
		infraBasicInfo: { id: infraId, stage },
		...(side === "project" && { neverEverDeployed: false }),
	};
}

const publishedAs = (side: Side, published: string) =>
	side === "api"
		? { serviceBasicInfo: { id: published, name: published } }
		: { projectBasicInfo: { id: published, name: published } };

/** Healthy, or as the fault has it. Newer nodes wrap the messages as the sanity check does. */
function heavy(side: Side, { id }: Deployment, { world }: Call): object {
	const fault = world.board.find("deployment_health");
	const isHit = fault?.deployment === id;
	const messages = isHit ? [{ severity: "ERROR", title: fault.message, message: fault.message }] : [];
	const failed = isHit ? fault.failed_scenarios : [];
	return {
		health: isHit ? fault.health : "HEALTHY",
		healthMessages: isAtLeast(world.version(), "12.0") ? { messages, anyMessage: messages.length > 0 } : messages,
		...(side === "project" && {
			monitoring: { failed, warning: [], successful: ["NIGHTLY"], aborted: [], running: [] },
			hasScenarios: true,
			hasActiveScenarios: true,
		}),
	};
}
