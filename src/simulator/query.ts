import { DssError, illegalArgument } from "./error.ts";
import { type ApiRoute, bodyObject, type Call, found } from "./route.ts";

const SERVICE = "churn";
const ENDPOINT = "score";
/** As old as the API node itself. */
const PATH = "/:service/:endpoint";

/** Whether the API node takes queries. Its own answer, no key needed. */
export const aliveRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/isAlive/",
		isOpen: true,
		answer({ world }) {
			// The file apinode-not-alive.txt in its data directory makes it say so, that load balancers stop sending.
			if (world.board.take("node_drained")) throw new DssError(503, "NotAlive", "API node is not alive");
			return { alive: true };
		},
	},
];

/** The queries that applications send: one service with one prediction and one function. */
export const queryRoutes: readonly ApiRoute[] = [
	{
		method: "POST",
		path: `${PATH}/predict`,
		answer: (call) => ({ result: predict(call, features(bodyObject(call))) }),
	},
	{
		method: "POST",
		path: `${PATH}/predict-multi`,
		answer(call) {
			const { items } = bodyObject(call);
			if (!Array.isArray(items)) throw illegalArgument("No items");
			return { results: items.map((item) => predict(call, features(item))) };
		},
	},
	{
		method: "POST",
		path: `${PATH}/run`,
		answer(call) {
			requireEndpoint(call);
			return { response: bodyObject(call), timing: { wait: 0.1, execution: 1.2 } };
		},
	},
];

/** What an administrator of the API node sees. */
export const serviceRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/services",
		right: "INSTANCE_ADMIN",
		answer: () => [{ serviceId: SERVICE, enabled: true, declaredGenerations: ["v1"], currentMapping: { entries: [] } }],
	},
	{ method: "GET", path: "/metrics", right: "INSTANCE_ADMIN", answer: () => ({ metrics: [] }) },
];

function requireEndpoint(call: Call): void {
	const { service, endpoint } = { service: call.param("service"), endpoint: call.param("endpoint") };
	found(service === SERVICE && endpoint === ENDPOINT ? true : undefined, `Unknown endpoint: ${service}/${endpoint}`);
	const fails = call.world.board.take("query_fails");
	if (fails) throw new DssError(500, "com.dataiku.lambda.LambdaException", fails.message);
}

function features(from: unknown): object {
	const given = (from as { features?: unknown } | null)?.features;
	if (typeof given !== "object" || given === null) throw illegalArgument("No features in the record");
	return given;
}

/** The more features, the surer: an answer that depends on the question. */
function predict(call: Call, of: object): object {
	requireEndpoint(call);
	const sure = 1 - 1 / (2 + Object.keys(of).length);
	return { prediction: "stays", probas: { stays: sure, leaves: 1 - sure }, ignored: false };
}
