import { isAtLeast } from "../dss/version.ts";
import { CANARY_PROJECT, OTHER_PROJECT } from "./catalogue.ts";
import { type ApiRoute, type Call, found } from "./route.ts";

export interface Deployment {
	readonly id: string;
	readonly infraId: string;
	readonly stage: string;
	/** The published project or service. */
	readonly published: string;
}

type Side = "project" | "api";

const STAGE = "Production";

/** The one version of everything that was published. */
export const VERSION = "v12";

export const DEPLOYMENTS: Readonly<Record<Side, readonly Deployment[]>> = {
	project: [
		{ id: "sales-prod", infraId: "automation-prod", stage: STAGE, published: OTHER_PROJECT },
		{ id: "monitoring-prod", infraId: "automation-prod", stage: STAGE, published: CANARY_PROJECT },
	],
	api: [{ id: "churn-prod", infraId: "api-prod", stage: STAGE, published: "churn" }],
};

/** What a Deployer answers of the projects and services that it has deployed. */
export const deployerRoutes: readonly ApiRoute[] = [...routesOf("project", "9.0"), ...routesOf("api", "4.3")];

function routesOf(side: Side, since: string): ApiRoute[] {
	const root = `/${side}-deployer`;
	const publications = side === "api" ? `${root}/services` : `${root}/projects`;
	const wanted = (all: readonly { readonly id: string; readonly as: object }[], call: Call, what: string) =>
		found(all.find(({ id }) => id === call.param("id"))?.as, `${what} does not exist: ${call.param("id")}`);
	const one = (call: Call) =>
		found(
			DEPLOYMENTS[side].find(({ id }) => id === call.param("id")),
			`Deployment does not exist: ${call.param("id")}`,
		);
	return [
		{ method: "GET", path: `${root}/stages`, since, answer: () => [{ id: STAGE, desc: "" }] },
		{ method: "GET", path: `${root}/infras`, since, answer: () => infras(side).map(({ as }) => as) },
		{
			method: "GET",
			path: `${root}/infras/:id`,
			since,
			answer: (call) => wanted(infras(side), call, "Infrastructure"),
		},
		{ method: "GET", path: `${root}/deployments`, since, answer: () => DEPLOYMENTS[side].map((of) => light(side, of)) },
		{ method: "GET", path: `${root}/deployments/:id`, since, answer: (call) => light(side, one(call)) },
		{ method: "GET", path: `${root}/deployments/:id/status`, since, answer: (call) => heavy(side, one(call), call) },
		{
			method: "GET",
			path: `${root}/deployments/:id/governance-status`,
			since: "12.0",
			answer(call) {
				one(call);
				return { messages: [], anyMessage: false, success: false, warning: false, error: false, fatal: false };
			},
		},
		...(side === "project" ? [testingStatus(one)] : []),
		{ method: "GET", path: publications, since, answer: () => published(side).map(({ as }) => as) },
		{
			method: "GET",
			path: `${publications}/:id`,
			since,
			answer: (call) => wanted(published(side), call, "Publication"),
		},
	];
}

function testingStatus(one: (call: Call) => Deployment): ApiRoute {
	return {
		method: "GET",
		path: "/project-deployer/deployments/:id/testing-status",
		since: "13.3",
		answer(call) {
			one(call);
			return { nbTotalRanScenarios: 0, nbScenariosPerOutcome: {} };
		},
	};
}

const listed = ({ id, infraId }: Deployment) => ({ id, infraId });

function infras(side: Side) {
	const ids = [...new Set(DEPLOYMENTS[side].map(({ infraId }) => infraId))];
	return ids.map((id) => {
		const deployments = DEPLOYMENTS[side].filter(({ infraId }) => infraId === id).map(listed);
		return { id, as: { infraBasicInfo: { id, stage: STAGE }, deployments } };
	});
}

/** What was published, with its versions and where they are deployed. */
function published(side: Side) {
	return [...Map.groupBy(DEPLOYMENTS[side], (of) => of.published)].map(([id, of]) => {
		const deployments = of.map(listed);
		const infraIds = new Set(of.map(({ infraId }) => infraId));
		const basic = { id, name: id };
		return {
			id,
			as: {
				...(side === "api" ? { serviceBasicInfo: basic } : { projectBasicInfo: basic }),
				packages: [{ id: VERSION }],
				deployments,
				infras: [...infraIds].map((infraId) => ({ id: infraId, stage: STAGE })),
			},
		};
	});
}

function light(side: Side, { id, infraId, stage, published }: Deployment): object {
	return {
		deploymentBasicInfo: {
			id,
			infraId,
			...(side === "project"
				? { bundleId: VERSION, publishedProjectKey: published, deployedProjectKey: published }
				: { enabled: true, publishedServiceId: published }),
		},
		infraBasicInfo: { id: infraId, stage },
		...(side === "project" && { neverEverDeployed: false }),
	};
}

/** How a deployment is: healthy, or as the fault has it. */
export function healthOf({ id }: Deployment, { world }: Call) {
	const fault = world.board.find("deployment_health");
	return fault?.deployment === id ? fault.health : "HEALTHY";
}

/** Newer nodes wrap the messages as the sanity check does. */
function heavy(side: Side, of: Deployment, call: Call): object {
	const { world } = call;
	const fault = world.board.find("deployment_health");
	const isHit = fault?.deployment === of.id;
	const messages = isHit ? [{ severity: "ERROR", title: fault.message, message: fault.message }] : [];
	const failed = isHit ? fault.failed_scenarios : [];
	return {
		health: healthOf(of, call),
		healthMessages: isAtLeast(world.version(), "12.0") ? { messages, anyMessage: messages.length > 0 } : messages,
		...(side === "api" && { apiNodes: [{ url: world.address() }] }),
		...(side === "project" && {
			monitoring: { failed, warning: [], successful: ["NIGHTLY"], aborted: [], running: [] },
			hasScenarios: true,
			hasActiveScenarios: true,
		}),
	};
}
