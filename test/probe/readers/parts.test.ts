import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { kinds } from "../../../src/probe/probe.ts";
import { virtualClock } from "../../support/clock.ts";
import { answering, httpReceiver } from "../../support/http-receiver.ts";
import { makeInstance } from "../../support/instance.ts";
import { lookAt } from "../../support/look.ts";
import { probeContext } from "../../support/probe-context.ts";
import { ADMIN_KEY, PLAIN_KEY, simulatedNode, until } from "../../support/simulator.ts";

const unknownValues = (kind: keyof typeof kinds, values: object) =>
	Object.keys(values).filter((name) => !(name in kinds[kind].values));

describe("the key", () => {
	const KEY = { kind: "dss-key" } as const;
	const CANARY = { ...KEY, projects: ["DKU_MONITORING"] };

	test("owner, rights and end are told", async () => {
		await using node = await simulatedNode();
		const { values, seen, fault } = await lookAt(node, CANARY);
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({
			owner: "api:canary",
			user: "probe-user",
			groups: "monitoring",
			admin: false,
			rights_missing: 0,
			missing: "",
		});
		expect(values).not.toHaveProperty("days_left");
		expect(seen).toBe("key of api:canary, does not expire");
		expect(unknownValues("dss-key", values)).toEqual([]);
		await node.simulator.faults.set({ fault: "key_expiring", days: 12 });
		const ending = await lookAt(node, KEY);
		expect(ending.values["days_left"]).toBeCloseTo(12, 5);
		expect(ending.seen).toBe("key of api:canary, expires in 12 days");
	});

	test.each(["READ_CONF", "MONITOR_JOBS", "RUN_JOBS"] as const)(
		"the loss of %s is seen, and nothing was started",
		async (right) => {
			await using node = await simulatedNode();
			await node.simulator.faults.set({ fault: "right_missing", right });
			const { values, seen } = await lookAt(node, CANARY);
			expect(values).toMatchObject({ rights_missing: 1, missing: `DKU_MONITORING:${right}` });
			expect(seen).toContain(`lacks DKU_MONITORING:${right}`);
			await node.simulator.faults.clear();
			expect((await node.call("/projects/DKU_MONITORING/jobs/?limit=50")).json).toHaveLength(1);
		},
	);

	test("a project that the key does not see, and ADMIN that it lacks", async () => {
		await using node = await simulatedNode();
		const { values } = await lookAt(node, { ...KEY, projects: ["SALES", "GONE"], require: ["READ_CONF", "ADMIN"] });
		expect(values["missing"]).toBe("SALES:READ_CONF SALES:ADMIN GONE:READ_CONF GONE:ADMIN");
	});

	test("an administrator's key is told as one; without admin_key the end stays unknown", async () => {
		await using node = await simulatedNode({ version: "12.0.0" });
		const instance = makeInstance(node.url, { apiKey: new Secret(ADMIN_KEY) });
		expect(await lookAt(node, KEY, { instance })).toMatchObject({
			values: { owner: "api:admin", admin: true },
			seen: "key of api:admin, an administrator's, its end is seen with admin_key only",
		});
		await node.simulator.faults.set({ fault: "key_expiring", key: "admin", days: 3 });
		const both = makeInstance(node.url, { apiKey: new Secret(ADMIN_KEY), adminKey: new Secret(ADMIN_KEY) });
		expect((await lookAt(node, KEY, { instance: both })).values["days_left"]).toBeCloseTo(3, 5);
		const weak = makeInstance(node.url, { apiKey: new Secret(PLAIN_KEY), adminKey: new Secret(PLAIN_KEY) });
		expect((await lookAt(node, KEY, { instance: weak })).seen).toBe(
			"key of api:canary, its end is not shown (API key lacks a right, DSS is up)",
		);
	});

	test("a revoked key is a rejected one, and a DSS that goes away in between is not a lost right", async () => {
		await using node = await simulatedNode();
		await node.simulator.faults.set({ fault: "key_revoked", times: 1 });
		expect(await lookAt(node, KEY)).toMatchObject({ fault: { code: "key_rejected" } });
		await node.simulator.faults.set({ fault: "gateway", path: "/public/api/projects" });
		expect(await lookAt(node, CANARY)).toMatchObject({
			values: { latency: expect.any(Number) },
			fault: { code: "backend_down" },
		});
	});
});

describe("connections", () => {
	const CONNECTIONS = { kind: "dss-connections" } as const;

	test("those that work and the broken one are told", async () => {
		await using node = await simulatedNode();
		expect(await lookAt(node, CONNECTIONS)).toMatchObject({
			values: { connections: 2, tested: 2, broken: 0, broken_names: "", untestable: 0, untested: 0 },
			seen: "2 of 2 connections work",
		});
		await node.simulator.faults.set({ fault: "connection_broken", name: "postgres" });
		const { values, facts, seen } = await lookAt(node, CONNECTIONS);
		expect(values).toMatchObject({
			tested: 2,
			broken: 1,
			broken_names: "postgres",
			slowest_name: "filesystem_managed",
		});
		expect(facts).toEqual({ results: { filesystem_managed: "ok", postgres: "broken" } });
		expect(seen).toBe("1 of 2 connections work, 1 broken; postgres: Connection refused (simulated)");
		expect(unknownValues("dss-connections", values)).toEqual([]);
		expect((await lookAt(node, { ...CONNECTIONS, ignore: ["postgres"] })).values).toMatchObject({
			connections: 1,
			broken: 0,
		});
		expect((await lookAt(node, { ...CONNECTIONS, only: ["postgres"] })).values).toMatchObject({
			connections: 1,
			broken: 1,
		});
	});

	test("what worked within a day is lost, what never did or not for long is only broken", async () => {
		await using node = await simulatedNode();
		const { notes } = probeContext(node.url);
		const look = async () => (await lookAt(node, CONNECTIONS, { notes })).values;
		await node.simulator.faults.set({ fault: "connection_broken", name: "postgres" });
		expect(await look()).toMatchObject({ broken: 1, lost: 0 });
		await node.simulator.faults.clear();
		expect(await look()).toMatchObject({ broken: 0, lost: 0 });
		await node.simulator.faults.set({ fault: "connection_broken", name: "postgres" });
		await node.clock.advance(23 * 3_600_000);
		expect(await look()).toMatchObject({ broken: 1, lost: 1 });
		await node.clock.advance(2 * 3_600_000);
		expect(await look()).toMatchObject({ broken: 1, lost: 0 });
	});

	test("one that cannot be tested is no failure", async () => {
		await using node = await simulatedNode();
		const path = "/public/api/connections/postgres/test";
		await node.simulator.faults.set({ fault: "coded_error", code: "ERR_X", message: "Cannot test this type", path });
		expect((await lookAt(node, CONNECTIONS)).values).toMatchObject({ tested: 1, broken: 0, untestable: 1 });
	});

	test.each([
		["its time is up", 60_000, { tested: 1, broken: 1, untested: 0 }, "b: no result within 20 s"],
		[
			"the look's own time is up: that says nothing of it",
			10_000,
			{ tested: 0, broken: 0, untested: 1 },
			"no time for 1",
		],
	])("one that hangs is given up when %s", async (_, timeoutMs, expected, words) => {
		const server = await httpReceiver(() => {});
		const clock = virtualClock();
		const context = probeContext(`http://127.0.0.1:${server.port}`, { clock, timeoutMs });
		const looking = kinds["dss-connections"].measure(
			{ kind: "dss-connections", only: ["b"], ignore: [], test_timeout: 20_000 },
			context,
		);
		await until(() => server.requests.length === 1);
		await clock.advance(20_000);
		const { values, seen } = await looking;
		await server.close();
		expect(values).toMatchObject(expected);
		expect(seen).toContain(words);
	});

	test("once one call was refused, no other test is begun", async () => {
		let count = 0;
		const server = await httpReceiver((response, request) => {
			const answer = answering(count++ === 0 ? 401 : 200, JSON.stringify({ connectionOK: true }));
			setTimeout(() => answer(response, request), count === 1 ? 0 : 50);
		});
		const names = Array.from({ length: 12 }, (_, index) => `c${index}`);
		const found = await kinds["dss-connections"].measure(
			{ kind: "dss-connections", only: names, ignore: [], test_timeout: 1_000 },
			probeContext(`http://127.0.0.1:${server.port}`),
		);
		await new Promise((done) => setTimeout(done, 300));
		await server.close();
		expect(found.fault?.code).toBe("key_rejected");
		expect(server.requests.length).toBeLessThanOrEqual(4);
	});

	test("an old DSS is told which version tests, and what a driver says carries no password", async () => {
		await using node = await simulatedNode({ version: "12.0.0" });
		expect(await lookAt(node, CONNECTIONS)).toMatchObject({
			fault: { code: "unsupported", text: expect.stringContaining("DSS 14.2 has it first") },
		});
		const connectionErrorMsg =
			"no route to jdbc:postgresql://me:hunter2@db/x?user=me&password=hunter2;secretKey=hunter2 now";
		const server = await httpReceiver(answering(200, JSON.stringify({ connectionOK: false, connectionErrorMsg })));
		const options = { kind: "dss-connections", only: ["a"], ignore: [], test_timeout: 1_000 } as const;
		const found = await kinds["dss-connections"].measure(
			{ ...options, only: [...options.only], ignore: [] },
			probeContext(`http://127.0.0.1:${server.port}`),
		);
		await server.close();
		expect(found.seen).toContain("no route to jdbc:postgresql://db/x?user=me&password=…");
		expect(JSON.stringify(found)).not.toContain("hunter2");
	});
});

describe("webapps", () => {
	const WEBAPPS = { kind: "dss-webapps", projects: ["SALES"] };
	const options = (more = {}) => ({ ...WEBAPPS, ...more }) as Parameters<typeof lookAt>[1];

	test("one that ran is missed when it is down, for a day; crashes are counted for an hour", async () => {
		await using node = await simulatedNode();
		const instance = makeInstance(node.url, { apiKey: new Secret(ADMIN_KEY) });
		const { notes } = probeContext(node.url);
		const look = (more = {}) => lookAt(node, options(more), { instance, notes });
		const up = await look();
		expect(up).toMatchObject({ values: { webapps: 1, running: 1, down: 0, crashes: 0 }, seen: "1 of 1 webapps run" });
		expect(unknownValues("dss-webapps", up.values)).toEqual([]);
		await node.clock.advance(60_000);
		await node.simulator.faults.set({ fault: "webapp_down", crash_count: 3 });
		expect(await look()).toMatchObject({
			values: { running: 0, down: 1, down_names: "SALES.Dashboard", crashes: 3 },
			seen: "0 of 1 webapps run, down: SALES.Dashboard, 3 crashes within an hour",
		});
		await node.clock.advance(3_700_000);
		expect((await look()).values).toMatchObject({ down: 1, crashes: 0 });
		await node.clock.advance(86_400_000);
		expect((await look()).values).toMatchObject({ running: 0, down: 0 });
		expect((await look({ expected: ["SALES.dashboard", "SALES.gone"] })).values).toMatchObject({
			down: 2,
			down_names: "SALES.Dashboard, SALES.gone (not there)",
		});
	});

	test("where an old DSS has no such state, its list says what runs", async () => {
		await using node = await simulatedNode({ version: "9.0.0" });
		const instance = makeInstance(node.url, { apiKey: new Secret(ADMIN_KEY) });
		expect((await lookAt(node, options(), { instance })).values).toMatchObject({ webapps: 1, running: 1, down: 0 });
	});
});
