import { expect, test } from "vitest";
import { createCollector } from "../../src/dispatch/collect.ts";
import { dispatch } from "../../src/dispatch/dispatch.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { anAlert, aView, firing, inactive, MINUTE, SECOND, T0 } from "../support/builders.ts";

const routes = [
	{ match: {}, to: ["mail"], group_by: ["role"], group_wait: 10 * SECOND, group_interval: 5 * MINUTE, continue: false },
];

/** Alerts that fire, resolve and are told through the real ledger; answers when each message is due and whom it names. */
function play(events: readonly (readonly [at: number, key: string, what: "fires" | "ends"])[]) {
	const ledger = createLedger({ alerts: [], told: [], outbox: [], notes: new Map() });
	for (const [at, key, what] of events) {
		const now = T0 + at;
		const collector = createCollector((...of) => ledger.waiting(...of, now), ledger.lastDue);
		const state = what === "fires" ? firing({ incident: key, since: now, firedAt: now }) : inactive(now);
		const view = aView(anAlert(state, { key, sampledAt: now }), { labels: { role: "design" } });
		const plan = { routes, maintenance: [], lastDue: collector.lastDue };
		collector.add(dispatch(view, ledger.told(key), plan, collector.waiting, now), view.alert, now);
		ledger.apply(collector.collected());
	}
	return [...ledger.unsent()].map(({ notification: { type, dueAt, alerts } }) => [
		type,
		dueAt - T0,
		alerts.map((alert) => alert.key).join(" "),
	]);
}

test("what fires soon after a message of its group waits for the interval, and then shares a message", () => {
	expect(
		play([
			[0, "a/x", "fires"],
			[5 * SECOND, "b/x", "fires"],
			[30 * SECOND, "c/x", "fires"],
			[60 * SECOND, "d/x", "fires"],
		]),
	).toEqual([
		["alert.firing", 10 * SECOND, "a/x b/x"],
		["alert.firing", 10 * SECOND + 5 * MINUTE, "c/x d/x"],
	]);
});

test("after the interval a group begins anew with its wait alone", () => {
	expect(
		play([
			[0, "a/x", "fires"],
			[10 * MINUTE, "b/x", "fires"],
		]),
	).toEqual([
		["alert.firing", 10 * SECOND, "a/x"],
		["alert.firing", 10 * MINUTE + 10 * SECOND, "b/x"],
	]);
});

test("recoveries have an interval of their own: a problem just told does not hold them up", () => {
	expect(
		play([
			[0, "a/x", "fires"],
			[30 * SECOND, "a/x", "ends"],
		]).at(-1),
	).toEqual(["alert.resolved", 40 * SECOND, "a/x"]);
});
