import { afterEach, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

const BASE = "/projects/DKU_MONITORING/scenarios";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const fire = async (id: string) => (await node.call(`${BASE}/${id}/run`, { method: "POST", body: {} })).json;
const runFor = async (id: string, runId: string) =>
	(await node.call(`${BASE}/${id}/get-run-for-trigger?triggerId=manual&triggerRunId=${runId}`)).json;
const isCancelled = async (id: string, runId: string) =>
	(await node.call(`${BASE}/trigger/${id}/manual?triggerRunId=${runId}`)).json.cancelled;

test("the list has what the client needs of each scenario", async () => {
	const list = (await node.call(`${BASE}/`)).json;
	expect(list.map(({ id }: { id: string }) => id)).toEqual(["canary_ok", "canary_fail", "canary_slow"]);
	for (const item of list) {
		expect(item).toMatchObject({
			projectKey: "DKU_MONITORING",
			name: expect.any(String),
			running: false,
			active: true,
			tags: [],
		});
	}
});

test("a firing becomes a run, and the run ends, on one and the same call", async () => {
	const answer = await fire("canary_ok");
	expect(answer).toMatchObject({ trigger: { id: "manual" }, runId: expect.any(String), cancelled: false });
	expect(await runFor("canary_ok", answer.runId)).toEqual({});
	await node.clock.advance(1_000);
	const { scenarioRun } = await runFor("canary_ok", answer.runId);
	expect(scenarioRun).not.toHaveProperty("result");
	expect(scenarioRun.end).toBe(0);
	expect(scenarioRun.runId).not.toBe(answer.runId);
	expect(scenarioRun.trigger).toMatchObject({ trigger: { id: "manual" }, runId: answer.runId });
	await node.clock.advance(2_000);
	const over = (await runFor("canary_ok", answer.runId)).scenarioRun;
	expect(over).toMatchObject({ runId: scenarioRun.runId, result: { type: "SCENARIO_DONE", outcome: "SUCCESS" } });
	expect(over.end).toBeGreaterThan(over.start);
	expect(await isCancelled("canary_ok", answer.runId)).toBe(false);
});

test("a run shows its step and the job behind it, which is a job like any other", async () => {
	const { runId } = await fire("canary_ok");
	await node.clock.advance(3_000);
	const { scenarioRun } = await runFor("canary_ok", runId);
	const details = (await node.call(`${BASE}/canary_ok/${scenarioRun.runId}/`)).json;
	const [step] = details.stepRuns;
	expect(step).toMatchObject({
		result: { outcome: "SUCCESS" },
		additionalReportItems: [{ type: "JOB_EXECUTED", outcome: "SUCCESS" }],
	});
	const { jobId } = step.additionalReportItems[0];
	expect(jobId).toMatch(/^sched_build_/);
	expect(await node.jobState(jobId)).toBe("DONE");
	const log = await node.call(`${BASE}/canary_ok/${scenarioRun.runId}/log`);
	expect(log.text).toContain("outcome=SUCCESS");
});

test("additionalReportItems is a list while the step runs, and steps are a list before it", async () => {
	const { runId } = await fire("canary_slow");
	await node.clock.advance(850);
	expect((await runFor("canary_slow", runId)).stepRuns).toEqual([]);
	await node.clock.advance(2_000);
	const [step] = (await runFor("canary_slow", runId)).stepRuns;
	expect(step).not.toHaveProperty("result");
	expect(step.additionalReportItems).toHaveLength(1);
});

test("canary_fail ends FAILED and says why", async () => {
	const { runId } = await fire("canary_fail");
	await node.clock.advance(3_000);
	const { scenarioRun, stepRuns } = await runFor("canary_fail", runId);
	expect(scenarioRun.result).toMatchObject({
		outcome: "FAILED",
		thrown: { message: expect.stringContaining("always fails") },
	});
	expect(stepRuns[0].result.thrown.clazz).toContain("ProcessDiedException");
});

test("a second firing while the first runs is cancelled, once DSS has looked", async () => {
	const first = await fire("canary_slow");
	await node.clock.advance(2_000);
	const second = await fire("canary_slow");
	expect(second.cancelled).toBe(false);
	expect(second.runId).not.toBe(first.runId);
	await node.clock.advance(1_000);
	expect(await isCancelled("canary_slow", second.runId)).toBe(true);
	expect(await isCancelled("canary_slow", first.runId)).toBe(false);
	expect(await runFor("canary_slow", second.runId)).toEqual({});
});

test("status and list tell that a scenario runs, and since when", async () => {
	await fire("canary_slow");
	await node.clock.advance(2_000);
	const light = (await node.call(`${BASE}/canary_slow/light`)).json;
	expect(light).toMatchObject({ id: "canary_slow", running: true, start: node.clock.now() - 1_200 });
	expect((await node.call(`${BASE}/`)).json[2].running).toBe(true);
	const futures = "/futures/?withScenarios=True&withNotScenarios=False&allUsers=False";
	const [task] = (await node.call(futures)).json;
	expect(task).toMatchObject({
		jobId: expect.any(String),
		payload: { targets: [{ objectType: "SCENARIO", objectId: "canary_slow" }] },
	});
	expect((await node.call(`/futures/${task.jobId}`, { method: "DELETE" })).status).toBe(200);
	await node.clock.advance(500);
	expect((await node.call(futures)).json).toEqual([]);
});

test("an abort ends the run as ABORTED; without a run it is no error", async () => {
	const { runId } = await fire("canary_slow");
	await node.clock.advance(2_000);
	expect((await node.call(`${BASE}/canary_slow/abort`, { method: "POST" })).json).toHaveProperty("msg");
	await node.clock.advance(500);
	expect((await runFor("canary_slow", runId)).scenarioRun.result.outcome).toBe("ABORTED");
	expect((await node.call(`${BASE}/canary_slow/abort`, { method: "POST" })).status).toBe(200);
});

test("an abort before the start makes an aborted run of no length", async () => {
	const { runId } = await fire("canary_slow");
	await node.call(`${BASE}/canary_slow/abort`, { method: "POST" });
	await node.clock.advance(1_000);
	const { scenarioRun } = await runFor("canary_slow", runId);
	expect(scenarioRun.result.outcome).toBe("ABORTED");
	expect(scenarioRun.end).toBe(scenarioRun.start);
});

test("the last runs are newest first, and may leave out the one that goes on", async () => {
	await fire("canary_ok");
	await node.clock.advance(3_000);
	const [latest, seeded] = (await node.call(`${BASE}/canary_ok/get-last-runs?limit=10&onlyFinishedRuns=False`)).json;
	expect(latest.start).toBeGreaterThan(seeded.start);
	expect(seeded.result.outcome).toBe("SUCCESS");
	await fire("canary_ok");
	await node.clock.advance(1_000);
	const ask = async (query: string) => (await node.call(`${BASE}/canary_ok/get-last-runs?${query}`)).json;
	expect(await ask("onlyFinishedRuns=False")).toHaveLength(3);
	expect(await ask("onlyFinishedRuns=True")).toHaveLength(2);
	const [running] = await ask("limit=1");
	expect(running).not.toHaveProperty("result");
});

test("runs by date take the first day in and leave the last one out", async () => {
	const ask = async (from: string, to: string) =>
		node.call(`${BASE}/canary_ok/get-runs-by-date?fromDate=${from}&toDate=${to}`);
	expect((await ask("2026-01-05", "2026-01-06")).json).toHaveLength(1);
	expect((await ask("2026-01-04", "2026-01-05")).json).toHaveLength(0);
	expect((await ask("2026-01-05", "soon")).status).toBe(500);
});

test("settings, payload and the switch of the triggers", async () => {
	const settings = (await node.call(`${BASE}/canary_ok`)).json;
	expect(settings).toMatchObject({
		type: "step_based",
		name: "Canary ok",
		active: true,
		params: { steps: [{ id: "build_0" }] },
	});
	expect((await node.call(`${BASE}/canary_ok/payload`)).json).toEqual({ script: "" });
	const off = { method: "PUT", body: { active: false } };
	expect((await node.call(`${BASE}/canary_ok/light`, off)).status).toBe(403);
	expect((await node.call(`${BASE}/canary_ok/light`, { ...off, key: ADMIN_KEY })).status).toBe(200);
	expect((await node.call(`${BASE}/canary_ok/light`)).json.active).toBe(false);
});

test("what is not there is 404", async () => {
	for (const path of [
		"/nope",
		"/nope/light",
		"/canary_ok/2020-01-01-00-00-00-000/",
		"/trigger/canary_ok/manual?triggerRunId=x",
	]) {
		expect([path, (await node.call(BASE + path)).status]).toEqual([path, 404]);
	}
	expect((await node.call(`${BASE}/nope/run`, { method: "POST", body: {} })).status).toBe(404);
});

const nightly = async (path: string) => (await node.call(`/projects/SALES/scenarios${path}`, { key: ADMIN_KEY })).json;

test("a schedule has a past, foresees its next run and makes it", async () => {
	const [item] = await nightly("/");
	expect(item).toMatchObject({ id: "NIGHTLY", tags: ["load"], nextRun: node.clock.now() + 18 * 3_600_000 });
	const runs = await nightly("/NIGHTLY/get-last-runs?limit=30&onlyFinishedRuns=True");
	expect(runs).toHaveLength(21);
	expect(runs[0]).toMatchObject({ trigger: { trigger: { type: "temporal" } }, result: { outcome: "SUCCESS" } });
	await node.clock.advance(19 * 3_600_000);
	const [newest, before] = await nightly("/NIGHTLY/get-last-runs?limit=2");
	expect(newest.start - before.start).toBe(24 * 3_600_000);
	expect((await nightly("/"))[0].nextRun).toBe(newest.start - 800 + 24 * 3_600_000);
});

test("runs hang and triggers fall silent while their fault lasts, and no longer", async () => {
	await node.simulator.faults.set({ fault: "scenario_hangs", hours: 5 });
	const [hung] = await nightly("/HOURLY/get-last-runs?limit=2");
	expect(hung).not.toHaveProperty("result");
	expect((await nightly("/HOURLY/light")).running).toBe(true);
	await node.simulator.faults.clear();
	const outcomes = (await nightly("/HOURLY/get-last-runs?limit=10")).map(
		(run: { result: { outcome: string } }) => run.result.outcome,
	);
	expect(outcomes).toContain("ABORTED");
	await node.simulator.faults.set({ fault: "triggers_off", hours: 10 });
	const [last] = await nightly("/HOURLY/get-last-runs?limit=1");
	expect(node.clock.now() - last.start).toBeGreaterThan(10 * 3_600_000);
	expect((await nightly("/HOURLY/light")).nextRun).toBe(0);
	await node.simulator.faults.clear();
	expect((await nightly("/HOURLY/light")).nextRun).toBeGreaterThan(0);
});
