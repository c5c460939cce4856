import type { Decision } from "../../src/dispatch/decision.ts";
import { dispatch, type Plan } from "../../src/dispatch/dispatch.ts";
import type { RouteOptions } from "../../src/dispatch/route.ts";
import type { AlertView } from "../../src/dispatch/view.ts";
import type { Alert } from "../../src/model/alert.ts";
import { anAlert, aRoute, aView } from "./builders.ts";
import type { Listeners } from "./listeners.ts";

/** The one alert of most stories about telling. */
export const KEY = "design/front";

export const planOf = (...routes: Partial<RouteOptions>[]): Plan => ({ routes: routes.map(aRoute), maintenance: [] });

export const viewOf = (state: Alert["state"], given: Partial<AlertView> = {}, alert: Partial<Alert> = {}) =>
	aView(anAlert(state, { key: KEY, ...alert }), given);

/** What a decision says, in a line for each message and each mute. */
export function said({ notifications, cancelled, muted, outcomes }: Decision): readonly string[] {
	return [
		...notifications.map(
			({ type, channel, alerts, reason }) =>
				`${channel}: ${type} ${alerts.map((one) => `${one.check} ${one.level}`).join(" + ")} (${reason})`,
		),
		...cancelled.map(() => "withdrawn"),
		...muted.map(({ channel, kind }) => `${channel} is not told: ${kind}`),
		...outcomes
			.filter(({ outcome, isAside }) => outcome === "withdrawn" && !isAside)
			.map(({ channel, reason }) => `${channel} is not told: ${reason}`),
	];
}

/** Decides at a moment for somebody who applies every decision, as the pipeline does. */
export function at(listeners: Listeners, view: AlertView, plan: Plan, now: number): Decision {
	listeners.hearUntil(now);
	const decision = dispatch(view, listeners.told(view.alert.key), plan, listeners.waiting(now), now);
	listeners.apply(decision);
	return decision;
}
