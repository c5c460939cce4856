import { describe, expect, test } from "vitest";
import type { RouteOptions } from "../../src/dispatch/route.ts";
import { routeOptions } from "../../src/dispatch/route.ts";
import { targetsFor } from "../../src/dispatch/targets.ts";
import { aRoute, HOUR, MINUTE, SECOND } from "../support/builders.ts";

const LABELS = { severity: "critical", instance: "design", check: "get-configuration", env: "prod" };
const channels = (routes: readonly RouteOptions[], labels: Readonly<Record<string, string>> = LABELS) =>
	targetsFor(routes, labels).map(({ channel }) => channel);

describe("the route tree", () => {
	test("the first route that matches wins", () => {
		const routes = [aRoute({ match: { severity: "critical" }, to: ["pager"] }), aRoute({ to: ["mail"] })];
		expect(channels(routes)).toEqual(["pager"]);
		expect(channels(routes, { ...LABELS, severity: "warning" })).toEqual(["mail"]);
	});

	test("no route, nobody", () => {
		expect(channels([])).toEqual([]);
		expect(channels([aRoute({ match: { env: "test" }, to: ["mail"] })])).toEqual([]);
	});

	test("a route that continues lets the next one match, too", () => {
		const routes = [aRoute({ to: ["log"], continue: true }), aRoute({ to: ["mail"] }), aRoute({ to: ["never"] })];
		expect(channels(routes)).toEqual(["log", "mail"]);
	});

	test("narrower routes are tried before their own, which speaks only where none of them matches", () => {
		const routes = [aRoute({ to: ["mail"], routes: [aRoute({ match: { env: "prod" }, to: ["pager"] })] })];
		expect(channels(routes)).toEqual(["pager"]);
		expect(channels(routes, { ...LABELS, env: "test" })).toEqual(["mail"]);
	});

	test("a narrower route that continues looks at its siblings, not at the route above", () => {
		const inner = [aRoute({ to: ["a"], continue: true }), aRoute({ to: ["b"] }), aRoute({ to: ["c"] })];
		expect(channels([aRoute({ to: ["above"], routes: inner }), aRoute({ to: ["next"] })])).toEqual(["a", "b"]);
	});

	test("routes that continue above and below add up", () => {
		const inner = [aRoute({ to: ["a"], continue: true })];
		expect(channels([aRoute({ to: ["above"], continue: true, routes: inner }), aRoute({ to: ["next"] })])).toEqual([
			"a",
			"next",
		]);
	});

	test("terms are inherited through every level and replaced one by one", () => {
		const routes = [
			aRoute({
				to: ["mail"],
				group_by: ["instance"],
				group_wait: 5 * SECOND,
				repeat_every: 4 * HOUR,
				escalate: [{ after: 30 * MINUTE, to: ["boss"] }],
				routes: [aRoute({ routes: [aRoute({ to: ["pager"], repeat_every: HOUR })] })],
			}),
		];
		const terms = { group: "instance=design", groupWaitMs: 5 * SECOND, repeatEveryMs: HOUR };
		expect(targetsFor(routes, LABELS)).toEqual([
			{ channel: "pager", afterMs: 0, ...terms },
			{ channel: "boss", afterMs: 30 * MINUTE, ...terms },
		]);
	});

	test("an empty escalation below takes back the one above", () => {
		const above = { to: ["mail"], escalate: [{ after: MINUTE, to: ["boss"] }] };
		expect(channels([aRoute({ ...above, routes: [aRoute({ escalate: [] })] })])).toEqual(["mail"]);
	});
});

describe("a channel that is named twice", () => {
	test("by a step and a later one keeps the earlier", () => {
		const route = aRoute({
			to: ["mail"],
			escalate: [
				{ after: MINUTE, to: ["mail", "boss"] },
				{ after: HOUR, to: ["boss"] },
			],
		});
		expect(targetsFor([route], LABELS).map(({ channel, afterMs }) => [channel, afterMs])).toEqual([
			["mail", 0],
			["boss", MINUTE],
		]);
	});

	test("by two routes keeps the earlier step, with the terms of the route that has it", () => {
		const routes = [
			aRoute({ to: ["log"], escalate: [{ after: HOUR, to: ["mail"] }], continue: true }),
			aRoute({ to: ["mail"], repeat_every: MINUTE }),
		];
		expect(targetsFor(routes, LABELS).find(({ channel }) => channel === "mail")).toMatchObject({
			afterMs: 0,
			repeatEveryMs: MINUTE,
		});
	});
});

describe("a group", () => {
	const groupOf = (route: Partial<RouteOptions>) => targetsFor([aRoute({ to: ["mail"], ...route })], LABELS)[0];

	test.each<[Partial<RouteOptions>, string, number]>([
		[{}, "", 0],
		[{ group_by: [] }, "", 0],
		[{ group_wait: MINUTE }, "", MINUTE],
		[{ group_by: ["instance"] }, "instance=design", 10 * SECOND],
		[{ group_by: ["instance"], group_wait: 0 }, "instance=design", 0],
		[{ group_by: ["env", "instance"], group_wait: MINUTE }, "env=prod,instance=design", MINUTE],
		[{ group_by: ["rack"] }, "rack=", 10 * SECOND],
	])("%j is %j and waits %d ms", (route, group, groupWaitMs) => {
		expect(groupOf(route)).toMatchObject({ group, groupWaitMs });
	});
});

test("the options read the tree of the documentation", () => {
	const route = routeOptions.parse({
		match: { severity: ["critical"] },
		to: ["pager"],
		group_by: ["instance"],
		group_wait: "10s",
		repeat_every: "4h",
		escalate: [{ after: "30m", to: ["ops-mail"] }],
		routes: [{ match: { env: "test" }, to: ["mail"] }],
	});
	expect(targetsFor([route], LABELS)).toEqual([
		{ channel: "pager", afterMs: 0, group: "instance=design", groupWaitMs: 10 * SECOND, repeatEveryMs: 4 * HOUR },
		{
			channel: "ops-mail",
			afterMs: 30 * MINUTE,
			group: "instance=design",
			groupWaitMs: 10 * SECOND,
			repeatEveryMs: 4 * HOUR,
		},
	]);
});
