import { expect, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { answer, faultServer } from "../support/fault-server.ts";
import { makeInstance } from "../support/instance.ts";
import { lookAt } from "../support/look.ts";
import { simulatedNode } from "../support/simulator.ts";

const ALIVE = { kind: "api-node" } as const;
const QUERY = {
	kind: "api-node-query",
	service: "churn",
	endpoint: "score",
	body: { features: { age: 40, plan: "b" } },
} as const;

const keyless = (url: string) => {
	const { apiKey: _key, ...instance } = makeInstance(url);
	return instance;
};

test("an API node says that it is alive, to everybody", async () => {
	await using node = await simulatedNode({ nodeType: "api" });
	const { values, fault } = await lookAt(node, ALIVE, { instance: keyless(node.url) });
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ alive: true, status: 200 });
});

test("one that was drained is told as drained or down, with its status", async () => {
	await using node = await simulatedNode({ nodeType: "api" });
	await node.simulator.faults.set({ fault: "node_drained" });
	const found = await lookAt(node, ALIVE);
	expect(found).toMatchObject({ values: { alive: false, status: 503 }, fault: { code: "api_node_drained" } });
	expect(found.fault?.text).toContain("API node is not alive");
});

test.each([
	["redirect", "redirected"],
	["reset", "connection_reset"],
	["gateway", "api_node_drained"],
] as const)("%s on the way is %s", async (fault, code) => {
	await using node = await simulatedNode({ nodeType: "api" });
	await node.simulator.faults.set({ fault });
	expect(await lookAt(node, ALIVE)).toMatchObject({ fault: { code } });
});

test("a real question gives its answer to conditions", async () => {
	await using node = await simulatedNode({ nodeType: "api" });
	for (const auth of ["basic", "bearer"] as const) {
		const { values, facts, seen, fault } = await lookAt(node, { ...QUERY, auth });
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ prediction: "stays", ignored: false });
		expect(facts?.["json"]).toMatchObject({ result: { probas: { stays: 0.75 } } });
		expect(seen).toBe("churn/score predicted stays");
	}
	const run = await lookAt(node, { ...QUERY, call: "run", body: { n: 42 } });
	expect(run).toMatchObject({ values: { ignored: false }, facts: { json: { response: { n: 42 } } } });
	expect(run.values).not.toHaveProperty("prediction");
	const items = [{ features: { age: 1 } }];
	expect((await lookAt(node, { ...QUERY, call: "predict-multi", body: { items } })).values).toMatchObject({
		prediction: "stays",
	});
});

test("a failing endpoint, an unknown one, a wrong key and a node that is down are told apart", async () => {
	await using node = await simulatedNode({ nodeType: "api" });
	expect(await lookAt(node, { ...QUERY, endpoint: "scroe" })).toMatchObject({
		fault: { code: "endpoint_unknown", text: expect.stringContaining("churn/scroe") },
	});
	const instance = makeInstance(node.url, { apiKey: new Secret("of-yesterday") });
	expect(await lookAt(node, QUERY, { instance })).toMatchObject({ fault: { code: "key_rejected" } });
	expect(await lookAt(node, QUERY, { instance: keyless(node.url) })).toMatchObject({ fault: { code: "key_rejected" } });
	await node.simulator.faults.set({ fault: "query_fails", message: "Python process died" });
	expect(await lookAt(node, QUERY)).toMatchObject({
		fault: { code: "endpoint_failed", text: expect.stringContaining("Python process died") },
	});
	await node.simulator.faults.set({ fault: "gateway" });
	expect(await lookAt(node, QUERY)).toMatchObject({ fault: { code: "api_node_drained" } });
});

test("a service that asks for no key is asked without one; a question that is refused is said so", async () => {
	const json = JSON.stringify({ result: { ignored: true, ignoreReason: "missing feature" } });
	await using server = await faultServer(answer("200 OK", json, { "content-type": "application/json" }));
	await using node = await simulatedNode();
	const found = await lookAt({ ...node, url: server.url }, QUERY, { instance: keyless(server.url) });
	expect(found).toMatchObject({ values: { ignored: true }, seen: "churn/score refused to predict" });
	expect(found.fault).toBeUndefined();
});
