import { expect, test } from "vitest";
import { anAlert, aView, firing, inactive, MINUTE, SECOND, T0 } from "../support/builders.ts";
import { at, planOf, said } from "../support/decisions.ts";
import { createListeners } from "../support/listeners.ts";

const plan = planOf({ to: ["mail"], repeat_every: 10 * MINUTE });
const of = (state: Parameters<typeof anAlert>[0]) => aView(anAlert(state, { key: "design/api" }));
const bad = firing({ incident: "a", level: "critical" });

/** The problem was told, and never arrived. */
function undelivered() {
	const listeners = createListeners();
	at(listeners, of(bad), plan, T0);
	listeners.hearUntil(T0 + SECOND);
	const [entry] = listeners.told("design/api");
	if (!entry) throw new Error("nothing was told");
	const lost = { ...entry, undelivered: "refused: HTTP 404" };
	listeners.apply({ notifications: [], cancelled: [], told: [lost], closed: [], muted: [], outcomes: [] });
	return listeners;
}

test("the recovery of a problem that never arrived carries the reason", () => {
	const over = at(undelivered(), of(inactive()), plan, T0 + MINUTE);
	expect(said(over)).toEqual(["mail: alert.resolved api critical (resolved)"]);
	expect(over.notifications[0]?.alerts[0]?.undelivered).toBe("refused: HTTP 404");
});

test("once a reminder has told of the problem, the recovery is an ordinary one", () => {
	const listeners = undelivered();
	const reminder = at(listeners, of(bad), plan, T0 + 10 * MINUTE);
	expect(said(reminder)).toEqual(["mail: alert.reminder api critical (repeat interval elapsed)"]);
	expect(reminder.told[0]).not.toHaveProperty("heard");
	listeners.hearUntil(T0 + 11 * MINUTE);
	const over = at(listeners, of(inactive()), plan, T0 + 12 * MINUTE);
	expect(over.notifications[0]?.alerts[0]).not.toHaveProperty("undelivered");
});
