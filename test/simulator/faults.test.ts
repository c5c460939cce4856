import { afterEach, beforeEach, expect, test } from "vitest";
import { isAtLeast } from "../../src/dss/version.ts";
import { surfaceOf } from "../../src/simulator/api.ts";
import type { FaultInput } from "../../src/simulator/fault.ts";
import { ADMIN_KEY, order, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

const apiRoutes = surfaceOf("design").flatMap(({ routes }) => routes);

const JOBS = "/projects/DKU_MONITORING/jobs/";
const SCENARIOS = "/projects/DKU_MONITORING/scenarios";
const DAY_MS = 86_400_000;

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const set = (fault: FaultInput) => node.simulator.faults.set(fault);
const clear = (name?: FaultInput["fault"]) => node.simulator.faults.clear(name);
const admin = { key: ADMIN_KEY };
const get = async (path: string) => (await node.call(path, admin)).json;
const statusOf = async (path: string, key?: string) => (await node.call(path, key === undefined ? {} : { key })).status;

async function outcome(id: string): Promise<{ outcome?: string; thrown?: { message: string } } | undefined> {
	const { runId } = (await node.call(`${SCENARIOS}/${id}/run`, { method: "POST", body: {} })).json;
	await node.clock.advance(5_000);
	const found = (await node.call(`${SCENARIOS}/${id}/get-run-for-trigger?triggerId=manual&triggerRunId=${runId}`)).json;
	return found.scenarioRun?.result;
}

test("a revoked key is unknown, one key or both", async () => {
	await set({ fault: "key_revoked", key: "api" });
	const reply = await node.call("/projects/");
	expect([reply.status, reply.json.message]).toEqual([401, "Unknown API Key"]);
	expect(await statusOf("/projects/", ADMIN_KEY)).toBe(200);
	await set({ fault: "key_revoked", key: "admin" });
	expect([await statusOf("/projects/"), await statusOf("/projects/", ADMIN_KEY)]).toEqual([200, 401]);
	await set({ fault: "key_revoked", times: 2 });
	expect([await statusOf("/projects/"), await statusOf("/projects/"), await statusOf("/projects/")]).toEqual([
		401, 401, 200,
	]);
});

test("a missing right forbids what needs it and nothing else", async () => {
	await set({ fault: "right_missing", right: "RUN_JOBS" });
	const start = await node.call(JOBS, { method: "POST", body: order("canary_out") });
	expect([start.status, start.json.errorType]).toEqual([403, "com.dataiku.dip.exceptions.UnauthorizedException"]);
	expect(start.json.message).toContain("RUN_JOBS");
	expect(await statusOf(JOBS)).toBe(200);
	await set({ fault: "right_missing", right: "READ_CONF" });
	expect((await node.call("/projects/")).json).toEqual([]);
	expect(await statusOf(JOBS)).toBe(403);
	await set({ fault: "right_missing", right: "INSTANCE_ADMIN" });
	expect([await statusOf("/admin/users/", ADMIN_KEY), await statusOf(JOBS, ADMIN_KEY)]).toEqual([403, 200]);
	await set({ fault: "right_missing" });
	expect([await statusOf(JOBS, ADMIN_KEY), await statusOf("/auth/info")]).toEqual([403, 200]);
});

test("a coded error carries its code", async () => {
	await set({ fault: "coded_error" });
	const reply = await node.call("/projects/");
	expect(reply.status).toBe(500);
	expect(reply.json).toMatchObject({
		errorType: "com.dataiku.dip.exceptions.CodedException",
		code: "ERR_MISC_ENOSPC",
		message: "No space left on device",
	});
	expect(await statusOf("/dip/api/get-configuration")).toBe(200);
	await set({ fault: "coded_error", path: "/public/api/futures" });
	expect([await statusOf("/projects/"), await statusOf("/futures/")]).toEqual([200, 500]);
});

test("a stuck job stays RUNNING, and goes on when the fault ends", async () => {
	await set({ fault: "job_stuck" });
	const id = await node.build("canary_out");
	await node.clock.advance(3_600_000);
	expect(await node.jobState(id)).toBe("RUNNING");
	await clear("job_stuck");
	expect(await node.jobState(id)).toBe("RUNNING");
	await node.clock.advance(500);
	expect(await node.jobState(id)).toBe("DONE");
});

test("a stuck job can be aborted", async () => {
	await set({ fault: "job_stuck" });
	const id = await node.build("canary_out");
	await node.clock.advance(60_000);
	await node.call(`${JOBS}${id}/abort`, { method: "POST" });
	expect(await node.jobState(id)).toBe("ABORTED");
	await clear();
	expect(await node.jobState(id)).toBe("ABORTED");
});

test("without a free kernel a job stays NOT_STARTED with no start time", async () => {
	await set({ fault: "job_queued", for_ms: 600_000 });
	const id = await node.build("canary_out");
	await node.clock.advance(599_000);
	const { baseStatus } = (await node.call(`${JOBS}${id}/`)).json;
	expect(baseStatus).toMatchObject({ state: "NOT_STARTED", jobStartTime: 0, jobEndTime: 0 });
	await node.clock.advance(1_200);
	expect(await node.jobState(id)).toBe("RUNNING");
	await node.clock.advance(1_000);
	const after = (await node.call(`${JOBS}${id}/`)).json.baseStatus;
	expect(after.state).toBe("DONE");
	expect(after.jobStartTime - after.def.initiationTimestamp).toBe(600_000);
});

test("jobs held by a fault that acts once stay held when it is used up", async () => {
	await set({ fault: "job_stuck", times: 1 });
	const held = await node.build("canary_out");
	await node.clock.advance(1_000);
	const free = await node.build("canary_slow");
	await node.clock.advance(61_000);
	expect([await node.jobState(held), await node.jobState(free)]).toEqual(["RUNNING", "DONE"]);
});

test("jobs fail with the message that the fault gives", async () => {
	await set({ fault: "job_fails", message: "Disk quota exceeded" });
	const id = await node.build("canary_out");
	await node.clock.advance(1_000);
	const { baseStatus } = (await node.call(`${JOBS}${id}/`)).json;
	expect(baseStatus.state).toBe("FAILED");
	expect(baseStatus.activities.compute_canary_out_NP.firstFailure).toMatchObject({ message: "Disk quota exceeded" });
});

test("a refused job does not exist", async () => {
	await set({ fault: "job_refused", status: 503, message: "Too many jobs" });
	const reply = await node.call(JOBS, { method: "POST", body: order("canary_out") });
	expect([reply.status, reply.json.message]).toEqual([503, "Too many jobs"]);
	expect((await node.call(JOBS)).json).toHaveLength(1);
});

test("a job whose answer was lost does exist", async () => {
	await set({ fault: "job_answer_lost" });
	await expect(node.call(JOBS, { method: "POST", body: order("canary_out") })).rejects.toMatchObject({
		code: "ECONNRESET",
	});
	const [latest, ...others] = (await node.call(JOBS)).json;
	expect(latest.def.outputs[0].targetDataset).toBe("canary_out");
	expect(others).toHaveLength(1);
});

test("an abort is accepted and takes effect later, or never", async () => {
	await set({ fault: "abort_ignored", ms: 10_000 });
	const id = await node.build("canary_slow");
	await node.clock.advance(1_000);
	expect((await node.call(`${JOBS}${id}/abort`, { method: "POST" })).status).toBe(200);
	await node.clock.advance(9_999);
	expect(await node.jobState(id)).toBe("RUNNING");
	await node.clock.advance(1);
	expect(await node.jobState(id)).toBe("ABORTED");
	await set({ fault: "abort_ignored" });
	const other = await node.build("canary_slow");
	await node.call(`${JOBS}${other}/abort`, { method: "POST" });
	await node.clock.advance(61_000);
	expect(await node.jobState(other)).toBe("DONE");
});

test("a cancelled firing never gets a run", async () => {
	await set({ fault: "scenario_cancelled" });
	const { runId } = (await node.call(`${SCENARIOS}/canary_ok/run`, { method: "POST", body: {} })).json;
	await node.clock.advance(5_000);
	const trigger = `${SCENARIOS}/trigger/canary_ok/manual?triggerRunId=${runId}`;
	expect((await node.call(trigger)).json.cancelled).toBe(true);
	const found = await node.call(`${SCENARIOS}/canary_ok/get-run-for-trigger?triggerId=manual&triggerRunId=${runId}`);
	expect(found.json).toEqual({});
});

test("scenarios end as the fault says", async () => {
	await set({ fault: "scenario_outcome", outcome: "WARNING" });
	expect(await outcome("canary_ok")).toEqual({ type: "SCENARIO_DONE", outcome: "WARNING" });
	await set({ fault: "scenario_outcome", outcome: "FAILED", message: "Mail server said no" });
	expect(await outcome("canary_ok")).toMatchObject({ outcome: "FAILED", thrown: { message: "Mail server said no" } });
	await set({ fault: "scenario_outcome", outcome: "ABORTED" });
	expect(await outcome("canary_ok")).toMatchObject({ outcome: "ABORTED" });
	await clear();
	expect(await outcome("canary_ok")).toMatchObject({ outcome: "SUCCESS" });
});

test("the faults of jobs act on the jobs of scenarios too", async () => {
	await set({ fault: "job_fails", message: "No" });
	expect(await outcome("canary_ok")).toMatchObject({ outcome: "FAILED", thrown: { message: "No" } });
	await set({ fault: "job_queued" });
	expect(await outcome("canary_slow")).toBeUndefined();
	expect((await node.call(`${SCENARIOS}/canary_slow/light`)).json.running).toBe(true);
});

test("the licence runs out, ran out, or has too few seats", async () => {
	const base = async () => (await get("/admin/licensing/status")).base;
	await set({ fault: "licence_expiring", days: 5 });
	expect(await base()).toMatchObject({ valid: true, expired: false, expiresOn: node.clock.now() + 5 * DAY_MS });
	await node.clock.advance(5 * DAY_MS);
	expect(await base()).toMatchObject({ valid: false, expired: true });
	await set({ fault: "licence_expired" });
	expect(await base()).toMatchObject({ valid: false, expired: true, expiresOn: node.clock.now() - DAY_MS });
	await set({ fault: "licence_over_quota", profile: "READER", by: 4 });
	const { profileLimits } = (await get("/admin/licensing/status")).limits;
	expect(profileLimits.READER).toMatchObject({ directCount: 104, overQuota: 4 });
	expect(profileLimits.DESIGNER.overQuota).toBe(0);
});

test("a restart shows in the startup time and may bring another version", async () => {
	const before = (await get("/instance-info")).dssStartupTimestamp;
	const id = await node.build("canary_slow");
	await node.clock.advance(1_000);
	await set({ fault: "restart", down_ms: 30_000, version: "14.4.0" });
	expect([await statusOf("/"), await statusOf("/projects/"), await statusOf("/dip/api/get-configuration")]).toEqual([
		200, 502, 502,
	]);
	await node.clock.advance(30_000);
	const reply = await node.call("/instance-info");
	expect(reply.headers["dss-version"]).toBe("14.4.0");
	expect(reply.json).toMatchObject({ dssVersion: "14.4.0", dssStartupTimestamp: node.clock.now() });
	expect(reply.json.dssStartupTimestamp).toBeGreaterThan(before);
	expect(await node.jobState(id)).toBe("ABORTED");
	expect(await get("/futures/?allUsers=True")).toEqual([]);
	await clear();
	expect((await get("/instance-info")).dssVersion).toBe("14.4.0");
});

test("an old DSS answers newer calls with an HTML page, and the others as ever", async () => {
	await set({ fault: "old_version", version: "9.0.1" });
	for (const { method, path, since } of apiRoutes.filter(({ method }) => method === "GET")) {
		const reply = await node.call(path.replaceAll(/:\w+/g, "x"), { method, ...admin });
		const isMissing = since !== undefined && !isAtLeast("9.0.1", since);
		const isPage = reply.status === 404 && String(reply.headers["content-type"]).includes("html");
		expect([path, isPage]).toEqual([path, isMissing]);
		expect(reply.headers["dss-version"]).toBe("9.0.1");
	}
	expect((await node.call("/instance-info")).status).toBe(404);
	expect((await node.call("/projects/")).status).toBe(200);
});

test("a footprint takes its time", async () => {
	await set({ fault: "slow_footprint", ms: 600_000 });
	const { jobId } = await get("/directories-footprint/all-dss?summaryOnly=False");
	await node.clock.advance(599_000);
	expect((await get(`/futures/${jobId}?peek=False`)).hasResult).toBe(false);
	await node.clock.advance(1_000);
	expect((await get(`/futures/${jobId}?peek=False`)).result.size).toBeGreaterThan(0);
});

test("the sanity check finds what the fault says", async () => {
	await set({ fault: "sanity_message" });
	const { jobId } = (await node.call("/admin/sanity-check/run", { method: "POST", body: [], ...admin })).json;
	await node.clock.advance(1_000);
	const { result } = await get(`/futures/${jobId}?peek=False`);
	expect(result).toMatchObject({ error: true, maxSeverity: "ERROR" });
	expect(result.messages[1]).toMatchObject({ code: "ERR_MISC_DISK_FULL", severity: "ERROR" });
});

test("a connection is broken, a webapp is down", async () => {
	await set({ fault: "connection_broken" });
	expect((await node.call("/connections/postgres/test")).json.connectionOK).toBe(false);
	expect((await node.call("/connections/filesystem_managed/test")).json.connectionOK).toBe(true);
	await set({ fault: "webapp_down", crash_count: 9 });
	const state = await get("/projects/SALES/webapps/dashboard/backend/state");
	expect(state.futureInfo).toMatchObject({ alive: false, payload: { extras: { crashCount: 9 } } });
	expect((await get("/projects/SALES/webapps/"))[0].backendRunning).toBe(false);
});
