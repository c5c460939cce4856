import { afterEach, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, order, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const FLOW = "/projects/FLOW";
const send = (method: string, path: string, body?: unknown, key = ADMIN_KEY) => node.call(path, { method, body, key });
const get = async (path: string, key = ADMIN_KEY) => (await node.call(path, { key })).json;
const managed = (name: string, connectionId = "filesystem_managed") =>
	send("POST", `${FLOW}/datasets/managed`, { name, creationSettings: { connectionId, specificSettings: {} } });
const recipe = (name: string, output: string) =>
	send("POST", `${FLOW}/recipes/`, {
		recipePrototype: {
			type: "python",
			name,
			projectKey: "FLOW",
			inputs: {},
			outputs: { main: { items: [{ ref: output, appendMode: false }] } },
		},
		creationSettings: { script: "print(1)" },
	});
const makeProject = () =>
	send("POST", "/projects/", { projectKey: "FLOW", name: "Flow", owner: "admin", permissions: [], tags: ["mine"] });
const build = async (output: string) => {
	const body = { type: "NON_RECURSIVE_FORCED_BUILD", outputs: [{ type: "DATASET", id: output, projectKey: "FLOW" }] };
	return send("POST", `${FLOW}/jobs/`, body);
};

test("a Flow is made piece by piece, and its output can be built once a recipe writes it", async () => {
	expect((await makeProject()).status).toBe(200);
	expect((await managed("out")).json).toMatchObject({ name: "out", params: { connection: "filesystem_managed" } });
	expect((await build("out")).status).toBe(500);
	expect((await recipe("compute_out", "out")).json).toEqual({ name: "compute_out" });
	expect(await get(`${FLOW}/recipes/compute_out`)).toMatchObject({
		recipe: { type: "python", outputs: { main: { items: [{ ref: "out" }] } } },
		payload: "print(1)",
	});
	expect((await build("out")).status).toBe(200);
	expect(await get(`${FLOW}/datasets/out/info`)).not.toHaveProperty("lastBuild");
	await node.clock.advance(2_000);
	expect(await get(`${FLOW}/datasets/out/info`)).toMatchObject({ lastBuild: { buildSuccess: true } });
	const { metrics } = await get(`${FLOW}/datasets/out/metrics/last/NP`);
	expect(metrics[0]).toMatchObject({
		metric: { id: "reporting:BUILD_START_DATE" },
		lastValues: [{ partition: "NP", value: expect.stringMatching(/^2\d+-.*Z$/) }],
	});
	const data = await node.call(`${FLOW}/datasets/out/data/?format=tsv-excel-noheader`, { key: ADMIN_KEY });
	expect(data.text).toMatch(/^1\t2\d+-.*Z\n2\t.*\n3\t.*\n$/);
});

test("what is there already, or does not fit, is refused", async () => {
	await makeProject();
	expect((await managed("out", "no_such")).status).toBe(500);
	await managed("out");
	expect((await managed("out")).status).toBe(409);
	expect((await managed("no name!")).status).toBe(500);
	expect((await recipe("compute_x", "x")).status).toBe(404);
	await recipe("compute_out", "out");
	expect((await recipe("compute_out", "out")).status).toBe(409);
	expect((await send("POST", `${FLOW}/datasets/`, { name: "by_hand", type: "Inline" })).json.type).toBe("Inline");
	for (const what of ["datasets/by_hand", "recipes/compute_out"]) {
		expect((await send("DELETE", `${FLOW}/${what}`)).status).toBe(200);
		expect((await send("DELETE", `${FLOW}/${what}`)).status).toBe(404);
	}
});

test("a scenario gets an id out of its name, and runs what its settings say", async () => {
	await makeProject();
	await managed("out");
	await recipe("compute_out", "out");
	const create = () => send("POST", `${FLOW}/scenarios/`, { name: "my canary", type: "step_based", params: {} });
	expect((await create()).json.id).toBe("MY_CANARY");
	expect((await create()).json.id).toBe("MY_CANARY_1");
	expect((await send("POST", `${FLOW}/scenarios/MY_CANARY/run`, {})).status).toBe(500);
	const settings = await get(`${FLOW}/scenarios/MY_CANARY`);
	const steps = [
		{ id: "b", type: "build_flowitem", name: "b", params: { builds: [{ type: "DATASET", itemId: "out" }] } },
	];
	await send("PUT", `${FLOW}/scenarios/MY_CANARY`, { ...settings, params: { steps } });
	expect(await get(`${FLOW}/scenarios/MY_CANARY`)).toMatchObject({ name: "my canary", params: { steps } });
	expect((await send("POST", `${FLOW}/scenarios/MY_CANARY/run`, {})).status).toBe(200);
	await node.clock.advance(5_000);
	const [run] = await get(`${FLOW}/scenarios/MY_CANARY/get-last-runs?limit=1`);
	expect(run.result.outcome).toBe("SUCCESS");
	expect((await send("DELETE", `${FLOW}/scenarios/MY_CANARY_1`)).status).toBe(200);
});

test("metadata and permissions are saved as a whole; a weak key changes nothing", async () => {
	await makeProject();
	const metadata = await get(`${FLOW}/metadata`);
	await send("PUT", `${FLOW}/metadata`, { ...metadata, tags: ["mine", "marked"], description: "marked" });
	expect(await get(`${FLOW}/metadata`)).toMatchObject({ tags: ["mine", "marked"], description: "marked" });
	await send("PUT", `${FLOW}/permissions`, { owner: "admin", permissions: [{ group: "readers" }] });
	expect((await get(`${FLOW}/permissions`)).permissions).toEqual([{ group: "readers" }]);
	for (const [method, path, body] of [
		["PUT", "/projects/DKU_MONITORING/metadata", metadata],
		["POST", "/projects/DKU_MONITORING/datasets/managed", {}],
		["POST", "/projects/DKU_MONITORING/recipes/", {}],
		["POST", "/projects/DKU_MONITORING/scenarios/", {}],
		["GET", "/projects/DKU_MONITORING/datasets/canary_out/data/", undefined],
	] as const) {
		expect((await node.call(path, { method, ...(body && { body }) })).status, path).toBe(403);
	}
});

test("a key that may not create projects is told so", async () => {
	await node.simulator.faults.set({ fault: "right_missing", right: "CREATE_PROJECTS" });
	expect((await makeProject()).status).toBe(403);
});

test("a job can end DONE and leave its output as it was", async () => {
	const info = () => get("/projects/DKU_MONITORING/datasets/canary_out/info");
	const before = await info();
	await node.simulator.faults.set({ fault: "output_not_rebuilt", times: 1 });
	const id = await node.build("canary_out");
	await node.clock.advance(2_000);
	expect(await node.jobState(id)).toBe("DONE");
	expect(await info()).toEqual(before);
	await send("POST", "/projects/DKU_MONITORING/jobs/", order("canary_out"));
	await node.clock.advance(2_000);
	expect(await info()).not.toEqual(before);
});

test("a fault that acts once does not act on what ran before the node was looked at", async () => {
	await node.simulator.faults.set({ fault: "output_not_rebuilt", times: 1 });
	const runs = await get("/projects/SALES/scenarios/NIGHTLY/get-last-runs/?limit=5");
	expect(runs.length).toBeGreaterThan(0);
	expect(node.simulator.faults.list()).toMatchObject([{ fault: { fault: "output_not_rebuilt" } }]);
});

test("jobs of former days that nobody cleared are in the list", async () => {
	await node.simulator.faults.set({ fault: "old_jobs", count: 1_500 });
	const list = (limit: number) => get(`/projects/DKU_MONITORING/jobs/?limit=${limit}`);
	expect(await list(10)).toHaveLength(10);
	expect((await list(0)).length).toBeGreaterThan(1_500);
	expect(new Set((await list(0)).map((job: { def: { id: string } }) => job.def.id)).size).toBeGreaterThan(1_500);
});

test("the shipped datasets are written by recipes that anybody who may read the project sees", async () => {
	const recipes = (await node.call("/projects/DKU_MONITORING/recipes/")).json as { name: string; outputs: object }[];
	expect(recipes.map(({ name }) => name)).toEqual(["compute_canary_out", "compute_canary_fail", "compute_canary_slow"]);
	expect(recipes[0]).toMatchObject({ type: "sync", outputs: { main: { items: [{ ref: "canary_out" }] } } });
});

test("the graph of a Flow says what each recipe reads and writes", async () => {
	const { nodes } = await get("/projects/DKU_MONITORING/flow/graph/");
	expect(nodes["compute_canary_out"]).toEqual({
		ref: "compute_canary_out",
		type: "RUNNABLE_RECIPE",
		subType: "sync",
		predecessors: ["canary_in"],
		successors: ["canary_out"],
	});
	expect(nodes["canary_out"]).toMatchObject({ type: "COMPUTABLE_DATASET", predecessors: ["compute_canary_out"] });
	expect(nodes["canary_in"].successors).toHaveLength(3);
});
