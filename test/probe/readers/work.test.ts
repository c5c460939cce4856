import { expect, test } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { kinds, probe, probeOptions } from "../../../src/probe/probe.ts";
import { queueOf, type SeenJob } from "../../../src/probe/readers/work-jobs.ts";
import { httpReceiver } from "../../support/http-receiver.ts";
import { makeInstance } from "../../support/instance.ts";
import { lookAt } from "../../support/look.ts";
import { probeContext } from "../../support/probe-context.ts";
import { PLAIN_KEY, simulatedNode } from "../../support/simulator.ts";

const WORK = { kind: "dss-work" } as const;
const CANARIES = { ...WORK, projects: ["DKU_MONITORING"] };

test("tasks and scenarios of everybody are counted, the longest is named", async () => {
	await using node = await simulatedNode();
	await node.call("/projects/DKU_MONITORING/scenarios/canary_slow/run", { method: "POST", body: {} });
	await node.clock.advance(31_000);
	const { values, facts, seen, fault } = await lookAt(node, WORK);
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({
		tasks: 1,
		longest_task: 12 * 60 + 31,
		longest_task_of: "Computing metrics (SALES.orders) of alice",
		scenarios: 1,
		longest_scenario: expect.closeTo(30.2, 3),
		longest_scenario_of: "DKU_MONITORING.canary_slow",
		activities_running: 1,
		activities_waiting: 0,
	});
	expect(values).not.toHaveProperty("jobs_running");
	expect(facts).toEqual({ tasks_by_type: { "compute-metrics": 1 } });
	expect(seen).toBe(
		"running: tasks 1 (longest: Computing metrics (SALES.orders) of alice for 12 min 31 s), " +
			"scenarios 1 (longest: DKU_MONITORING.canary_slow for 30.2 s), activities 1",
	);
	expect(Object.keys(values).filter((name) => !(name in kinds["dss-work"].values))).toEqual([]);
});

test("jobs of the named projects run or wait, each for its time", async () => {
	await using node = await simulatedNode();
	const running = await node.build("canary_slow");
	await node.clock.advance(20_000);
	await node.simulator.faults.set({ fault: "job_queued" });
	await node.build("canary_out");
	await node.clock.advance(10_000);
	const { values, seen } = await lookAt(node, { ...CANARIES, max_activities: 2 });
	expect(values).toMatchObject({
		jobs_running: 1,
		jobs_waiting: 1,
		longest_job: expect.closeTo(29.88, 3),
		longest_job_of: `DKU_MONITORING.${running}`,
		longest_wait: 10,
		activities_used: 0.5,
	});
	expect(seen).toContain("jobs 1 (longest: DKU_MONITORING.Build_canary_slow");
	await node.simulator.faults.clear();
	for (let job = 0; job < 6; job++) {
		await node.build("canary_out");
		await node.clock.advance(60_000);
	}
	const later = (await lookAt(node, CANARIES)).values;
	expect(later).toMatchObject({ jobs_running: 0, jobs_waiting: 0, longest_job: 0, queue: 0.12 });
	expect(later).not.toHaveProperty("queue_growth");
});

test.each([
	["too few jobs say nothing", [1, 2, 3, 4], {}],
	["without earlier ones there is no growth", [1, 2, 3, 4, 100], { queue: 3, queue_p90: 100 }],
	[
		"the newest ten are compared with all before",
		[...Array(10).fill(70), ...Array(12).fill(4)],
		{ queue: 70, queue_p90: 70, queue_growth: 66 },
	],
	[
		"one odd job is no growth",
		[500, ...Array(9).fill(4), ...Array(12).fill(4)],
		{ queue: 4, queue_p90: 4, queue_growth: 0 },
	],
] as const)("queue: %s", (_, waits, expected) => {
	// The first of the list is the newest, whatever the order of the rows.
	const jobs = waits.map((seconds, age): SeenJob => {
		const startedAt = 1_000_000_000 - age * 60_000;
		return {
			project: "P",
			id: `${age}`,
			state: "DONE",
			isFinal: true,
			startedAt,
			initiatedAt: startedAt - seconds * 1_000,
		};
	});
	expect(queueOf(jobs.toReversed(), 1_000_000_000)).toEqual(expected);
});

test("how long jobs waited in the night says nothing in the morning", () => {
	const peak = Array.from({ length: 40 }, (_, age): SeenJob => {
		const startedAt = 1_000_000_000 - age * 60_000;
		return { project: "P", id: `${age}`, state: "DONE", isFinal: true, startedAt, initiatedAt: startedAt - 1_200_000 };
	});
	expect(queueOf(peak, 1_000_000_000)).toMatchObject({ queue: 1_200 });
	expect(queueOf(peak, 1_000_000_000 + 3 * 3_600_000)).toEqual({});
});

test("what is meant to run on and on, or is over, is no task that runs for long", async () => {
	const day = 86_400_000;
	const task = (jobId: string, given: object) => ({
		jobId,
		owner: "alice",
		alive: true,
		runningTime: 9 * day,
		...given,
	});
	const target = (objectType: string) => ({
		payload: { targets: [{ objectType, projectKey: "SALES", objectId: "x" }] },
	});
	const tasks = [
		task("a", { jobDisplayName: "Backend of dash", ...target("WEB_APP") }),
		task("b", { payload: { action: "continuous-activity" } }),
		task("c", { jobDisplayName: "Code studio vscode" }),
		task("d", { payload: { extras: { crashCount: 0, pid: 4 } } }),
		task("e", { jobDisplayName: "Our listener" }),
		task("f", { jobDisplayName: "Not fetched", hasResult: true }),
		task("g", { jobDisplayName: "Gone", aborted: true }),
		task("h", { jobDisplayName: "Export web_app_logs", runningTime: "61000", ...target("DATASET") }),
	];
	const server = await httpReceiver((response, { path }) => {
		const isList = path.startsWith("/public/api/futures/");
		const answer = isList ? (path.includes("withScenarios=True") ? [] : tasks) : { gauges: {} };
		response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
	});
	const options = probeOptions.parse({ ...WORK, ignore_tasks: ["Our *"] });
	const { values, fault } = await probe(options, probeContext(`http://127.0.0.1:${server.port}`));
	await server.close();
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({
		tasks: 1,
		lasting_tasks: 5,
		longest_task: 61,
		longest_task_of: "Export web_app_logs (SALES.x) of alice",
	});
});

test("a job that was aborted before it started, and one that runs, waited for no known time", () => {
	const aborted: SeenJob = { project: "P", id: "a", state: "ABORTED", isFinal: true, initiatedAt: 5 };
	const runs: SeenJob = { project: "P", id: "b", state: "RUNNING", isFinal: false, initiatedAt: 5, startedAt: 9 };
	expect(queueOf([...Array(9).fill(aborted), ...Array(9).fill(runs)], 10)).toEqual({});
});

test("a key without admin rights sees its own tasks, or is told which key sees all", async () => {
	await using node = await simulatedNode();
	const instance = makeInstance(node.url, { apiKey: new Secret(PLAIN_KEY) });
	expect(await lookAt(node, WORK, { instance })).toMatchObject({
		fault: { code: "right_missing", text: expect.stringContaining("admin_key of the instance") },
	});
	const { values, fault } = await lookAt(node, { ...CANARIES, tasks: "own" }, { instance });
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ tasks: 0, longest_task_of: "", jobs_running: 0 });
	expect(values).not.toHaveProperty("activities_running");
	expect(await lookAt(node, { ...WORK, tasks: "own", projects: ["SALES"] }, { instance })).toMatchObject({
		fault: { code: "right_missing" },
	});
});
