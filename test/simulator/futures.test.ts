import { afterEach, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const admin = { key: ADMIN_KEY };
const start = async () => (await node.call("/admin/sanity-check/run", { method: "POST", body: [], ...admin })).json;

test("a long task answers a jobId first and its result later", async () => {
	const started = await start();
	expect(started).toMatchObject({ jobId: expect.any(String), hasResult: false, alive: true });
	expect((await node.call(`/futures/${started.jobId}?peek=False`, admin)).json.hasResult).toBe(false);
	await node.clock.advance(1_000);
	const peeked = (await node.call(`/futures/${started.jobId}?peek=True`, admin)).json;
	expect(peeked.hasResult).toBe(true);
	expect(peeked).not.toHaveProperty("result");
	const fetched = (await node.call(`/futures/${started.jobId}?peek=False`, admin)).json;
	expect(fetched).toMatchObject({ hasResult: true, alive: false, result: { messages: expect.any(Array) } });
	expect(fetched.runningTime).toBe(600);
});

test("the list holds what runs, of oneself or, for admins, of everybody", async () => {
	const { jobId } = await start();
	const ids = async (query: string) =>
		(await node.call(`/futures/?withScenarios=False&withNotScenarios=True&allUsers=${query}`, admin)).json.map(
			(task: { jobId: string }) => task.jobId,
		);
	expect(await ids("False")).toEqual([jobId]);
	expect(await ids("True")).toHaveLength(2);
	await node.clock.advance(1_000);
	expect(await ids("False")).toEqual([]);
	expect((await node.call("/futures/?allUsers=true")).status).toBe(403);
	expect((await node.call("/futures/?allUsers=False")).json).toEqual([]);
});

test("an aborted task says so when peeked at, and is an error when its result is wanted", async () => {
	const { jobId } = await start();
	expect((await node.call(`/futures/${jobId}`, { method: "DELETE", ...admin })).status).toBe(200);
	expect((await node.call(`/futures/${jobId}?peek=True`, admin)).json).toMatchObject({ aborted: true, alive: false });
	expect((await node.call(`/futures/${jobId}?peek=False`, admin)).status).toBe(500);
});

test("a task that dies is an HTTP error, so that no client waits for ever", async () => {
	await node.simulator.faults.set({ fault: "future_fails" });
	const { jobId } = await start();
	await node.clock.advance(1_000);
	const reply = await node.call(`/futures/${jobId}?peek=False`, admin);
	expect([reply.status, reply.json.errorType]).toEqual([500, "com.dataiku.dip.exceptions.ProcessDiedException"]);
});

test("nobody sees the tasks of others but an admin", async () => {
	const { jobId } = await start();
	expect((await node.call(`/futures/${jobId}`)).status).toBe(404);
	expect((await node.call("/futures/unknown", admin)).status).toBe(404);
});

test("tasks of long ago do not stay in memory", async () => {
	const first = (await start()).jobId;
	for (let count = 0; count < 120; count++) {
		await start();
		await node.clock.advance(1_000);
	}
	expect((await node.call(`/futures/${first}`, admin)).status).toBe(404);
});
