import { DssError, illegalArgument } from "./error.ts";
import { type ApiRoute, bodyObject, type Call, found } from "./route.ts";

const SERVICE = "churn";
/** Takes every call, whatever its kind would be on a real node. */
export const ENDPOINT = "score";
const GENERATION = "v1";
const right = "INSTANCE_ADMIN";
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
		answer: (call) => ({ result: predict(call, objectIn(bodyObject(call), "features")) }),
	},
	{
		method: "POST",
		path: `${PATH}/predict-multi`,
		answer(call) {
			return { results: items(call).map((item) => predict(call, objectIn(item, "features"))) };
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
	{
		method: "POST",
		path: `${PATH}/query`,
		answer(call) {
			requireEndpoint(call);
			const asked = Object.entries(bodyObject(call));
			return {
				columns: asked.map(([name]) => ({ name, type: "string" })),
				rows: [asked.map(([, value]) => String(value))],
			};
		},
	},
	{
		method: "POST",
		path: `${PATH}/lookup`,
		answer(call) {
			requireEndpoint(call);
			return { results: [{ data: objectIn(bodyObject(call), "data") }] };
		},
	},
	{
		method: "POST",
		path: `${PATH}/lookup-multi`,
		answer(call) {
			requireEndpoint(call);
			return { results: items(call).map((item) => ({ data: objectIn(item, "data") })) };
		},
	},
	{
		method: "POST",
		path: `${PATH}/forecast`,
		answer(call) {
			requireEndpoint(call);
			const time = new Date(call.now).toISOString();
			const next = { forecast: items(call).length, ignored: false, time, quantiles: [0.5], quantilesValues: [1] };
			return { results: [next] };
		},
	},
];

/** What an administrator of the API node sees. */
export const serviceRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/services",
		right,
		answer: () => [
			{ serviceId: SERVICE, enabled: true, declaredGenerations: [GENERATION], currentMapping: { entries: [] } },
		],
	},
	{
		method: "GET",
		path: "/services/:service/generations",
		right,
		answer(call) {
			found(call.param("service") === SERVICE ? SERVICE : undefined, `Unknown service: ${call.param("service")}`);
			return { generations: [{ tag: GENERATION, createdOn: call.world.bornAt }] };
		},
	},
	{
		method: "GET",
		path: "/keys",
		right,
		answer: ({ world }) => [{ id: "admin", label: "admin", createdBy: "admin", createdOn: world.bornAt }],
	},
	{ method: "GET", path: "/metrics", right, answer: () => ({ metrics: [] }) },
];

function requireEndpoint(call: Call): void {
	const { service, endpoint } = { service: call.param("service"), endpoint: call.param("endpoint") };
	found(service === SERVICE && endpoint === ENDPOINT ? true : undefined, `Unknown endpoint: ${service}/${endpoint}`);
	const fails = call.world.board.take("query_fails");
	if (fails) throw new DssError(500, "com.dataiku.lambda.LambdaException", fails.message);
}

function items(call: Call): readonly unknown[] {
	const { items: given } = bodyObject(call);
	if (!Array.isArray(given)) throw illegalArgument("No items");
	return given;
}

function objectIn(from: unknown, name: "features" | "data"): object {
	const given = (from as Readonly<Record<string, unknown>> | null)?.[name];
	if (typeof given !== "object" || given === null) throw illegalArgument(`No ${name} in the record`);
	return given;
}

/** The more features, the surer: an answer that depends on the question. */
function predict(call: Call, of: object): object {
	requireEndpoint(call);
	const sure = 1 - 1 / (2 + Object.keys(of).length);
	return { prediction: "stays", probas: { stays: sure, leaves: 1 - sure }, ignored: false };
}
