import { describe, expect, test } from "vitest";
import { kinds, probe, probeOptions } from "../../../src/probe/probe.ts";
import { virtualClock } from "../../support/clock.ts";
import { answering, httpReceiver } from "../../support/http-receiver.ts";
import { lookAt } from "../../support/look.ts";
import { probeContext } from "../../support/probe-context.ts";
import { ADMIN_KEY, simulatedNode } from "../../support/simulator.ts";

const HOUR_MS = 3_600_000;
const api = { "content-type": "application/json", "dss-version": "14.3.1" };
const unknownValues = (kind: keyof typeof kinds, values: object) =>
	Object.keys(values).filter((name) => !(name in kinds[kind].values));

/** A server that answers each path with what is set for it, and an unknown one as an old DSS does. */
async function answers(replies: Record<string, unknown>) {
	const clock = virtualClock();
	const server = await httpReceiver((response, { path }) => {
		response.setHeader("date", new Date(clock.now()).toUTCString());
		const reply = replies[path.replace(/^\/public\/api/, "").split("?")[0] as string];
		if (reply === undefined)
			answering(404, "<html></html>", { "content-type": "text/html" })(response, undefined as never);
		else answering(200, JSON.stringify(reply), api)(response, undefined as never);
	});
	return { replies, clock, context: probeContext(`http://127.0.0.1:${server.port}`, { clock }), close: server.close };
}

describe("kernels", () => {
	const KERNELS = { kind: "dss-kernels", idle_after: "12h" } as const;

	test("those that nobody uses are counted, and the longest idle one is named", async () => {
		await using node = await simulatedNode();
		expect((await lookAt(node, KERNELS)).values).toMatchObject({
			kernels: 2,
			busy: 1,
			forgotten: 0,
			oldest: 5 * 3_600,
		});
		await node.simulator.faults.set({ fault: "kernels", count: 30, idle_hours: 13 });
		const { values, seen, facts } = await lookAt(node, KERNELS);
		expect(values).toMatchObject({
			kernels: 32,
			forgotten: 30,
			longest_idle: 13 * 3_600,
			longest_idle_of: "alice: SALES.forgotten_1",
			most_per_user: 31,
			most_user: "alice",
		});
		expect(seen).toBe(
			"32 kernels, 1 busy, 30 forgotten; longest idle: alice: SALES.forgotten_1 for 13 h; most: alice with 31",
		);
		expect(facts).toEqual({ by_user: { alice: 31, bob: 1 } });
		expect(unknownValues("dss-kernels", values)).toEqual([]);
		expect(node.simulator.faults.list()).toHaveLength(1);
	});

	test("replies with less in them count too, and a kernel that was never active idles since its start", async () => {
		const { clock, context, close } = await answers({
			"/admin/notebooks/": [
				{ name: "closed" },
				{ projectKey: "A", name: "n", activeSessions: [{ sessionStartTime: virtualClock().now() - 20 * HOUR_MS }] },
			],
		});
		const { values } = await kinds["dss-kernels"].measure({ kind: "dss-kernels", idle_after: 12 * HOUR_MS }, context);
		expect(values).toMatchObject({ kernels: 1, busy: 0, forgotten: 1, longest_idle_of: "somebody: A.n" });
		await close();
		expect(clock.now()).toBe(virtualClock().now());
	});
});

describe("people", () => {
	const PEOPLE = { kind: "dss-people" } as const;

	test("users, seats, tabs and activity are counted, without their names", async () => {
		await using node = await simulatedNode();
		const { values, facts, seen } = await lookAt(node, PEOPLE);
		expect(values).toMatchObject({
			users: 4,
			enabled: 3,
			connected: 2,
			tabs: 3,
			active: 2,
			active_day: 2,
			active_month: 3,
			dormant: 0,
			failed_logins: 0,
		});
		expect(facts).toEqual({ profiles: { DESIGNER: 2, READER: 1 } });
		expect(seen).toBe("3 of 4 users enabled, 2 connected, 2 active within 15 min, 0 dormant");
		expect(unknownValues("dss-people", values)).toEqual([]);
		await node.simulator.faults.set({ fault: "logins_fail" });
		const failing = await lookAt(node, { ...PEOPLE, dormant_after: "2d" });
		expect(failing.values).toMatchObject({ failed_logins: 3, dormant: 1 });
		expect(JSON.stringify([failing.values, failing.seen])).not.toMatch(/alice|bob/);
	});

	test("a DSS before 10 has no activity, and the other spelling of it is read", async () => {
		const old = await answers({ "/admin/users/": [{ login: "a" }, { login: "b", enabled: false }] });
		const options = { kind: "dss-people", within: HOUR_MS, dormant_after: 24 * HOUR_MS } as const;
		expect((await kinds["dss-people"].measure(options, old.context)).values).toEqual({
			users: 2,
			enabled: 1,
			connected: 0,
			tabs: 0,
			latency: expect.any(Number),
			dss_version: "14.3.1",
		});
		old.replies["/admin/users-activity"] = [{ login: "a", lastLoaded: old.clock.now() - 60_000, lastFailedLogin: 0 }];
		expect((await kinds["dss-people"].measure(options, old.context)).values).toMatchObject({ active: 1, dormant: 0 });
		await old.close();
	});

	test("somebody who got in after a failed try does not count as locked out", async () => {
		const node = await answers({ "/admin/users/": [{ login: "a" }] });
		const now = node.clock.now();
		node.replies["/admin/users-activity"] = [
			{ login: "a", lastFailedLogin: now - 9_000, lastSuccessfulLogin: now - 5_000 },
		];
		const options = { kind: "dss-people", within: HOUR_MS, dormant_after: HOUR_MS } as const;
		expect((await kinds["dss-people"].measure(options, node.context)).values["failed_logins"]).toBe(0);
		await node.close();
	});
});

describe("usage", () => {
	const USAGE = { kind: "dss-usage" } as const;

	test("objects are counted", async () => {
		await using node = await simulatedNode();
		const { values, seen } = await lookAt(node, USAGE);
		const told = (await node.call("/admin/monitoring/global-usage-summary", { key: ADMIN_KEY })).json;
		expect(told.datasets.all).toBeGreaterThan(4);
		expect(values).toMatchObject({
			projects: 2,
			datasets: told.datasets.all,
			recipes: told.recipes.all,
			notebooks: 1,
			scenarios: told.scenarios.all,
			active_scenarios_change: 0,
		});
		expect(seen).toMatch(/^2 projects, \d+ datasets, \d+ recipes, \d+ scenarios \(\d+ active\)$/);
		expect(unknownValues("dss-usage", values)).toEqual([]);
	});

	test("growth is known after a while, and scenarios that were switched off are seen once", async () => {
		const node = await answers({});
		const found = [];
		for (let look = 0; look < 8; look++) {
			node.replies["/admin/monitoring/global-usage-summary"] = {
				projects: 10,
				datasets: { all: 100 + 25 * look },
				scenarios: { all: 30, activeWithTriggers: look < 6 ? 20 : 12 },
			};
			found.push(await kinds["dss-usage"].measure(USAGE, node.context));
			await node.clock.advance(6 * HOUR_MS);
		}
		expect(found.map(({ values }) => values["active_scenarios_change"])).toEqual([0, 0, 0, 0, 0, 0, -8, 0]);
		expect(found[6]?.seen).toContain("(12 active, 8 fewer than before)");
		expect(found[0]?.values["datasets_growth"]).toBeUndefined();
		expect(found[7]?.values).toMatchObject({ datasets_growth: 100, projects_growth: 0, notebooks: 0 });
		await node.close();
	});
});

describe("replies of other versions", () => {
	const KINDS = ["dss-instance", "dss-kernels", "dss-people", "dss-usage", "dss-licence"] as const;
	const REPLIES = {
		"/instance-info": { nodeId: "n", dssStartupTimestamp: "1763000000000" },
		"/admin/notebooks/": [{ activeSessions: [{ sessionStartTime: "1763000000000", kernelLastActivityTime: "0" }] }],
		"/admin/users/": [{ login: "a", activeWebSocketSesssions: "2", creationDate: "1763000000000" }],
		"/admin/users-activity": [{ login: "a", lastLoaded: "1763000000000" }],
		"/admin/monitoring/global-usage-summary": { projects: "3", datasets: { all: "7" } },
		"/admin/licensing/status": {
			base: { valid: true, expiresOn: "1790640000000" },
			limits: { profileLimits: { D: { licensed: { licensedLimit: "30" }, directCount: "24" } } },
		},
	};

	test.each(KINDS)("%s reads numbers that are written as text", async (kind) => {
		const { context, close } = await answers(REPLIES);
		const { values, fault } = await probe(probeOptions.parse({ kind }), context);
		await close();
		expect(fault).toBeUndefined();
		expect(values).toMatchObject(
			{
				"dss-instance": { started: 1_763_000_000 },
				"dss-kernels": { kernels: 1 },
				"dss-people": { tabs: 2 },
				"dss-usage": { projects: 3, datasets: 7 },
				"dss-licence": { seats_used: 0.8 },
			}[kind],
		);
	});

	test.each(KINDS)(
		"%s is not supported where DSS says in its own words that the endpoint is not there",
		async (kind) => {
			const body = { errorType: "com.dataiku.dip.server.controllers.NotFoundException", message: "Not found" };
			const server = await httpReceiver(answering(404, JSON.stringify(body), api));
			const sample = await probe(probeOptions.parse({ kind }), probeContext(`http://127.0.0.1:${server.port}`));
			await server.close();
			expect(sample.fault?.code).toBe("unsupported");
		},
	);
});
