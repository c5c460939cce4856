import type { Alert, OpenState } from "../model/alert.ts";
import { cause } from "../model/cause.ts";
import type { AlertSnapshot, Told } from "../model/notification.ts";
import { type AlertView, routingLabels } from "./view.ts";

/** The alert as a message about its open incident shows it. */
export function firingSnapshot(view: AlertView, state: OpenState): AlertSnapshot {
	const { alert } = view;
	return {
		key: alert.key,
		incident: state.incident,
		instance: view.instance,
		check: view.check,
		about: view.about,
		level: state.level,
		state: "firing",
		cause: alert.cause ?? cause("expectation_failed"),
		summary: alert.summary,
		failed: alert.failed,
		since: state.since,
		labels: routingLabels(view, state.level),
		...(state.phase === "firing" && state.flapping && { flapping: true, flappingSince: state.flapping.since }),
		...(alert.ack?.incident === state.incident && { ack: alert.ack }),
		values: alert.values,
		units: view.units,
		...(view.advice !== undefined && { advice: view.advice }),
		...(view.runbook !== undefined && { runbook: view.runbook }),
		url: view.url,
	};
}

/** The same alert when its incident is over: what it was, and what is seen now. */
export function resolvedSnapshot(told: Told, alert: Alert | undefined, at: number): AlertSnapshot {
	// How long ago something was, said when it was told, is no longer true.
	const over = {
		...told.alert,
		cause: cause(told.alert.cause.code),
		state: "resolved" as const,
		failed: [],
		resolvedAt: at,
	};
	return alert ? { ...over, summary: alert.summary, values: alert.values } : over;
}
