import { DEPLOYMENTS, type Deployment, healthOf, VERSION } from "./deployer.ts";
import { illegalArgument } from "./error.ts";
import { ENDPOINT } from "./query.ts";
import { type ApiRoute, bodyObject, type Call, found } from "./route.ts";
import { HOUR_MS } from "./world.ts";

const since = "12.5";
const ROOT = "/unified-monitoring/deployer";
const TYPE = "MANAGED_API_ENDPOINT";

/** What a Deployer knows of everything that it deployed: one snapshot of each. */
export const unifiedMonitoringRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: `${ROOT}/projects`,
		since,
		answer: (call) =>
			DEPLOYMENTS.project.map((of) => ({
				...snapshot(of, call),
				bundleName: VERSION,
				publishedProjectKey: of.published,
				deployedProjectKey: of.published,
			})),
	},
	{
		method: "GET",
		path: `${ROOT}/api-endpoints`,
		since,
		answer: (call) => DEPLOYMENTS.api.map((of) => endpoint(of, call)),
	},
	{
		method: "POST",
		path: `${ROOT}/activity-metrics`,
		since,
		answer(call) {
			const { deploymentId, endpointId } = bodyObject(call);
			const of = DEPLOYMENTS.api.find(({ id }) => id === deploymentId && endpointId === ENDPOINT);
			return activity(found(of, `Endpoint does not exist: ${String(deploymentId)}/${String(endpointId)}`), call);
		},
	},
	{
		method: "POST",
		path: `${ROOT}/api-endpoints-with-activity-metrics`,
		since,
		answer(call) {
			if (!Array.isArray(call.body)) throw illegalArgument("The body is not a list of endpoints");
			const ids = call.body.map((one: { readonly deploymentId?: unknown } | null) => one?.deploymentId);
			return DEPLOYMENTS.api
				.filter(({ id }) => ids.length === 0 || ids.includes(id))
				.map((of) => ({ type: TYPE, endpointMonitoring: endpoint(of, call), activityMetrics: activity(of, call) }));
		},
	},
];

function snapshot(of: Deployment, call: Call) {
	return {
		deploymentId: of.id,
		infrastructureId: of.infraId,
		stage: of.stage,
		snapshotTimestamp: call.now,
		globalStatus: healthOf(of, call),
	};
}

function endpoint(of: Deployment, call: Call): object {
	return { ...snapshot(of, call), type: TYPE, endpointId: ENDPOINT };
}

/** A quiet hour. */
function activity({ id }: Deployment, { now }: Call): object {
	return {
		deploymentId: id,
		endpointId: ENDPOINT,
		period: { from: now - HOUR_MS, to: now },
		periodAllRequestsCount: 60,
		periodErrorRate: 0,
		periodResponseTimeMs: 12,
		counts: [{ timestamp: now, value: 60 }],
	};
}
