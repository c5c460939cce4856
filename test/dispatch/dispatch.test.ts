import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/dispatch/decision.ts";
import { dispatch, forget, type Plan } from "../../src/dispatch/dispatch.ts";
import type { RouteOptions } from "../../src/dispatch/route.ts";
import type { AlertView } from "../../src/dispatch/view.ts";
import type { Alert } from "../../src/model/alert.ts";
import type { Notification, Told } from "../../src/model/notification.ts";
import {
	anAlert,
	aParent,
	aRoute,
	aView,
	aWindow,
	firing,
	HOUR,
	inactive,
	MINUTE,
	pending,
	recovering,
	SECOND,
	T0,
} from "../support/builders.ts";
import { createListeners, type Listeners } from "../support/listeners.ts";

const KEY = "design/front";
const nobody = () => undefined;

const planOf = (...routes: Partial<RouteOptions>[]): Plan => ({ routes: routes.map(aRoute), maintenance: [] });
const viewOf = (state: Alert["state"], given: Partial<AlertView> = {}, alert: Partial<Alert> = {}) =>
	aView(anAlert(state, { key: KEY, ...alert }), given);

/** What a decision says, in a line for each message and each mute. */
function said({ notifications, cancelled, muted }: Decision): readonly string[] {
	return [
		...notifications.map(
			({ type, channel, alerts, reason }) =>
				`${channel}: ${type} ${alerts.map((one) => `${one.check} ${one.level}`).join(" + ")} (${reason})`,
		),
		...cancelled.map(() => "withdrawn"),
		...muted.map(({ channel, kind }) => `${channel} is not told: ${kind}`),
	];
}

/** Decides at a moment for somebody who applies every decision, as the pipeline does. */
function at(listeners: Listeners, view: AlertView, plan: Plan, now: number): Decision {
	listeners.hearUntil(now);
	const decision = dispatch(view, listeners.told(view.alert.key), plan, listeners.waiting(now), now);
	listeners.apply(decision);
	return decision;
}

describe("one alert, one channel", () => {
	const plan = planOf({ to: ["mail"] });

	test.each<[string, Alert["state"]]>([
		["inactive", inactive()],
		["pending", pending(2)],
		["recovering", recovering()],
	])("%s and never told: nothing", (_, state) => {
		expect(dispatch(viewOf(state), [], plan, nobody, T0)).toEqual({
			notifications: [],
			cancelled: [],
			told: [],
			closed: [],
			muted: [],
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

describe("muted", () => {
	const window = aWindow({ match: { check: "front" } });
	const plan: Plan = { ...planOf({ to: ["mail"], repeat_every: HOUR }), maintenance: [window] };
	const afterwards = T0 + 2 * HOUR;

	test("in maintenance nobody is told; woken at its end, what lasts is told", () => {
		const listeners = createListeners();
		const quiet = at(listeners, viewOf(firing()), plan, T0);
		expect(said(quiet)).toEqual(["mail is not told: maintenance"]);
		expect(quiet.muted[0]?.until).toBe(afterwards);
		expect(quiet.wakeAt).toBe(afterwards);
		expect(said(at(listeners, viewOf(firing()), plan, afterwards))).toEqual([
			"mail: alert.firing front critical (fired)",
		]);
	});

	test("what began and ended in maintenance is never told", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), plan, T0);
		expect(said(at(listeners, viewOf(inactive()), plan, T0 + MINUTE))).toEqual([]);
		expect(said(at(listeners, viewOf(inactive()), plan, afterwards))).toEqual([]);
	});

	test("an end of maintenance in the middle of a recovery tells nothing: the state is not firm", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), plan, T0);
		expect(said(at(listeners, viewOf(recovering()), plan, afterwards))).toEqual([]);
		expect(said(at(listeners, viewOf(inactive()), plan, afterwards + MINUTE))).toEqual([]);
	});

	test("what was told before is not reminded of nor said to be worse, but its end is told at once", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing({ level: "warning" })), plan, T0 - MINUTE);
		expect(said(at(listeners, viewOf(firing()), plan, T0))).toEqual(["mail is not told: maintenance"]);
		expect(said(at(listeners, viewOf(inactive()), plan, T0 + MINUTE))).toEqual([
			"mail: alert.resolved front warning (resolved)",
		]);
	});

	test("what was told before and lasts is not told anew when maintenance ends", () => {
		const listeners = createListeners();
		const once = { ...plan, routes: planOf({ to: ["mail"] }).routes };
		at(listeners, viewOf(firing()), once, T0 - HOUR);
		expect(said(at(listeners, viewOf(firing()), once, T0))).toEqual([]);
		expect(said(at(listeners, viewOf(firing()), once, afterwards))).toEqual([]);
	});

	test("under a parent that fires: quiet without an end of its own; recoveries get through", () => {
		const parents = [aParent(anAlert(firing({ incident: "p" }), { key: "design/nginx", sampledAt: T0 }))];
		const open = planOf({ to: ["mail"] });
		const listeners = createListeners();
		const quiet = at(listeners, viewOf(firing(), { parents }), open, T0);
		expect(said(quiet)).toEqual(["mail is not told: parent"]);
		expect(quiet.wakeAt).toBeUndefined();
		expect(said(at(listeners, viewOf(firing()), open, T0 + MINUTE))).toEqual([
			"mail: alert.firing front critical (fired)",
		]);
		expect(said(at(listeners, viewOf(inactive(), { parents }), open, T0 + HOUR))).toEqual([
			"mail: alert.resolved front critical (resolved)",
		]);
	});

	test("while a parent is unsure: woken at the bound, and then told", () => {
		const parents = [aParent(anAlert(pending(1), { key: "design/nginx", sampledAt: T0 }), 20 * SECOND)];
		const listeners = createListeners();
		const open = planOf({ to: ["mail"] });
		expect(at(listeners, viewOf(firing(), { parents }), open, T0).wakeAt).toBe(T0 + 20 * SECOND);
		expect(said(at(listeners, viewOf(firing(), { parents }), open, T0 + 20 * SECOND))).toHaveLength(1);
	});
});

describe("a recovery finds the channel that heard of the problem", () => {
	test("after the routes changed: the old channel hears the end, the new one the problem while it lasts", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), planOf({ to: ["mail"] }), T0);
		const moved = planOf({ to: ["pager"] });
		expect(said(at(listeners, viewOf(firing()), moved, T0 + MINUTE))).toEqual([
			"pager: alert.firing front critical (fired)",
		]);
		expect(said(at(listeners, viewOf(inactive()), moved, T0 + HOUR))).toEqual([
			"mail: alert.resolved front critical (resolved)",
			"pager: alert.resolved front critical (resolved)",
		]);
	});

	test("after all routes are gone", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), planOf({ to: ["mail"] }), T0);
		expect(said(at(listeners, viewOf(inactive()), planOf(), T0 + HOUR))).toHaveLength(1);
	});

	test("after the alert got a new incident meanwhile: first the old end, then the new beginning", () => {
		const listeners = createListeners();
		const plan = planOf({ to: ["mail"] });
		at(listeners, viewOf(firing()), plan, T0);
		const next = at(
			listeners,
			viewOf(firing({ incident: "i2", since: T0 + HOUR, firedAt: T0 + HOUR })),
			plan,
			T0 + HOUR,
		);
		expect(said(next)).toEqual([
			"mail: alert.resolved front critical (resolved)",
			"mail: alert.firing front critical (fired)",
		]);
		listeners.hearUntil(T0 + HOUR);
		expect(listeners.heard("mail").map(({ alert }) => [alert.incident, alert.state])).toEqual([
			["i1", "firing"],
			["i1", "resolved"],
			["i2", "firing"],
		]);
		expect(listeners.told(KEY).map(({ alert }) => alert.incident)).toEqual(["i2"]);
	});

	test("when the check is no longer watched", () => {
		const listeners = createListeners();
		at(listeners, viewOf(firing()), planOf({ to: ["mail", "pager"] }), T0);
		const gone = forget(listeners.told(KEY), listeners.waiting(T0 + HOUR), T0 + HOUR);
		expect(said(gone)).toEqual([
			"mail: alert.resolved front critical (removed from the configuration)",
			"pager: alert.resolved front critical (removed from the configuration)",
		]);
		expect(gone.notifications[0]?.alerts[0]).toMatchObject({
			state: "resolved",
			resolvedAt: T0 + HOUR,
			summary: "no longer watched: removed from the configuration",
		});
		expect(gone.closed).toHaveLength(2);
		expect(forget([], nobody, T0)).toMatchObject({ notifications: [], closed: [] });
	});
});

describe("a group", () => {
	const plan = planOf({ to: ["mail"], group_by: ["instance"], group_wait: 30 * SECOND });
	const of = (check: string, state: Alert["state"]) => aView(anAlert(state, { key: `design/${check}` }));
	const bad = (incident: string, level: "warning" | "critical" = "critical") => firing({ incident, level });

	test("alerts that are due together share one message with the worst severity; the first decides when", () => {
		const listeners = createListeners();
		at(listeners, of("api", bad("a", "warning")), plan, T0);
		const joined = at(listeners, of("job", bad("j")), plan, T0 + 20 * SECOND);
		expect(said(joined)).toEqual(["mail: alert.firing api warning + job critical (fired)"]);
		expect(joined.notifications[0]).toMatchObject({ severity: "critical", createdAt: T0, dueAt: T0 + 30 * SECOND });
		expect(joined.told[0]).toMatchObject({ at: T0 + 30 * SECOND });
	});

	test("what comes when the message is due begins another", () => {
		const listeners = createListeners();
		const first = at(listeners, of("api", bad("a")), plan, T0).notifications[0];
		const second = at(listeners, of("job", bad("j")), plan, T0 + 30 * SECOND).notifications[0];
		expect(second?.id).not.toBe(first?.id);
		expect(second?.dueAt).toBe(T0 + 60 * SECOND);
	});

	test("other groups, channels and kinds of message are not mixed", () => {
		const listeners = createListeners();
		at(listeners, of("api", bad("a")), plan, T0);
		expect(said(at(listeners, aView(anAlert(bad("x"), { key: "auto/api" })), plan, T0 + 1))).toEqual([
			"mail: alert.firing api critical (fired)",
		]);
	});

	test("who is over before it is due leaves; the last one takes the message along, and nobody hears anything", () => {
		const listeners = createListeners();
		at(listeners, of("api", bad("a")), plan, T0);
		at(listeners, of("job", bad("j", "warning")), plan, T0 + SECOND);
		const left = at(listeners, of("api", inactive()), plan, T0 + 2 * SECOND);
		expect(said(left)).toEqual(["mail: alert.firing job warning (fired)", "mail is not told: waiting"]);
		expect(left.notifications[0]?.severity).toBe("warning");
		const last = at(listeners, of("job", inactive()), plan, T0 + 3 * SECOND);
		expect(said(last)).toEqual(["withdrawn", "mail is not told: waiting"]);
		listeners.hearUntil(T0 + HOUR);
		expect(listeners.heard("mail")).toEqual([]);
		expect([...listeners.told("design/api"), ...listeners.told("design/job")]).toEqual([]);
	});

	test("what gets worse before it is due is corrected in its place", () => {
		const listeners = createListeners();
		at(listeners, of("api", bad("a", "warning")), plan, T0);
		expect(said(at(listeners, of("api", bad("a")), plan, T0 + SECOND))).toEqual([
			"mail: alert.firing api critical (fired)",
		]);
		listeners.hearUntil(T0 + HOUR);
		expect(listeners.heard("mail").map(({ alert }) => alert.level)).toEqual(["critical"]);
	});

	test("what gets worse does not wait for a slower message: it leaves that one and goes at once", () => {
		const urgent = planOf(
			{ match: { severity: "critical" }, to: ["mail"] },
			{ to: ["mail"], group_wait: 5 * MINUTE, group_by: ["instance"] },
		);
		const listeners = createListeners();
		at(listeners, of("api", bad("a", "warning")), urgent, T0);
		const now = at(listeners, of("api", bad("a")), urgent, T0 + SECOND);
		expect(said(now)).toEqual(["mail: alert.firing api critical (got worse)", "withdrawn"]);
		expect(now.notifications[0]?.dueAt).toBe(T0 + SECOND);
	});

	test("news that is withdrawn does not take back what was heard before: the end is still owed", () => {
		const listeners = createListeners();
		at(listeners, of("api", bad("a", "warning")), plan, T0);
		const worse = at(listeners, of("api", bad("a")), plan, T0 + MINUTE);
		expect(worse.told[0]).toMatchObject({ heard: true, at: T0 + MINUTE + 30 * SECOND });
		expect(said(at(listeners, of("api", inactive()), plan, T0 + MINUTE + SECOND))).toEqual([
			"mail: alert.resolved api critical (resolved)",
			"withdrawn",
		]);
		listeners.hearUntil(T0 + HOUR);
		expect(listeners.heard("mail").map(({ alert }) => `${alert.level} ${alert.state}`)).toEqual([
			"warning firing",
			"critical resolved",
		]);
	});

	test("a reminder that is waiting when all is over does not come after the end", () => {
		const repeating = planOf({ to: ["mail"], group_by: ["instance"], group_wait: 30 * SECOND, repeat_every: HOUR });
		const listeners = createListeners();
		at(listeners, of("api", bad("a")), repeating, T0);
		at(listeners, of("job", bad("j")), repeating, T0);
		const due = T0 + 30 * SECOND + HOUR;
		at(listeners, of("job", inactive()), repeating, due);
		at(listeners, of("api", bad("a")), repeating, due + SECOND);
		at(listeners, of("api", inactive()), repeating, due + 2 * SECOND);
		listeners.hearUntil(due + HOUR);
		expect(listeners.heard("mail", "design/api").map(({ type }) => type)).toEqual(["alert.firing", "alert.resolved"]);
		expect(listeners.heard("mail").filter(({ at }) => at === due + 30 * SECOND)).toHaveLength(2);
	});

	test("recoveries gather, too; the ledger keeps their entries until they are due, and wakes then", () => {
		const listeners = createListeners();
		at(listeners, of("api", bad("a")), plan, T0);
		at(listeners, of("job", bad("j")), plan, T0);
		const first = at(listeners, of("api", inactive()), plan, T0 + HOUR);
		expect(first.wakeAt).toBe(T0 + HOUR + 30 * SECOND);
		expect(first.told[0]).toMatchObject({ overAt: T0 + HOUR + 30 * SECOND });
		expect(said(at(listeners, of("job", inactive()), plan, T0 + HOUR + SECOND))).toEqual([
			"mail: alert.resolved api critical + job critical (resolved)",
		]);
		const early = at(listeners, of("api", inactive()), plan, T0 + HOUR + 2 * SECOND);
		expect([said(early), early.wakeAt]).toEqual([[], T0 + HOUR + 30 * SECOND]);
		const end = at(listeners, of("api", inactive()), plan, T0 + HOUR + 30 * SECOND);
		expect([said(end), end.closed.length, end.wakeAt]).toEqual([[], 1, undefined]);
	});

	test("a new incident does not overtake the end of the old one by joining an earlier message", () => {
		const listeners = createListeners();
		at(listeners, of("api", bad("a1")), plan, T0);
		at(listeners, of("job", bad("j")), plan, T0 + HOUR);
		at(listeners, of("api", inactive()), plan, T0 + HOUR + 10 * SECOND);
		const again = firing({ incident: "a2", since: T0 + HOUR, firedAt: T0 + HOUR + 20 * SECOND });
		at(listeners, of("api", again), plan, T0 + HOUR + 20 * SECOND);
		listeners.hearUntil(T0 + 2 * HOUR);
		expect(listeners.heard("mail", "design/api").map(({ alert }) => `${alert.incident} ${alert.state}`)).toEqual([
			"a1 firing",
			"a1 resolved",
			"a2 firing",
		]);
	});

	test("nor by a route that waits less since the configuration changed", () => {
		const listeners = createListeners();
		at(listeners, of("api", bad("a1")), plan, T0);
		at(listeners, of("api", inactive()), plan, T0 + HOUR);
		const again = firing({ incident: "a2", since: T0 + HOUR, firedAt: T0 + HOUR });
		const decision = at(listeners, of("api", again), planOf({ to: ["mail"] }), T0 + HOUR + SECOND);
		expect(decision.notifications[0]?.dueAt).toBeGreaterThan(T0 + HOUR + 30 * SECOND);
	});

	test("an alert is not told as new for a message that waits, even if the whole question comes from a restart", () => {
		const listeners = createListeners();
		at(listeners, of("api", bad("a")), plan, T0);
		const told = JSON.parse(JSON.stringify(listeners.told("design/api"))) as Told[];
		expect(said(dispatch(of("api", bad("a")), told, plan, listeners.waiting(T0 + 1), T0 + 1))).toEqual([]);
	});
});
