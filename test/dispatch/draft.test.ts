import { describe, expect, test } from "vitest";
import { dispatch } from "../../src/dispatch/dispatch.ts";
import type { Alert } from "../../src/model/alert.ts";
import type { Told } from "../../src/model/notification.ts";
import { anAlert, aView, firing, HOUR, inactive, MINUTE, SECOND, T0 } from "../support/builders.ts";
import { at, planOf, said } from "../support/decisions.ts";
import { createListeners } from "../support/listeners.ts";

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
		expect(said(left)).toEqual([
			"mail: alert.firing job warning (fired)",
			"mail is not told: over before its group was due",
		]);
		expect(left.notifications[0]?.severity).toBe("warning");
		const last = at(listeners, of("job", inactive()), plan, T0 + 3 * SECOND);
		expect(said(last)).toEqual(["withdrawn", "mail is not told: over before its group was due"]);
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

	test("what was corrected can still leave, although its level now names another group", () => {
		const bySeverity = planOf({ to: ["mail"], group_by: ["severity"], group_wait: 30 * SECOND });
		const listeners = createListeners();
		at(listeners, of("api", bad("a", "warning")), bySeverity, T0);
		at(listeners, of("api", bad("a")), bySeverity, T0 + SECOND);
		expect(said(at(listeners, of("api", inactive()), bySeverity, T0 + 2 * SECOND))).toEqual([
			"withdrawn",
			"mail is not told: over before its group was due",
		]);
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
