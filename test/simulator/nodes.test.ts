import { expect, test } from "vitest";
import { NODE_TYPES, type NodeType } from "../../src/simulator/node-type.ts";
import { ADMIN_KEY, basic, simulatedNode } from "../support/simulator.ts";

const DSS: readonly NodeType[] = ["design", "automation", "deployer", "govern"];

test.each(NODE_TYPES)("a node of type %s says what it is where such a node does", async (nodeType) => {
	await using node = await simulatedNode({ nodeType });
	const boot = await node.call("/dip/api/get-configuration", { key: null });
	const info = await node.call("/instance-info");
	expect((await node.call("/")).status).toBe(200);
	if (DSS.includes(nodeType)) {
		expect(boot.json).toMatchObject({ nodeType: nodeType.toUpperCase(), nodeName: `${nodeType}-1` });
		expect(info.json).toMatchObject({ nodeType: nodeType.toUpperCase(), rawNodeType: nodeType });
		expect(info.headers).toHaveProperty("dss-version");
	} else {
		expect([boot.status, info.status]).toEqual([404, 404]);
		expect(info.headers).not.toHaveProperty("dss-version");
	}
});

test("only nodes with projects have projects, and only a deployer deploys", async () => {
	const found: Record<string, readonly number[]> = {};
	for (const nodeType of DSS) {
		await using node = await simulatedNode({ nodeType });
		const paths = ["/projects/", "/project-deployer/deployments", "/admin/licensing/status"];
		const replies = await Promise.all(paths.map((path) => node.call(path, { key: ADMIN_KEY })));
		found[nodeType] = replies.map(({ status }) => status);
	}
	expect(found).toEqual({
		design: [200, 200, 200],
		automation: [200, 404, 200],
		deployer: [200, 200, 200],
		govern: [404, 404, 200],
	});
});

test("a deployment is healthy until its fault, in the words of its side", async () => {
	await using node = await simulatedNode({ nodeType: "deployer" });
	const healthOf = async (path: string) => (await node.call(`/${path}/status`)).json;
	const listed = (await node.call("/project-deployer/deployments")).json;
	expect(
		listed.map(({ deploymentBasicInfo }: { deploymentBasicInfo: { id: string } }) => deploymentBasicInfo.id),
	).toEqual(["sales-prod", "monitoring-prod"]);
	await node.simulator.faults.set({ fault: "deployment_health", health: "OUT_OF_SYNC", failed_scenarios: ["NIGHTLY"] });
	expect(await healthOf("project-deployer/deployments/sales-prod")).toMatchObject({
		health: "OUT_OF_SYNC",
		healthMessages: { messages: [{ severity: "ERROR" }] },
		monitoring: { failed: ["NIGHTLY"] },
	});
	expect(await healthOf("project-deployer/deployments/monitoring-prod")).toMatchObject({ health: "HEALTHY" });
	const service = await healthOf("api-deployer/deployments/churn-prod");
	expect(service).toMatchObject({ health: "HEALTHY" });
	expect(service).not.toHaveProperty("monitoring");
});

test("an API node lives without a key, answers queries with one, and can be drained", async () => {
	await using node = await simulatedNode({ nodeType: "api" });
	expect((await node.call("//isAlive/", { key: null })).status).toBe(200);
	const query = { method: "POST", body: { features: { age: 40, plan: "b" } } };
	const score = "/public/api/v1/churn/score/predict";
	expect((await node.call(score, query)).json).toEqual({
		result: { prediction: "stays", probas: { stays: 0.75, leaves: 0.25 }, ignored: false },
	});
	expect((await node.call(score, { ...query, key: null })).status).toBe(401);
	expect((await node.call("/public/api/v1/churn/other/predict", query)).status).toBe(404);
	await node.simulator.faults.set({ fault: "query_fails" });
	expect((await node.call(score, query)).status).toBe(500);
	await node.simulator.faults.set({ fault: "node_drained" });
	expect((await node.call("//isAlive/", { key: null })).status).toBe(503);
	expect((await node.call("//admin/api/services", { key: ADMIN_KEY })).json).toMatchObject([{ serviceId: "churn" }]);
});

test("a Fleet Manager takes its key as id and secret, and knows the addresses of its instances", async () => {
	await using node = await simulatedNode({ nodeType: "fleet-manager", apiKey: "the-id:the-secret" });
	const at = async (path: string, credential = "the-id:the-secret") =>
		node.call(`//api/public/tenants/${path}`, { key: null, headers: { Authorization: basic(credential) } });
	expect((await at("main/instances")).json).toMatchObject([{ id: "i-design", dssNodeType: "design" }, {}]);
	expect((await at("main/instances/i-design/status")).json).toEqual({ publicURL: node.url });
	expect((await at("main/instances", "the-id:another")).status).toBe(401);
	expect((await at("other/instances")).status).toBe(404);
	await node.simulator.faults.set({ fault: "fleet_instance", state: "not_provisioned" });
	expect((await at("main/instances/i-design/status")).json).toEqual({});
	expect((await at("main/instances/i-automation/status")).json).toEqual({ publicURL: node.url });
});

test("a deployer tells of its infrastructures, what was published, and its governance and tests", async () => {
	await using node = await simulatedNode({ nodeType: "deployer" });
	const get = async (path: string) => (await node.call(path)).json;
	expect(await get("/project-deployer/infras/automation-prod")).toMatchObject({
		infraBasicInfo: { id: "automation-prod", stage: "Production" },
		deployments: [{ id: "sales-prod", infraId: "automation-prod" }, { id: "monitoring-prod" }],
	});
	expect(await get("/project-deployer/projects/SALES")).toMatchObject({
		projectBasicInfo: { id: "SALES" },
		packages: [{ id: "v12" }],
		deployments: [{ id: "sales-prod", infraId: "automation-prod" }],
		infras: [{ id: "automation-prod" }],
	});
	expect(await get("/api-deployer/services/churn")).toMatchObject({ serviceBasicInfo: { id: "churn" } });
	expect(await get("/api-deployer/deployments/churn-prod/status")).toMatchObject({ apiNodes: [{ url: node.url }] });
	expect(await get("/api-deployer/deployments/churn-prod/governance-status")).toMatchObject({ messages: [] });
	expect(await get("/project-deployer/deployments/sales-prod/testing-status")).toMatchObject({
		nbTotalRanScenarios: 0,
	});
	expect(await get("/api-deployer/stages")).toMatchObject([{ id: "Production" }]);
	for (const path of ["project-deployer/infras/no", "project-deployer/projects/no", "api-deployer/services/no"]) {
		expect((await node.call(`/${path}`)).status).toBe(404);
	}
	expect((await node.call("/project-deployer/deployments/no/testing-status")).status).toBe(404);
});

test("unified monitoring has a snapshot of each deployment, and what endpoints were asked", async () => {
	await using node = await simulatedNode({ nodeType: "deployer" });
	const root = "/unified-monitoring/deployer";
	const post = (path: string, body: unknown) => node.call(`${root}/${path}`, { method: "POST", body });
	await node.simulator.faults.set({ fault: "deployment_health", health: "ERROR" });
	const projects = (await node.call(`${root}/projects`)).json;
	expect(projects).toMatchObject([
		{ deploymentId: "sales-prod", infrastructureId: "automation-prod", stage: "Production", globalStatus: "ERROR" },
		{ deploymentId: "monitoring-prod", deployedProjectKey: "DKU_MONITORING", globalStatus: "HEALTHY" },
	]);
	expect(projects[0].snapshotTimestamp).toBe(node.clock.now());
	const endpoint = { type: "MANAGED_API_ENDPOINT", deploymentId: "churn-prod", endpointId: "score" };
	expect((await node.call(`${root}/api-endpoints?removeDuplicatedExternalEndpoints=True`)).json).toMatchObject([
		endpoint,
	]);
	const asked = { deploymentId: "churn-prod", endpointId: "score" };
	expect((await post("activity-metrics", asked)).json).toMatchObject({ ...asked, periodErrorRate: 0 });
	expect((await post("activity-metrics", { ...asked, endpointId: "no" })).status).toBe(404);
	expect((await post("api-endpoints-with-activity-metrics", [])).json).toMatchObject([
		{ type: endpoint.type, endpointMonitoring: endpoint, activityMetrics: asked },
	]);
	expect((await post("api-endpoints-with-activity-metrics", [{ deploymentId: "other" }])).json).toEqual([]);
	await using old = await simulatedNode({ nodeType: "deployer", version: "12.0.1" });
	expect((await old.call(`${root}/projects`)).status).toBe(404);
});

test("an API node takes every kind of query, and shows its services, their generations and its keys", async () => {
	await using node = await simulatedNode({ nodeType: "api" });
	const ask = (call: string, body: object) => node.call(`/public/api/v1/churn/score/${call}`, { method: "POST", body });
	expect((await ask("query", { id: 7 })).json).toMatchObject({ columns: [{ name: "id" }], rows: [["7"]] });
	expect((await ask("lookup", { data: { id: 7 } })).json).toEqual({ results: [{ data: { id: 7 } }] });
	expect((await ask("lookup-multi", { items: [{ data: { id: 7 } }] })).json).toEqual({
		results: [{ data: { id: 7 } }],
	});
	expect((await ask("forecast", { items: [{ at: 1 }] })).json).toMatchObject({ results: [{ ignored: false }] });
	expect((await ask("lookup", {})).status).toBe(500);
	await node.simulator.faults.set({ fault: "query_fails" });
	expect((await ask("forecast", { items: [] })).status).toBe(500);
	const admin = async (path: string) => (await node.call(`//admin/api/${path}`, { key: ADMIN_KEY })).json;
	expect(await admin("services/churn/generations")).toMatchObject({ generations: [{ tag: "v1" }] });
	expect(await admin("keys")).toMatchObject([{ id: "admin" }]);
});

test("a Fleet Manager restarts a DSS as a task that is followed to its end", async () => {
	await using node = await simulatedNode({ nodeType: "fleet-manager", apiKey: "the-id:the-secret" });
	const at = async (path: string) =>
		node.call(`//api/public/tenants/main/${path}`, {
			key: null,
			headers: { Authorization: basic("the-id:the-secret") },
		});
	const begun = (await at("instances/i-design/actions/restart-dss")).json;
	expect(begun).toMatchObject({ jobId: expect.any(String), hasResult: false, alive: true });
	await node.clock.advance(2_000);
	expect((await at(`futures/${begun.jobId}?peek=False`)).json).toMatchObject({ hasResult: true, result: {} });
	expect((await at("instances/i-design/actions/explode")).status).toBe(404);
	expect((await at("virtual-networks/vn-default")).json).toMatchObject({ id: "vn-default" });
	expect((await at("virtual-networks/no")).status).toBe(404);
});
