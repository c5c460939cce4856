import { describe, expect, test } from "vitest";
import { dispatch } from "../../src/dispatch/dispatch.ts";
import type { Alert } from "../../src/model/alert.ts";
import type { Notification } from "../../src/model/notification.ts";
import { firing, HOUR, inactive, MINUTE, pending, recovering, SECOND, T0 } from "../support/builders.ts";
import { at, KEY, planOf, said, viewOf } from "../support/decisions.ts";
import { createListeners } from "../support/listeners.ts";

const nobody = () => undefined;

describe("one alert, one channel", () => {
	const plan = planOf({ to: ["mail"] });

	const nothing = { notifications: [], cancelled: [], told: [], closed: [], muted: [], outcomes: [] };

	test.each<[string, Alert["state"]]>([
		["inactive", inactive()],
		["pending", pending(2)],
	])("%s and never told: nothing", (_, state) => {
		expect(dispatch(viewOf(state), [], plan, nobody, T0)).toEqual(nothing);
	});

	test("recovering and never told: nothing yet", () => {
		const reason = "just recovering: told if it is bad again";
		expect(dispatch(viewOf(recovering()), [], plan, nobody, T0)).toEqual({
			...nothing,
			outcomes: [{ channel: "mail", incident: "i1", outcome: "deferred", reason }],
		});
	});

	test("firing: told at once, and remembered with all that its recovery needs", () => {
		const decision = dispatch(viewOf(firing(), { runbook: "https://wiki/x" }), [], plan, nobody, T0 + 5);
		expect(said(decision)).toEqual(["mail: alert.firing front critical (fired)"]);
		const [message] = decision.notifications as [Notification];
		expect(message).toMatchObject({ group: "", severity: "critical", createdAt: T0 + 5, dueAt: T0 + 5 });
		expect(message.alerts[0]).toMatchObject({
			key: KEY,
			incident: "i1",
			state: "firing",
			cause: { code: "backend_down" },
			since: T0,
			labels: { instance: "design", check: "front", severity: "critical" },
			runbook: "https://wiki/x",
		});
		expect(decision.told).toEqual([
			{ channel: "mail", alert: message.alerts[0], notification: message.id, at: T0 + 5, group: "", groupWaitMs: 0 },
		]);
		expect(decision.wakeAt).toBeUndefined();
	});

	test("told already: nothing more, while it fires, eases, recovers and relapses", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), plan, T0);
		for (const state of [firing(), firing({ level: "warning" }), recovering(), firing()]) {
			expect(said(at(listeners, viewOf(state), plan, T0 + HOUR))).toEqual([]);
		}
	});

	test("worsened: told again; eased and back: not again", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing({ level: "warning" })), plan, T0);
		expect(said(at(listeners, viewOf(firing()), plan, T0 + MINUTE))).toEqual([
			"mail: alert.firing front critical (got worse)",
		]);
		expect(said(at(listeners, viewOf(firing({ level: "warning" })), plan, T0 + 2 * MINUTE))).toEqual([]);
		expect(said(at(listeners, viewOf(firing()), plan, T0 + 3 * MINUTE))).toEqual([]);
	});

	test("what was unknown and turns out to be bad has got worse", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing({ level: "unknown" })), plan, T0);
		expect(said(at(listeners, viewOf(firing({ level: "warning" })), plan, T0 + MINUTE))).toEqual([
			"mail: alert.firing front warning (got worse)",
		]);
	});

	test("resolved: told once, with what it was and what is seen now", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), plan, T0);
		const over = at(
			listeners,
			viewOf(inactive(T0 + HOUR), {}, { summary: "HTTP 200 in 30 ms" }),
			plan,
			T0 + HOUR + SECOND,
		);
		expect(said(over)).toEqual(["mail: alert.resolved front critical (resolved)"]);
		expect(over.notifications[0]?.alerts[0]).toMatchObject({
			state: "resolved",
			resolvedAt: T0 + HOUR,
			since: T0,
			cause: { code: "backend_down" },
			summary: "HTTP 200 in 30 ms",
			failed: [],
		});
		expect(over.closed).toHaveLength(1);
		expect(said(at(listeners, viewOf(inactive(T0 + HOUR)), plan, T0 + HOUR + MINUTE))).toEqual([]);
	});

	test("a severity label of the user's own decides the route and stands in the message", () => {
		const view = viewOf(firing(), { labels: { severity: "page" } });
		const plan = planOf({ match: { severity: "page" }, to: ["pager"] }, { to: ["mail"] });
		const decision = dispatch(view, [], plan, nobody, T0);
		expect(decision.notifications.map(({ channel, severity }) => [channel, severity])).toEqual([["pager", "page"]]);
	});

	test("firing a moment from now, because the clock was set back: told all the same", () => {
		expect(said(dispatch(viewOf(firing()), [], plan, nobody, T0 - HOUR))).toHaveLength(1);
	});

	test("nobody whom no route names", () => {
		expect(
			said(dispatch(viewOf(firing()), [], planOf({ match: { instance: "auto" }, to: ["mail"] }), nobody, T0)),
		).toEqual([]);
	});

	test("the same question has the same answer, with the same ids; another channel or moment has others", () => {
		const ask = (channel: string, now: number) =>
			dispatch(viewOf(firing()), [], planOf({ to: [channel] }), nobody, now);
		expect(ask("mail", T0)).toEqual(ask("mail", T0));
		const ids = [ask("mail", T0), ask("pager", T0), ask("mail", T0 + 1)].map(
			({ notifications }) => notifications[0]?.id,
		);
		expect(new Set(ids).size).toBe(3);
	});
});

describe("repeating", () => {
	const plan = planOf({ to: ["mail"], repeat_every: HOUR });

	test("wakes when the first reminder is due, reminds then, and wakes for the next", () => {
		const listeners = createListeners();
		expect(at(listeners, viewOf(firing()), plan, T0).wakeAt).toBe(T0 + HOUR);
		const early = at(listeners, viewOf(firing()), plan, T0 + HOUR - 1);
		expect([said(early), early.wakeAt]).toEqual([[], T0 + HOUR]);
		const due = at(listeners, viewOf(firing()), plan, T0 + HOUR);
		expect(said(due)).toEqual(["mail: alert.reminder front critical (repeat interval elapsed)"]);
		expect(due.wakeAt).toBe(T0 + 2 * HOUR);
	});

	test("counts anew from the moment it got worse", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing({ level: "warning" })), plan, T0);
		expect(at(listeners, viewOf(firing()), plan, T0 + MINUTE).wakeAt).toBe(T0 + MINUTE + HOUR);
	});

	test("a group's wait is part of the interval: it counts from when the message leaves", () => {
		const grouped = planOf({ to: ["mail"], repeat_every: HOUR, group_by: ["instance"], group_wait: MINUTE });
		expect(at(createListeners(), viewOf(firing()), grouped, T0).wakeAt).toBe(T0 + MINUTE + HOUR);
	});

	test("says nothing while it recovers, and catches up after a relapse", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), plan, T0);
		const unsure = at(listeners, viewOf(recovering()), plan, T0 + HOUR);
		expect([said(unsure), unsure.wakeAt]).toEqual([[], undefined]);
		expect(said(at(listeners, viewOf(firing()), plan, T0 + HOUR + MINUTE))).toEqual([
			"mail: alert.reminder front critical (repeat interval elapsed)",
		]);
	});

	test("a reminder tells the level of the moment, after which worse is worse again", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), plan, T0);
		expect(said(at(listeners, viewOf(firing({ level: "warning" })), plan, T0 + HOUR))[0]).toContain(
			"reminder front warning",
		);
		expect(said(at(listeners, viewOf(firing()), plan, T0 + HOUR + MINUTE))[0]).toContain("critical (got worse)");
	});
});

describe("escalating", () => {
	const plan = planOf({
		to: ["mail"],
		escalate: [
			{ after: 30 * MINUTE, to: ["boss"] },
			{ after: HOUR, to: ["boss", "ceo"] },
		],
	});

	test("wakes for each step and tells each channel once", () => {
		const listeners = createListeners();
		expect(at(listeners, viewOf(firing()), plan, T0).wakeAt).toBe(T0 + 30 * MINUTE);
		const first = at(listeners, viewOf(firing()), plan, T0 + 30 * MINUTE);
		expect(said(first)).toEqual(["boss: alert.escalated front critical (not resolved in time)"]);
		expect(first.wakeAt).toBe(T0 + HOUR);
		const second = at(listeners, viewOf(firing()), plan, T0 + HOUR);
		expect(said(second)).toEqual(["ceo: alert.escalated front critical (not resolved in time)"]);
		expect(second.wakeAt).toBeUndefined();
	});

	test("what is over is told to those who heard of it, and to nobody else", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), plan, T0);
		at(listeners, viewOf(firing()), plan, T0 + 30 * MINUTE);
		expect(said(at(listeners, viewOf(inactive(T0 + 40 * MINUTE)), plan, T0 + 41 * MINUTE))).toEqual([
			"mail: alert.resolved front critical (resolved)",
			"boss: alert.resolved front critical (resolved)",
		]);
	});

	test("not while it recovers", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), plan, T0);
		expect(said(at(listeners, viewOf(recovering()), plan, T0 + HOUR))).toEqual([]);
	});
});
