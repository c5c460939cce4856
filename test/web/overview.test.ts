import { expect, test } from "vitest";
import type { AlertState } from "../../src/model/alert.ts";
import { moodOf, overviewOf } from "../../src/web/overview.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { checkView, firing, statusView } from "../support/web-view.ts";

const pending: AlertState = { phase: "pending", since: MONDAY_MORNING, level: "critical", bad: 1 };
const recovering: AlertState = { ...firing("critical", 60_000), phase: "recovering", good: 1 } as AlertState;
const fresh = checkView("design/new", undefined, undefined, {});
const { alert: _alert, ...unseen } = fresh;

test.each([
	["nothing", {}, "waiting", "Nothing is watched yet"],
	["one fine check", { design: [checkView("design/a")] }, "ok", "The one check is fine"],
	["fine checks", { design: [checkView("design/a"), checkView("design/b")] }, "ok", "All 2 checks are fine"],
	[
		"a check that has not run",
		{ design: [checkView("design/a"), unseen] },
		"waiting",
		"Waiting for the first look: 1 of 2 checks is still new",
	],
	[
		"a pending check",
		{ design: [checkView("design/a"), checkView("design/b", pending, "backend_down")] },
		"pending",
		"Nothing is firing; 1 of 2 checks is bad, but not yet often enough to tell anyone",
	],
	["a recovering check", { design: [checkView("design/a", recovering)] }, "recovering", "1 of 1 check is recovering"],
	[
		"a stale check",
		{ design: [checkView("design/a", undefined, undefined, { isStale: true })] },
		"stale",
		"Nothing is firing; 1 of 1 check is without a fresh sample",
	],
	[
		"two checks with one culprit and one with another",
		{
			design: [
				checkView("design/a", firing("warning", 60_000), "backend_down"),
				checkView("design/b", firing("critical", 30_000), "backend_down"),
			],
			api: [checkView("api/a", firing("critical", 90_000), "host_unreachable"), checkView("api/b", pending)],
		},
		"critical",
		"3 of 4 checks are firing: api: host unreachable; design: nginx up, DSS backend down or starting",
	],
	[
		"more culprits than fit",
		Object.fromEntries(
			["a", "b", "c", "d", "e"].map((name) => [
				name,
				[checkView(`${name}/x`, firing("unknown", 60_000), "prober_bug")],
			]),
		),
		"unknown",
		"5 of 5 checks are firing: a: the prober made a mistake; b: the prober made a mistake; c: the prober made a mistake; and 2 more",
	],
])("the headline for %s", (_name, instances, mood, headline) => {
	expect(overviewOf(statusView(instances))).toMatchObject({ mood, headline });
});

test("open incidents come worst first, then oldest", () => {
	const status = statusView({
		design: [
			checkView("design/warning", firing("warning", 900_000)),
			checkView("design/young", firing("critical", 1_000)),
			checkView("design/old", firing("critical", 9_000)),
			checkView("design/fine"),
		],
	});
	expect(overviewOf(status).open.map(({ check }) => check.name)).toEqual(["old", "young", "warning"]);
});

test("a firing check keeps its level although its samples stopped coming", () => {
	expect(moodOf(checkView("design/a", firing("critical", 1_000), undefined, { isStale: true }))).toBe("critical");
});
