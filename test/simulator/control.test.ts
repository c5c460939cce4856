import { afterEach, beforeEach, expect, test } from "vitest";
import { faultGuide } from "../../src/simulator/fault.ts";
import { ADMIN_KEY, PLAIN_KEY, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

test("the control API explains itself", async () => {
	const reply = await node.call("/_simulator/", { key: null });
	expect(reply.headers["content-type"]).toContain("json");
	expect(reply.json).toMatchObject({ url: node.url, controlUrl: node.controlUrl });
	expect(reply.json.faults.map(({ fault }: { fault: string }) => fault)).toEqual(faultGuide.map(({ fault }) => fault));
	expect(Object.keys(reply.json.endpoints)).toContain("POST /_simulator/faults");
	const slow = reply.json.schema.oneOf.find(
		(each: { properties: { fault: { const: string } } }) => each.properties.fault.const === "slow",
	);
	expect(slow).toMatchObject({ required: ["fault", "ms"], additionalProperties: false });
});

test("faults are set, listed and cleared over HTTP, on either port", async () => {
	const body = { fault: "gateway", status: 504, for_ms: 60_000, times: 5 };
	const posted = await node.call("/_simulator/faults", { method: "POST", body, key: null });
	const shown = { ...body, since: node.clock.now(), ends_at: node.clock.now() + 60_000, left: 5 };
	expect([posted.status, posted.json]).toEqual([200, { faults: [shown] }]);
	expect((await node.call("/projects/")).status).toBe(504);
	expect((await node.control("GET", "/faults")).json.faults[0].left).toBe(4);
	expect(node.simulator.faults.list()[0]?.fault.fault).toBe("gateway");
	await node.control("POST", "/faults", { fault: "hang" });
	expect((await node.control("DELETE", "/faults/gateway")).json.faults).toHaveLength(1);
	expect((await node.control("DELETE", "/faults")).json).toEqual({ faults: [] });
	expect((await node.call("/projects/")).status).toBe(200);
});

test.each([
	["an unknown name", { fault: "slowly" }, 'There is no fault "slowly"'],
	["an unknown field", { fault: "slow", ms: 5, seconds: 5 }, 'Unrecognized key: "seconds"'],
	["no name", {}, "Name a fault"],
	["nothing", undefined, "Name a fault"],
	["no JSON", "{", "not JSON"],
])("%s is refused with 400", async (_what, body, message) => {
	const reply = await node.control("POST", "/faults", body);
	expect(reply.status).toBe(400);
	expect(reply.json.error).toContain(message);
	expect(node.simulator.faults.list()).toEqual([]);
});

test("clearing a fault that is not in force is no error, one that does not exist is", async () => {
	expect((await node.control("DELETE", "/faults/hang")).status).toBe(200);
	const wrong = await node.control("DELETE", "/faults/hangs");
	expect([wrong.status, wrong.json.error]).toEqual([400, 'There is no fault "hangs".']);
	expect((await node.control("GET", "/nothing")).status).toBe(404);
});

test("the state shows jobs, scenarios, tasks and kernels, and no key", async () => {
	const id = await node.build("canary_slow");
	await node.call("/projects/DKU_MONITORING/scenarios/canary_ok/run", { method: "POST", body: {} });
	await node.clock.advance(500);
	const { json, text } = await node.control("GET", "/state");
	expect(json).toMatchObject({
		nodeId: "design-1",
		version: "14.3.1",
		tasks: 1,
		kernels: 2,
		url: node.url,
		faults: [],
	});
	expect(json.projects.DKU_MONITORING).toMatchObject({
		jobs: { RUNNING: 1, DONE: 1 },
		runningScenarios: ["canary_ok"],
	});
	expect(json.projects.DKU_MONITORING.latestJobs[0]).toMatchObject({ id, state: "RUNNING" });
	expect(text).not.toContain(PLAIN_KEY);
	expect(text).not.toContain(ADMIN_KEY);
});

test("the control port serves nothing else", async () => {
	const reply = await fetch(`${node.controlUrl}/dip/api/get-configuration`);
	expect(reply.status).toBe(404);
});
