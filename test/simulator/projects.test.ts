import { afterEach, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const admin = { key: ADMIN_KEY };
const keys = async (query: string, key: string) =>
	(await node.call(`/projects/${query}`, { key })).json.map((project: { projectKey: string }) => project.projectKey);

test("an admin sees every project, with tags and places on request", async () => {
	expect(await keys("", ADMIN_KEY)).toEqual(["DKU_MONITORING", "SALES"]);
	expect(await keys("?tags=finance,other", ADMIN_KEY)).toEqual(["SALES"]);
	const located = (await node.call("/projects/?includeLocation=True", admin)).json;
	expect(located[0].projectLocation).toEqual([{ id: "ROOT", name: "/" }]);
	expect((await node.call("/projects/?includeLocation=False", admin)).json[0]).not.toHaveProperty("projectLocation");
});

test("summary, metadata, variables and datasets of the canary project", async () => {
	const at = "/projects/DKU_MONITORING";
	expect((await node.call(at)).json).toMatchObject({
		projectKey: "DKU_MONITORING",
		ownerLogin: "admin",
		tags: ["probe"],
	});
	expect((await node.call(`${at}/metadata`)).json).toMatchObject({
		label: "Monitoring",
		checklists: { checklists: [] },
	});
	expect((await node.call(`${at}/variables`)).json).toEqual({ standard: {}, local: {} });
	const datasets = (await node.call(`${at}/datasets/?foreign=False`)).json;
	expect(datasets.map(({ name }: { name: string }) => name)).toEqual([
		"canary_in",
		"canary_out",
		"canary_fail",
		"canary_slow",
	]);
	expect(datasets[1]).toMatchObject({
		projectKey: "DKU_MONITORING",
		type: "Filesystem",
		managed: true,
		params: { connection: "filesystem_managed" },
		schema: { columns: expect.any(Array) },
		tags: [],
	});
});

test("permissions need an admin of the project", async () => {
	expect((await node.call("/projects/DKU_MONITORING/permissions")).status).toBe(403);
	expect((await node.call("/projects/DKU_MONITORING/permissions", admin)).json.owner).toBe("admin");
});

test("projects are made and removed by admins only, with lists and not null", async () => {
	const body = { projectKey: "TMP", name: "Tmp", owner: "admin", description: null, permissions: [], tags: [] };
	const create = (extra: object, key = ADMIN_KEY) =>
		node.call("/projects/", { method: "POST", body: { ...body, ...extra }, key });
	expect((await create({}, undefined)).status).toBe(200);
	expect((await create({})).status).toBe(409);
	expect((await create({ projectKey: "TMP2", permissions: null })).status).toBe(500);
	expect((await create({ projectKey: "no key!" })).status).toBe(500);
	expect((await node.call("/projects/", { method: "POST", body })).status).toBe(403);
	expect(await keys("", ADMIN_KEY)).toContain("TMP");
	const remove = (key: string) =>
		node.call("/projects/TMP?clearManagedDatasets=False&wait=True", { method: "DELETE", key });
	expect((await node.call("/projects/TMP", { method: "DELETE" })).status).toBe(403);
	expect((await remove(ADMIN_KEY)).status).toBe(200);
	expect((await remove(ADMIN_KEY)).status).toBe(404);
});

test("there is an end to the number of projects", async () => {
	let status = 200;
	for (let number = 0; status === 200 && number < 300; number++) {
		const body = { projectKey: `P${number}`, name: "p", owner: "admin", permissions: [], tags: [] };
		status = (await node.call("/projects/", { method: "POST", body, ...admin })).status;
	}
	expect(status).toBe(500);
});
