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
