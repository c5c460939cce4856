import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.ts";
import { evaluate } from "../../../src/evaluate/evaluate.ts";
import type { ProbeOptions } from "../../../src/probe/kinds.ts";
import { kinds, probe, probeOptions } from "../../../src/probe/probe.ts";
import type { FaultInput } from "../../../src/simulator/fault.ts";
import { memoryDisk } from "../../support/config.ts";
import { answering, type HttpReceiver, httpReceiver } from "../../support/http-receiver.ts";
import { probeContext } from "../../support/probe-context.ts";
import { ADMIN_KEY, PLAIN_KEY, type SimulatedNode, simulatedNode } from "../../support/simulator.ts";

const CHECKS = resolve(import.meta.dirname, "../../../checks");

/** Looks with a shipped check, as its file says, and judges what it saw. */
async function judged(node: SimulatedNode, name: string, given = "") {
	const file = join(CHECKS, "shipped.yaml");
	const text = `instances: { dss: { url: "${node.url}", api_key: "\${KEY}", admin_key: "\${ADMIN}" } }
check_files: [${name}.yaml]
checks: [{ use: ${name}${given} }]
routes: [{ to: [] }]
`;
	const env = { KEY: PLAIN_KEY, ADMIN: ADMIN_KEY };
	const loaded = loadConfig(file, { env, disk: memoryDisk({ [file]: text }) });
	const [check] = loaded.ok ? loaded.config.checks : [];
	if (!check) throw new Error(`${name} is not in order`);
	const { notes } = probeContext(node.url);
	const context = probeContext(node.url, { instance: check.instance, clock: node.clock, timeoutMs: 10_000, notes });
	return async () => evaluate(await probe(check.probe, context), check.rules, {}).verdict;
}

const CANARY = ", with: { projects: [DKU_MONITORING] }";
const NOTHING = { level: "ok" };

test.each<[name: string, given: string, fault: FaultInput, level: string, cause: string]>([
	["instance-info", "", { fault: "restart", version: "13.5.1" }, "warning", "downgraded"],
	["kernels", "", { fault: "kernels", count: 12, idle_hours: 12 }, "ok", ""],
	["kernels", "", { fault: "kernels", count: 30, idle_hours: 30 }, "warning", "kernels_idle"],
	["kernels", "", { fault: "kernels", count: 70, idle_hours: 30 }, "warning", "kernels_idle"],
	["people", "", { fault: "logins_fail" }, "ok", ""],
	["licence", "", { fault: "licence_expiring", days: 20 }, "warning", "licence_expiring"],
	["licence", "", { fault: "licence_expired" }, "critical", "licence"],
	["licence", "", { fault: "licence_over_quota" }, "warning", "seats_over_quota"],
	["api-key", "", { fault: "key_expiring", days: 5 }, "critical", "key_expiring"],
	["api-key", CANARY, { fault: "right_missing", right: "RUN_JOBS" }, "critical", "right_missing"],
	["connections", "", { fault: "connection_broken" }, "warning", "connection_broken"],
	["scenarios", "", { fault: "right_missing", right: "RUN_JOBS" }, "critical", "right_missing"],
	["scenario-last-run", "", { fault: "gateway" }, "critical", "backend_down"],
	["work", CANARY, { fault: "gateway" }, "critical", "backend_down"],
	["usage", "", { fault: "old_version", version: "8.0.7" }, "unknown", "unsupported"],
	["people", "", { fault: "right_missing", right: "INSTANCE_ADMIN" }, "critical", "right_missing"],
])("the shipped %s%s is good, and with %j it is %s for %s", async (name, given, fault, level, cause) => {
	await using node = await simulatedNode();
	const look = await judged(node, name, given);
	expect(await look()).toMatchObject(NOTHING);
	await node.clock.advance(10_000);
	await node.simulator.faults.set(fault);
	await node.clock.advance(10_000);
	const verdict = await look();
	expect([verdict.level, verdict.cause?.code ?? ""]).toEqual([level, cause]);
});

test("a job that waits for hours is critical for the shipped work, a task of two days can wait for the morning", async () => {
	await using node = await simulatedNode();
	const look = await judged(node, "work", CANARY);
	await node.simulator.faults.set({ fault: "slow_footprint", ms: 5 * 86_400_000 });
	await node.call("/directories-footprint/all-dss", { key: ADMIN_KEY });
	await node.clock.advance(2 * 86_400_000 + 60_000);
	const { level, cause, failed, summary } = await look();
	expect([level, cause?.code]).toEqual(["warning", "task_long_running"]);
	expect(failed[0]).toMatch(/^longest_task .* is above 12 h/);
	expect(summary).toContain("Computing the footprint of data directories");
	await node.simulator.faults.set({ fault: "job_queued" });
	await node.build("canary_out");
	await node.clock.advance(20 * 60_000);
	expect((await look()).failed).toHaveLength(1);
	await node.clock.advance(7_201_000);
	expect(await look()).toMatchObject({ level: "critical", cause: { code: "queue_growing" } });
});

test("the shipped checks on scenarios tell a failure and a success that is too old", async () => {
	await using node = await simulatedNode();
	const [project, one] = [await judged(node, "scenarios"), await judged(node, "scenario-last-run")];
	expect([(await project()).level, (await one()).level]).toEqual(["ok", "ok"]);
	await node.call("/projects/DKU_MONITORING/scenarios/canary_fail/run", { method: "POST", body: {} });
	await node.clock.advance(5_000);
	expect(await project()).toMatchObject({
		level: "critical",
		cause: { code: "scenario_failed" },
		summary: expect.stringContaining("failed at step Build canary_fail"),
	});
	await node.clock.advance(26 * 3_600_000);
	expect(await one()).toMatchObject({ level: "critical", cause: { code: "scenario_overdue" } });
});

test("the shipped scenario-last-run tells a scenario of which no run is remembered", async () => {
	await using node = await simulatedNode();
	const look = await judged(node, "scenario-last-run", ", with: { scenario: canary_slow }");
	expect(await look()).toMatchObject({ level: "warning", cause: { code: "scenario_never_ran" } });
});

describe("whatever the answer is, a look ends with values that it knows, or says that it does not know the reply", () => {
	let server: HttpReceiver;
	beforeAll(async () => {
		server = await httpReceiver(answering(200));
	});
	afterAll(() => server.close());

	const looks: readonly object[] = [
		{ kind: "dss-instance" },
		{ kind: "dss-kernels" },
		{ kind: "dss-people" },
		{ kind: "dss-usage" },
		{ kind: "dss-work", projects: ["A"], max_activities: 3 },
		{ kind: "dss-key", projects: ["A"], require: ["READ_CONF", "MONITOR_JOBS", "RUN_JOBS", "ADMIN"] },
		{ kind: "dss-connections" },
		{ kind: "dss-webapps", projects: ["A"] },
		{ kind: "dss-licence" },
		{ kind: "dss-scenarios", project: "A", scenario: "B" },
	];
	const replies = ["null", "[]", "{}", "3", '"x"', "[null]", "[{}]", "[[]]", '["a","b"]', '{"base":{},"projects":1}'];

	test.each(looks.map((look) => probeOptions.parse(look)))("$kind", async (options: ProbeOptions) => {
		const { values: known } = kinds[options.kind];
		for (const reply of replies) {
			server.answer = answering(200, reply, { "content-type": "application/json" });
			const { values, fault } = await probe(options, probeContext(`http://127.0.0.1:${server.port}`));
			if (fault) expect([reply, fault.code]).toEqual([reply, "reply_unknown"]);
			for (const [name, value] of Object.entries(values)) {
				expect([reply, name, name in known]).toEqual([reply, name, true]);
				const type = { int: "number", double: "number", bool: "boolean" }[known[name]?.type ?? ""] ?? "string";
				expect([reply, name, typeof value]).toEqual([reply, name, type]);
				if (type === "number") expect([reply, name, Number.isFinite(value)]).toEqual([reply, name, true]);
			}
		}
	});
});
