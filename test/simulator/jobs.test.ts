import { afterEach, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, order, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

const JOBS = "/projects/DKU_MONITORING/jobs/";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const status = async (id: string) => (await node.call(`${JOBS}${id}/`)).json;

test("a job is accepted, waits, runs and is done, each seen by its own request", async () => {
	const created = await node.call(JOBS, { method: "POST", body: order("canary_out") });
	expect(created.json).toMatchObject({ projectKey: "DKU_MONITORING", type: "NON_RECURSIVE_FORCED_BUILD" });
	const { id } = created.json;
	expect(id).toMatch(/^Build_canary_out_2026-01-05T08-00-00\.000$/);
	const first = await status(id);
	expect(first.baseStatus).toMatchObject({ state: "NOT_STARTED", jobStartTime: 0, jobEndTime: 0, def: { id } });
	await node.clock.advance(200);
	const second = await status(id);
	expect(second.baseStatus).toMatchObject({ state: "RUNNING", jobEndTime: 0 });
	expect(second.globalState).toMatchObject({ running: 1, done: 0, total: 1 });
	await node.clock.advance(800);
	const { baseStatus, globalState } = await status(id);
	expect(baseStatus.state).toBe("DONE");
	expect(baseStatus.jobEndTime - baseStatus.jobStartTime).toBe(400);
	expect(baseStatus.def.initiationTimestamp).toBeLessThan(baseStatus.jobStartTime);
	expect(baseStatus.activities.compute_canary_out_NP).toMatchObject({
		state: "DONE",
		recipeName: "compute_canary_out",
	});
	expect(globalState).toMatchObject({ done: 1, running: 0, failed: 0, total: 1 });
});

test("canary_fail fails with a first failure, in the status and in the log", async () => {
	const id = await node.build("canary_fail");
	await node.clock.advance(1_000);
	const { baseStatus } = await status(id);
	expect(baseStatus.state).toBe("FAILED");
	const [activity] = Object.values(baseStatus.activities) as { firstFailure: { message: string; clazz: string } }[];
	expect(activity?.firstFailure.message).toContain("canary_fail always fails");
	const log = await node.call(`${JOBS}${id}/log`);
	expect(log.headers["content-type"]).toBe("text/plain;charset=utf-8");
	expect(log.text).toContain("canary_fail always fails");
	expect((await node.call(`${JOBS}${id}/log?activity=compute_canary_fail_NP`)).text).toBe(log.text);
	expect((await node.call(`${JOBS}${id}/log?activity=other`)).text).toBe("");
});

test("canary_slow runs for a minute", async () => {
	const id = await node.build("canary_slow");
	await node.clock.advance(59_000);
	expect(await node.jobState(id)).toBe("RUNNING");
	await node.clock.advance(2_000);
	expect(await node.jobState(id)).toBe("DONE");
});

test("an abort answers JSON and ends the job, before its start too", async () => {
	const id = await node.build("canary_slow");
	const abort = await node.call(`${JOBS}${id}/abort`, { method: "POST" });
	expect([abort.status, typeof abort.json]).toEqual([200, "object"]);
	const { baseStatus } = await status(id);
	expect(baseStatus.state).toBe("ABORTED");
	expect(baseStatus.jobStartTime).toBe(0);

	const other = await node.build("canary_slow");
	await node.clock.advance(5_000);
	await node.call(`${JOBS}${other}/abort`, { method: "POST" });
	const moment = (await status(other)).baseStatus;
	expect(moment.state).toBe("ABORTED");
	expect(moment.jobEndTime).toBe(node.clock.now());
	await node.clock.advance(100_000);
	expect((await status(other)).baseStatus).toEqual(moment);
});

test("aborting a job that is over changes nothing", async () => {
	const id = await node.build("canary_out");
	await node.clock.advance(1_000);
	expect((await node.call(`${JOBS}${id}/abort`, { method: "POST" })).status).toBe(200);
	expect(await node.jobState(id)).toBe("DONE");
});

test("the list is newest first, holds the state at the top, and obeys its limit", async () => {
	await node.build("canary_fail");
	await node.clock.advance(1_000);
	const latest = await node.build("canary_out");
	const all = (await node.call(JOBS)).json;
	expect(all[0]).toMatchObject({ def: { id: latest }, state: "NOT_STARTED", stableState: false });
	expect(all[1]).toMatchObject({ state: "FAILED", stableState: true });
	expect((await node.call(`${JOBS}?limit=1`)).json).toEqual([all[0]]);
	expect((await node.call(`${JOBS}?limit=0`)).json).toEqual(all);
});

test.each([
	["no outputs", { outputs: [] }, 500, "No outputs"],
	["nothing at all", undefined, 500, "No outputs"],
	["an unknown dataset", { outputs: [{ id: "nope" }] }, 404, "dataset does not exist: DKU_MONITORING.nope"],
	["a dataset that nothing builds", { outputs: [{ id: "canary_in" }] }, 500, "Nothing builds"],
	[
		"a kind of output that is not there",
		{ outputs: [{ id: "canary_out", type: "MANAGED_FOLDER" }] },
		404,
		"does not exist",
	],
	["a partition of what has none", { outputs: [{ id: "canary_out", partition: "2026" }] }, 500, "not partitioned"],
	["a type that is none", { type: "BUILD", outputs: [{ id: "canary_out" }] }, 500, "Unknown job type"],
	["a list instead of an object", [], 500, "not a JSON object"],
])("a job with %s is refused", async (_what, body, expected, message) => {
	const reply = await node.call(JOBS, { method: "POST", body });
	expect(reply.status).toBe(expected);
	expect(reply.json.message).toContain(message);
	expect((await node.call(JOBS)).json).toHaveLength(1);
});

test("an output needs nothing but its id", async () => {
	const outputs = [{ id: "canary_out", type: null, projectKey: null, partition: null }];
	expect((await node.call(JOBS, { method: "POST", body: { outputs } })).status).toBe(200);
});

test("building what another job is building fails at once", async () => {
	const first = await node.build("canary_slow");
	const second = await node.build("canary_slow");
	expect(second).not.toBe(first);
	expect(await node.jobState(second)).toBe("FAILED");
	expect((await node.call(`${JOBS}${second}/log`)).text).toContain(`already being built by job ${first}`);
	expect(await node.jobState(first)).not.toBe("FAILED");
});

test("a recursive build of what is built has nothing to do", async () => {
	await node.build("canary_out");
	await node.clock.advance(1_000);
	const body = { ...order("canary_out"), type: "RECURSIVE_BUILD" };
	const { id } = (await node.call(JOBS, { method: "POST", body })).json;
	await node.clock.advance(500);
	const { baseStatus, globalState } = await status(id);
	expect([baseStatus.state, baseStatus.activities, globalState.total]).toEqual(["DONE", {}, 0]);
});

test("a job that is not there is 404 with JSON, with or without the slash", async () => {
	for (const end of ["", "/", "/log"]) {
		const reply = await node.call(`${JOBS}Build_x_2025-11-20T10-15-30.123${end}`);
		expect([reply.status, reply.json.errorType]).toEqual([404, "com.dataiku.dip.exceptions.NotFoundException"]);
	}
	const id = await node.build("canary_out");
	expect((await node.call(`${JOBS}${id}`)).status).toBe(200);
	expect((await node.call(`${JOBS}${encodeURIComponent(id)}/`)).status).toBe(200);
});

test("the plain key cannot start jobs elsewhere, the admin key can", async () => {
	const body = { outputs: [{ id: "orders_clean" }] };
	const plain = await node.call("/projects/SALES/jobs/", { method: "POST", body });
	expect([plain.status, plain.json.errorType]).toEqual([403, "com.dataiku.dip.exceptions.UnauthorizedException"]);
	expect((await node.call("/projects/SALES/jobs/", { method: "POST", body, key: ADMIN_KEY })).status).toBe(200);
	expect((await node.call("/projects/NOWHERE/jobs/", { key: ADMIN_KEY })).status).toBe(404);
});
