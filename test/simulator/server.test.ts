import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, basic, order, PLAIN_KEY, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

test("the plain page and get-configuration need no key", async () => {
	const page = await node.call("/", { key: null });
	expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html;charset=utf-8"]);
	const configuration = await node.call("/dip/api/get-configuration", { key: null });
	expect(configuration.status).toBe(200);
	expect(configuration.headers["content-type"]).toContain("json");
	expect(configuration.json).toMatchObject({
		version: { product_version: "14.3.1" },
		nodeType: "DESIGN",
		nodeName: "design-1",
	});
	expect(configuration.headers["dss-version"]).toBeUndefined();
});

test.each([
	"/public/api/projects/",
	"/public/api/projects",
	"/dip/publicapi/projects/",
	"/dip/publicapi/projects",
	"//dip/publicapi/projects/",
	"//public//api//projects///?includeLocation=False",
])("%s is the list of projects", async (path) => {
	const reply = await node.call(path);
	expect(reply.status).toBe(200);
	expect(reply.json.map((project: { projectKey: string }) => project.projectKey)).toEqual(["DKU_MONITORING"]);
});

test("every reply of the API carries both version headers, errors too", async () => {
	for (const [path, key] of [
		["/projects/", PLAIN_KEY],
		["/projects/", "wrong"],
		["/admin/users/", PLAIN_KEY],
		["/no-such-call", PLAIN_KEY],
	] as const) {
		const { headers } = await node.call(path, { key });
		expect([headers["dss-version"], headers["dss-api-version"]], path).toEqual(["14.3.1", "1"]);
	}
});

test.each([
	["Basic with the key as user", basic(`${PLAIN_KEY}:`), 200],
	["Basic with the key as password", basic(`:${PLAIN_KEY}`), 200],
	["Bearer", `Bearer ${PLAIN_KEY}`, 200],
	["bearer in small letters", `bearer ${PLAIN_KEY}`, 200],
	["a wrong key", basic("nobody:"), 401],
	["empty fields", basic(":"), 401],
	["something that is no base64 of a credential", "Basic %%%", 401],
	["a scheme that DSS does not know", `Digest ${PLAIN_KEY}`, 401],
])("a key sent as %s", async (_way, authorization, status) => {
	const reply = await node.call("/auth/info?withSecrets=False", { key: null, headers: { authorization } });
	expect(reply.status).toBe(status);
	if (status === 401) expect(reply.json.errorType).toBe("com.dataiku.dip.exceptions.NotAuthenticatedException");
});

test("a call without key, and one with an API ticket, is not authenticated", async () => {
	const without = await node.call("/projects/", { key: null });
	expect([without.status, without.json.message]).toEqual([401, "No API Key provided"]);
	const ticket = await node.call("/projects/", { key: null, headers: { "X-DKU-APITicket": "t" } });
	expect(ticket.status).toBe(401);
});

test("an error is a JSON object with type, message and detail", async () => {
	const reply = await node.call("/projects/", { key: "unknown" });
	expect(reply.headers["content-type"]).toBe("application/json;charset=utf-8");
	expect(reply.json).toMatchObject({
		errorType: "com.dataiku.dip.exceptions.NotAuthenticatedException",
		message: "Unknown API Key",
		detailedMessage: "Unknown API Key",
		detailedMessageHTML: "<span>Unknown API Key</span>",
	});
	expect(Number(reply.headers["content-length"])).toBe(Buffer.byteLength(reply.text));
});

test("a DSS before 12.5 sends no detailed message", async () => {
	await using old = await simulatedNode({ version: "12.4.0" });
	const { json } = await old.call("/projects/", { key: "unknown" });
	expect(json.message).toBe("Unknown API Key");
	expect(json).not.toHaveProperty("detailedMessage");
});

test("an unknown call inside the API is JSON, outside it is a page", async () => {
	const inside = await node.call("/no/such/call");
	expect([inside.status, inside.json.errorType]).toEqual([404, "com.dataiku.dip.server.controllers.NotFoundException"]);
	expect((await node.call("/no/such/call", { key: null })).status).toBe(401);
	const outside = await node.call("/dip/api/other");
	expect([outside.status, outside.headers["content-type"]]).toEqual([404, "text/html;charset=utf-8"]);
});

test("bodies are read as JSON whatever their Content-Type says", async () => {
	for (const type of [undefined, "application/json", "text/plain", "application/x-www-form-urlencoded", "nonsense"]) {
		const headers = type === undefined ? {} : { "Content-Type": type };
		const reply = await node.call("/projects/DKU_MONITORING/jobs/", {
			method: "POST",
			body: order("canary_out"),
			headers,
		});
		expect([type, reply.status]).toEqual([type, 200]);
	}
});

test("a body that is not JSON is refused with JSON", async () => {
	const reply = await node.call("/projects/DKU_MONITORING/jobs/", { method: "POST", body: "{oops" });
	expect([reply.status, reply.json.errorType]).toEqual([400, "com.google.gson.JsonSyntaxException"]);
});

test("one connection serves many requests, errors and bodies in between", async () => {
	const ports = new Set<number>();
	const ask = async (...args: Parameters<SimulatedNode["call"]>) => ports.add((await node.call(...args)).localPort);
	await ask("/projects/");
	await ask("/projects/", { key: "wrong" });
	await ask("/projects/DKU_MONITORING/jobs/", { method: "POST", body: order("canary_out") });
	await ask("/futures/none", { method: "DELETE", body: {} });
	await ask("/futures/none", { method: "DELETE" });
	await ask("/auth/info");
	expect(ports.size).toBe(1);
});

test("DELETE is accepted with a body and without", async () => {
	const key = ADMIN_KEY;
	for (const options of [{ body: { a: 1 } }, {}]) {
		const id = (await node.call("/admin/sanity-check/run", { method: "POST", body: [], key })).json.jobId;
		expect((await node.call(`/futures/${id}`, { method: "DELETE", key, ...options })).status).toBe(200);
	}
});

test("two requests in one packet are answered one after the other", async () => {
	const socket = connect(Number(new URL(node.url).port), "127.0.0.1");
	const head = `GET /public/api/auth/info HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${PLAIN_KEY}\r\n\r\n`;
	socket.write(head + head);
	let text = "";
	socket.setEncoding("utf8").on("data", (chunk: string) => {
		text += chunk;
		if (text.split("authIdentifier").length === 3) socket.end();
	});
	await once(socket, "close");
	expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});

test("HEAD is answered without a body", async () => {
	const reply = await node.call("/projects/", { method: "HEAD" });
	expect([reply.status, reply.text]).toEqual([200, ""]);
});
