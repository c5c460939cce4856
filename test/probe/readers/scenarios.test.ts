import { afterEach, beforeEach, expect, test } from "vitest";
import type { z } from "zod";
import { Secret } from "../../../src/model/secret.ts";
import { dssScenariosOptions } from "../../../src/probe/dss-scenarios.ts";
import { kinds } from "../../../src/probe/probe.ts";
import { virtualClock } from "../../support/clock.ts";
import { answer, faultServer } from "../../support/fault-server.ts";
import { makeInstance } from "../../support/instance.ts";
import { lookAt } from "../../support/look.ts";
import { probeContext } from "../../support/probe-context.ts";
import { ADMIN_KEY, type SimulatedNode, simulatedNode } from "../../support/simulator.ts";

const HOUR = 3_600_000;

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

type Options = Omit<z.input<typeof dssScenariosOptions>, "kind" | "project">;
const admin = () => makeInstance(node.url, { apiKey: new Secret(ADMIN_KEY), adminKey: new Secret(ADMIN_KEY) });
const look = (options: Options = {}, project: string | string[] = "SALES") =>
	lookAt(node, { kind: "dss-scenarios", project, ...options }, { instance: admin() });
const set = (fault: Parameters<typeof node.simulator.faults.set>[0]) => node.simulator.faults.set(fault);
const requests = async () => (await node.control("GET", "/state")).json.requests as object;

test("a project whose scenarios work is all well, and what is off is only counted", async () => {
	const { values, fault, seen, facts } = await look();
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ count: 3, failed: 0, overdue: 0, inactive: 1, running: 0, missing: 0, left_out: 0 });
	expect(values).toMatchObject({ never_ran: 0, unscheduled: 0, long_running: 0, worst: "", dss_version: "14.3.1" });
	expect(values["oldest_success"]).toBeCloseTo(6 * 3_600, -2);
	expect(values["run_time"]).toBeCloseTo(30, 0);
	expect(values).not.toHaveProperty("user_disabled");
	expect(seen).toBe("3 scenarios: all well");
	expect(facts?.["scenarios"]).toContainEqual(
		expect.objectContaining({ id: "NIGHTLY", active: true, outcome: "SUCCESS", step: "", troubles: [] }),
	);
	expect(Object.keys(values).filter((name) => !(name in kinds["dss-scenarios"].values))).toEqual([]);
});

test.each([
	["behind", HOUR],
	["ahead of", -HOUR],
])("the age of a run goes by the clock of DSS, which is an hour %s ours", async (_words, ms) => {
	await node.clock.advance(HOUR);
	const clock = virtualClock(node.clock.now() + ms);
	const found = await lookAt(
		node,
		{ kind: "dss-scenarios", project: "SALES", scenario: "HOURLY", expected_within: "90m" },
		{ instance: admin(), clock },
	);
	expect(found.values).toMatchObject({ overdue: 0 });
	expect(found.values["oldest_success"]).toBeCloseTo(1_770, -2);
});

test("a failed run is told with its step and its error", async () => {
	await set({ fault: "scenario_outcome", outcome: "FAILED", step: "Load the ledger", message: "ORA-01017", times: 1 });
	await node.clock.advance(HOUR);
	const { values, seen, facts } = await look();
	expect(values).toMatchObject({
		failed: 1,
		worst: expect.stringContaining("HOURLY (Orders of today) failed at step"),
	});
	expect(seen).toBe("3 scenarios: SALES/HOURLY (Orders of today) failed at step Load the ledger: ORA-01017");
	expect(facts?.["scenarios"]).toContainEqual(
		expect.objectContaining({ id: "HOURLY", outcome: "FAILED", step: "Load the ledger", error: "ORA-01017" }),
	);
});

test.each([
	["WARNING", "warning", "ended with a warning at step Build orders_today"],
	["ABORTED", "aborted", "was aborted at step Build orders_today"],
] as const)("an outcome %s is told apart from a failure", async (outcome, name, words) => {
	await set({ fault: "scenario_outcome", outcome, times: 1 });
	await node.clock.advance(HOUR);
	const { values, seen } = await look({ tag: "hourly" });
	expect(values).toMatchObject({ count: 1, failed: 0, warning: 0, aborted: 0, [name]: 1 });
	expect(seen).toContain(words);
});

test("scenarios that nothing triggers any more are overdue by their own rhythm, and have no next run", async () => {
	await set({ fault: "triggers_off", hours: 30 });
	const { values, seen } = await look();
	// A day's pause is usual for one, so 30 hours alarm only the other.
	expect(values).toMatchObject({ overdue: 1, unscheduled: 2 });
	expect(values["oldest_success"]).toBeGreaterThan(30 * 3_600);
	expect(seen).toMatch(
		/HOURLY \(Orders of today\) last went through 1 d 6 h ago, expected within 3 h, has no next run/,
	);
});

test("a period that is stated goes before the rhythm, and holds for one that is switched off but named", async () => {
	expect((await look({ expected_within: "5h" })).values).toMatchObject({ overdue: 1 });
	const { values, seen } = await look({ expected_within: "30d", scenario: "ARCHIVE" });
	expect(values).toMatchObject({ count: 1, overdue: 1, inactive: 1 });
	expect(seen).toContain("last went through 40 d ago, expected within 30 d, is switched off");
});

test("a run that hangs is long by what is usual, and the step is named that it is in", async () => {
	await set({ fault: "scenario_hangs", hours: 5 });
	const { values, seen } = await look({ tag: "load" });
	expect(values).toMatchObject({ count: 2, running: 2, long_running: 2 });
	expect(values["longest_running"]).toBeCloseTo(5 * 3_600, -1);
	expect(seen).toContain("SALES/NIGHTLY (Nightly load) runs for 5 h, in step Build orders_clean, more than 10 min");
	expect((await look({ tag: "load", longest_run: "6h" })).values).toMatchObject({ long_running: 0, running: 2 });
});

test("a scenario that is named and switched off is seen, one that is not there is missing", async () => {
	await node.call("/projects/SALES/scenarios/NIGHTLY/light", {
		method: "PUT",
		body: { active: false },
		key: ADMIN_KEY,
	});
	const { values, seen } = await look({ scenario: ["NIGHTLY", "NIGHTLI"] });
	expect(values).toMatchObject({ count: 1, inactive: 1, missing: 1 });
	expect(seen).toBe("1 scenario: SALES/NIGHTLI does not exist; SALES/NIGHTLY (Nightly load) is switched off");
});

test("several projects are one check, and scenarios that never ran are no failures", async () => {
	const { values, seen } = await look({ name: "*canary*" }, ["SALES", "DKU_MONITORING"]);
	expect(values).toMatchObject({ count: 3, never_ran: 2, failed: 0 });
	expect(seen).toContain("DKU_MONITORING/canary_fail (Canary fail) never ran");
});

test("users that are disabled are looked up where that is asked for", async () => {
	const { values, seen } = await look({ scenario: "ARCHIVE", check_users: true });
	expect(values).toMatchObject({ user_disabled: 1 });
	expect(seen).toContain("runs as carol, who is disabled");
	const plain = await lookAt(
		node,
		{ kind: "dss-scenarios", project: "DKU_MONITORING", check_users: true },
		{ instance: makeInstance(node.url, { apiKey: new Secret("plain-key-0001") }) },
	);
	expect(plain.fault).toMatchObject({ code: "right_missing", text: expect.stringContaining("admin_key") });
});

test("calls are bounded: one for each project and each scenario, and what is left out is said", async () => {
	const before = JSON.stringify(await requests());
	const { values, seen } = await look({ at_most: 1 });
	expect(values).toMatchObject({ count: 1, left_out: 2 });
	expect(seen).toMatch(/^1 scenario: SUCCESS .*; 2 not looked at$/);
	expect(JSON.stringify(await requests())).not.toBe(before);
});

test("a check that means no scenario is unknown, not well", async () => {
	const { values, seen } = await look({ tag: "nobody" });
	expect(values).toMatchObject({ count: 0, missing: 0 });
	expect(seen).toBe("no scenario is meant by this check");
	expect(kinds["dss-scenarios"].expect).toContainEqual({ that: "count + missing > 0", else: "unknown" });
});

test("a key without the right is told so, and DSS is not said to be down", async () => {
	await set({ fault: "right_missing", right: "RUN_JOBS" });
	const plain = { instance: makeInstance(node.url, { apiKey: new Secret("plain-key-0001") }) };
	const { fault } = await lookAt(node, { kind: "dss-scenarios", project: "DKU_MONITORING" }, plain);
	expect(fault?.code).toBe("right_missing");
	expect((await lookAt(node, { kind: "dss-scenarios", project: "SALES" }, plain)).fault?.code).toBe("right_missing");
});

test("an endpoint that an old DSS lacks is not supported", async () => {
	await using server = await faultServer(answer("404 Not Found", "<html>", { "content-type": "text/html" }));
	const options = dssScenariosOptions.parse({ kind: "dss-scenarios", project: "A" });
	const { fault } = await kinds["dss-scenarios"].measure(options, probeContext(server.url));
	expect(fault).toMatchObject({ code: "unsupported", text: expect.stringContaining("DSS 5 has it first") });
});

test("ids with a slash and other signs are asked for as they are", async () => {
	const options = dssScenariosOptions.parse({ kind: "dss-scenarios", project: "A B/C" });
	await using server = await faultServer(answer("200 OK", "[]", { "content-type": "application/json" }));
	expect((await kinds["dss-scenarios"].measure(options, probeContext(server.url))).values).toMatchObject({ count: 0 });
});

test("options that contradict each other are refused", () => {
	const none = dssScenariosOptions.safeParse({ kind: "dss-scenarios", project: [], at_most: 0 });
	expect(none.error?.issues.map(({ path }) => path.join("."))).toEqual(["project", "at_most"]);
	const both = dssScenariosOptions.safeParse({ kind: "dss-scenarios", project: "A", scenario: "A", tag: "b" });
	expect(both.error?.issues[0]?.message).toBe("says already which scenarios are meant: take tag and name away");
});
