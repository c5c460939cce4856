import { expect, test } from "vitest";
import { createDssClient } from "../../src/dss/client.ts";
import { taskResult } from "../../src/dss/futures.ts";
import { Secret } from "../../src/model/secret.ts";
import { makeInstance } from "../support/instance.ts";
import { ADMIN_KEY, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

/** Starts a sanity check and waits for it while virtual time passes; `stop` cuts the look short after so many ms. */
async function wait(node: SimulatedNode, { leaveMs = 60_000, stopMs }: { leaveMs?: number; stopMs?: number } = {}) {
	const { clock, url } = node;
	const instance = makeInstance(url, { apiKey: new Secret(ADMIN_KEY) });
	const look = new AbortController();
	const open = (signal: AbortSignal) => createDssClient(instance, { clock, signal, timeoutMs: 5_000 });
	const client = open(look.signal);
	const started = await client.get("/directories-footprint/global");
	let isOver = false;
	const result = taskResult(client, started, {
		clock,
		signal: look.signal,
		stopAt: clock.monotonic() + leaveMs,
		farewell: () => open(new AbortController().signal),
	}).finally(() => {
		isOver = true;
	});
	for (let passed = 0; !isOver; passed += 250) {
		if (stopMs !== undefined && passed >= stopMs) look.abort(new Error("stopping"));
		await clock.advance(250);
		for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
	}
	const tasks = (await node.call("/futures/?allUsers=True&withScenarios=False", { key: ADMIN_KEY })).json as {
		payload: { action: string };
	}[];
	return {
		result: await result,
		running: tasks.filter(({ payload }) => payload.action === "footprint").length,
		tookMs: clock.monotonic(),
	};
}

test("a task is asked for again until it has a result", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "slow_footprint", ms: 9_000 });
	const { result, tookMs } = await wait(node);
	expect(result).toMatchObject({ ok: true, result: { size: expect.any(Number) } });
	expect(tookMs).toBeGreaterThanOrEqual(9_000);
	expect(tookMs).toBeLessThan(14_000);
});

test("a task that is not over in time is aborted in DSS, and that is said", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "slow_footprint", ms: 600_000 });
	const { result, running } = await wait(node, { leaveMs: 20_000 });
	expect(result).toMatchObject({ ok: false, fault: { code: "task_too_long" } });
	expect(running).toBe(0);
});

test("a look that is cut short leaves no task behind", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "slow_footprint", ms: 600_000 });
	const { result, running } = await wait(node, { stopMs: 5_000 });
	expect(result).toMatchObject({ ok: false, fault: { code: "task_failed" } });
	expect(running).toBe(0);
});

test("a look whose question for the result is cut off leaves no task behind either", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "slow_footprint", ms: 600_000 });
	await node.simulator.faults.set({ fault: "hang", path: "/public/api/futures/", method: "GET", times: 1 });
	const { result, running } = await wait(node, { stopMs: 2_000 });
	expect(result).toMatchObject({ ok: false, fault: { code: "backend_hanging" } });
	expect(running).toBe(0);
});

test("one connection that is cut ends no task; where DSS answers with errors the task is given up and ended", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "slow_footprint", ms: 9_000 });
	await node.simulator.faults.set({ fault: "reset", path: "/public/api/futures/", method: "GET", times: 1 });
	expect((await wait(node)).result).toMatchObject({ ok: true });
	await node.simulator.faults.set({ fault: "slow_footprint", ms: 600_000 });
	await node.simulator.faults.set({ fault: "gateway", path: "/public/api/futures/", method: "GET", times: 1 });
	const { result, running } = await wait(node);
	expect(result).toMatchObject({ ok: false, fault: { code: "backend_down" } });
	expect(running).toBe(0);
});

test("a task that dies is a failed task, not a backend in error", async () => {
	await using node = await simulatedNode();
	await node.simulator.faults.set({ fault: "future_fails" });
	expect((await wait(node)).result).toMatchObject({
		ok: false,
		fault: { code: "task_failed", text: expect.stringContaining("ProcessDiedException") },
	});
});
