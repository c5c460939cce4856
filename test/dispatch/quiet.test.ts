import { describe, expect, test } from "vitest";
import { forget, type Plan } from "../../src/dispatch/dispatch.ts";
import {
	anAlert,
	aParent,
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
import { at, KEY, planOf, said, viewOf } from "../support/decisions.ts";
import { createListeners } from "../support/listeners.ts";

const nobody = () => undefined;

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
