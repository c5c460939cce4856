import { describe, expect, test } from "vitest";
import { createCollector } from "../../src/dispatch/collect.ts";
import type { Decision } from "../../src/dispatch/decision.ts";
import { dispatch, type Plan } from "../../src/dispatch/dispatch.ts";
import type { Alert } from "../../src/model/alert.ts";
import { anAlert, aRoute, aView, firing, HOUR, inactive, SECOND, T0 } from "../support/builders.ts";
import { createListeners } from "../support/listeners.ts";

const PLAN: Plan = {
	routes: [aRoute({ to: ["mail"], group_by: ["instance"], group_wait: 30 * SECOND })],
	maintenance: [],
};
const nobody = () => undefined;
const alertOf = (check: string, state: Alert["state"]) => anAlert(state, { key: `design/${check}` });
const bad = (incident: string) => firing({ incident });

function collecting() {
	const listeners = createListeners();
	return {
		listeners,
		/** Decides about several alerts in one moment. */
		decide(alerts: readonly Alert[], now: number, plan: Plan = PLAN) {
			listeners.hearUntil(now);
			const collector = createCollector(listeners.waiting(now));
			for (const alert of alerts) {
				const decision = dispatch(aView(alert), listeners.told(alert.key), plan, collector.waiting, now);
				collector.add(decision, alert, now);
			}
			const collected = collector.collected();
			listeners.apply({ ...collected, muted: [], outcomes: [] } satisfies Decision);
			return collected;
		},
	};
}

describe("decisions of one moment", () => {
	test("meet in the same message, each with its own disposition", () => {
		const { notifications, told, dispositions } = collecting().decide(
			[alertOf("api", bad("a")), alertOf("job", bad("j"))],
			T0,
		);
		expect(notifications).toHaveLength(1);
		expect(notifications[0]?.alerts.map(({ check }) => check)).toEqual(["api", "job"]);
		expect(told).toHaveLength(2);
		expect(dispositions.map(({ key, outcome, notification }) => [key, outcome, notification])).toEqual([
			["design/api", "queued", notifications[0]?.id],
			["design/job", "queued", notifications[0]?.id],
		]);
	});

	test("do not join a message that another of them has just withdrawn", () => {
		const { decide, listeners } = collecting();
		const [first] = decide([alertOf("api", bad("a"))], T0).notifications;
		const { notifications, cancelled, dispositions } = decide(
			[alertOf("api", inactive()), alertOf("job", bad("j"))],
			T0 + SECOND,
		);
		expect(cancelled).toEqual([first?.id]);
		expect(notifications.map(({ id, alerts }) => [id === first?.id, alerts.map(({ check }) => check)])).toEqual([
			[false, ["job"]],
		]);
		expect(dispositions.map(({ key, outcome }) => [key, outcome])).toEqual([
			["design/api", "withdrawn"],
			["design/job", "queued"],
		]);
		listeners.hearUntil(T0 + HOUR);
		expect(listeners.heard("mail").map(({ alert }) => alert.check)).toEqual(["job"]);
	});

	test("a recovery that has to wait is noted once: when it is decided", () => {
		const { decide } = collecting();
		decide([alertOf("api", bad("a"))], T0);
		const over = decide([alertOf("api", inactive())], T0 + HOUR);
		expect(over.dispositions.map(({ outcome, reason }) => [outcome, reason])).toEqual([["queued", "resolved"]]);
		const ended = decide([alertOf("api", inactive())], T0 + HOUR + 30 * SECOND);
		expect([ended.closed.length, ended.dispositions]).toEqual([1, []]);
	});

	test("nothing collected is nothing", () => {
		expect(createCollector(nobody).collected()).toEqual({
			notifications: [],
			cancelled: [],
			told: [],
			closed: [],
			dispositions: [],
			alerts: [],
		});
	});
});
