import { expect, onTestFinished, test } from "vitest";
import { inWords } from "../../src/discover/in-words.ts";
import type { Role } from "../../src/discover/roles.ts";
import { Secret } from "../../src/model/secret.ts";
import type { FaultInput } from "../../src/simulator/fault.ts";
import type { NodeType } from "../../src/simulator/node-type.ts";
import { discovered, discoveredWithoutKey } from "../support/discovery.ts";
import { answer, faultServer } from "../support/fault-server.ts";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { PLAIN_KEY, simulatedNode } from "../support/simulator.ts";

const PAIR = "the-id:the-secret";

test.each<[NodeType, Role, string]>([
	["design", "design", PLAIN_KEY],
	["automation", "automation", PLAIN_KEY],
	["deployer", "deployer", PLAIN_KEY],
	["govern", "govern", PLAIN_KEY],
	["api", "api", PLAIN_KEY],
	["fleet-manager", "fleet-manager", PAIR],
])("a node of type %s is known, with its key and without", async (nodeType, role, key) => {
	await using node = await simulatedNode({ nodeType, apiKey: key });
	const { node: found } = await discovered(node.url, { apiKey: new Secret(key) });
	expect(found).toMatchObject({ is: "node", role });
	expect((await discoveredWithoutKey(node.url)).node).toMatchObject({ is: "node", role });
});

test("a Fleet Manager is found under the tenant that is named, and its check asks there", async () => {
	const server = await httpReceiver((response, request) => {
		const isThere = request.path.startsWith("/api/public/tenants/acme/");
		if (isThere) answering(200, "[]", { "content-type": "application/json" })(response, request);
		else answering(404, "<html></html>", { "content-type": "text/html" })(response, request);
	});
	onTestFinished(() => server.close());
	const url = `http://127.0.0.1:${server.port}`;
	const found = await discovered(url, { apiKey: new Secret(PAIR) }, { tenant: "acme" });
	expect(found.node).toMatchObject({ is: "node", role: "fleet-manager", tenant: "acme" });
	expect(found.proposals).toMatchObject([{ check: "fleet-manager", with: { tenant: "acme" } }]);
	const strange = await discovered(url, { apiKey: new Secret(PAIR) });
	expect(strange.node).toMatchObject({ is: "stranger" });
	expect(inWords(strange).at(-1)).toContain("--tenant");
});

test("version, name, keys and what is there are told in words", async () => {
	await using node = await simulatedNode();
	const found = await discovered(node.url);
	expect(found.contents).toMatchObject({ projects: ["DKU_MONITORING"], kernels: 2 });
	expect(inWords(found)).toEqual([
		`${node.url}: a design node (design-1), version 14.3.1`,
		"api_key: that of api:canary, without admin rights",
		"admin_key: that of api:admin, with admin rights",
		"the key sees 1 project, 3 active scenarios, 0 webapps",
		"the licence ends in 300 days",
		"2 running Jupyter kernels",
	]);
});

test.each([
	[1.5, "the licence ends in 1 day"],
	[0.4, "the licence ends in 0 days"],
	[-0.2, "the licence ended today"],
	[-3.5, "the licence ended 3 days ago"],
])("a licence with %j days left is told so", async (licenceDays, line) => {
	await using node = await simulatedNode();
	const found = await discovered(node.url);
	expect(inWords({ ...found, contents: { licenceDays } })).toContain(line);
});

test("a key that is refused is said so, and the node is known all the same", async () => {
	await using node = await simulatedNode({ nodeType: "automation" });
	const { apiKey, ...rest } = { apiKey: new Secret("of-yesterday") };
	const found = await discovered(node.url, { ...rest, apiKey, adminKey: apiKey });
	expect(found.node).toMatchObject({ is: "node", role: "automation" });
	expect(found.keys.own).toMatchObject({ is: "refused", fault: { code: "key_rejected" } });
	expect(found.contents).toEqual({});
});

test.each<[FaultInput, string, string]>([
	[{ fault: "gateway", status: 502 }, "hidden", "backend_down"],
	[{ fault: "login_page" }, "hidden", "login_page"],
	[{ fault: "redirect" }, "hidden", "redirected"],
	[{ fault: "reset" }, "unreachable", "connection_reset"],
])("with %j in front nothing is guessed", async (fault, is, code) => {
	await using node = await simulatedNode();
	await node.simulator.faults.set(fault);
	const found = await discovered(node.url);
	expect(found.node).toMatchObject({ is, fault: { code } });
	expect(inWords(found).join("\n")).not.toContain("secret");
});

test("a login page before the bootstrap endpoint alone does not hide the node behind it", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "login_page", path: "/dip/api" });
	const found = await discovered(node.url);
	expect(found.node).toMatchObject({ is: "node", role: "design", front: { code: "login_page" } });
	expect(found.proposals.find(({ check }) => check === "get-configuration")?.lacks).toContain("Sign in");
	expect(found.proposals.find(({ check }) => check === "public-api")?.lacks).toBeUndefined();
});

test("the API is found under the prefix that a proxy lets through", async () => {
	const json = { "content-type": "application/json", "dss-version": "13.0.0" };
	const proxy = await httpReceiver((response, request) => {
		const isInfo = request.path === "/far/dip/publicapi/instance-info";
		const body = isInfo ? JSON.stringify({ nodeType: "AUTOMATION", nodeName: "auto" }) : "{}";
		if (request.path.startsWith("/far/dip/")) answering(200, body, json)(response, request);
		else answering(404, "<html></html>", { "content-type": "text/html" })(response, request);
	});
	onTestFinished(() => proxy.close());
	const { node, instance } = await discovered(`http://127.0.0.1:${proxy.port}/far`);
	expect(node).toMatchObject({ is: "node", role: "automation", name: "auto", version: "13.0.0" });
	expect(instance.apiPrefix).toBe("/dip/publicapi");
});

test("a drained API node is an API node", async () => {
	await using node = await simulatedNode({ nodeType: "api" });
	await node.simulator.faults.set({ fault: "node_drained" });
	const found = await discovered(node.url);
	expect(found.node).toMatchObject({ is: "node", role: "api", front: { code: "api_node_drained" } });
	expect(inWords(found)[1]).toContain("API node drained or down");
});

test("any other web server is none of DSS", async () => {
	await using server = await faultServer(answer("404 Not Found", "nothing here", { "content-type": "text/plain" }));
	const found = await discovered(server.url);
	expect(found.node).toMatchObject({ is: "stranger" });
	expect(found.proposals).toEqual([]);
});
