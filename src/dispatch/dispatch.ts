import { isOpen, type OpenState } from "../model/alert.ts";
import type { NotificationType, Told } from "../model/notification.ts";
import { isWorse } from "../model/verdict.ts";
import type { Decision, FindWaiting } from "./decision.ts";
import { createDraft, type Draft } from "./draft.ts";
import { inMaintenance, underParent } from "./mute.ts";
import type { RouteOptions } from "./route.ts";
import { firingSnapshot, resolvedSnapshot } from "./snapshot.ts";
import { type Target, targetsFor } from "./targets.ts";
import { type AlertView, routingLabels } from "./view.ts";
import type { WindowOptions } from "./window.ts";

/** Who is told what, and when nobody is: the parts of the configuration that decide. */
export interface Plan {
	readonly routes: readonly RouteOptions[];
	readonly maintenance: readonly WindowOptions[];
}

/**
 * Decides for one alert who is told now. Pure: it compares what is true with what each channel was told (the ledger), so
 * that it may be asked at any moment and after any crash, and answers only with the difference.
 *
 * @param told the ledger's entries for this alert
 */
export function dispatch(
	view: AlertView,
	told: readonly Told[],
	plan: Plan,
	waiting: FindWaiting,
	now: number,
): Decision {
	const draft = createDraft(told, waiting, now);
	const { state } = view.alert;
	const current = isOpen(state) ? state.incident : undefined;
	for (const entry of told) {
		if (entry.alert.incident === current) continue;
		const at = state.phase === "inactive" ? state.since : now;
		draft.resolve(entry, resolvedSnapshot(entry, view.alert, at), "resolved");
	}
	if (isOpen(state)) tellOpen(draft, view, state, told, plan, now);
	return draft.decision();
}

/**
 * Closes what was told about a check that is no longer watched: the channels hear that it ends, whatever its state.
 */
export function forget(told: readonly Told[], waiting: FindWaiting, now: number): Decision {
	const draft = createDraft(told, waiting, now);
	for (const entry of told) {
		const alert = {
			...resolvedSnapshot(entry, undefined, now),
			summary: "no longer watched: removed from the configuration",
		};
		draft.resolve(entry, alert, "removed from the configuration");
	}
	return draft.decision();
}

function tellOpen(
	draft: Draft,
	view: AlertView,
	state: OpenState,
	told: readonly Told[],
	plan: Plan,
	now: number,
): void {
	const labels = routingLabels(view, state.level);
	const mute = inMaintenance(plan.maintenance, labels, now) ?? underParent(view, state, now);
	for (const target of targetsFor(plan.routes, labels)) {
		const known = told.find(({ channel, alert }) => channel === target.channel && alert.incident === state.incident);
		const due = whatIsDue(target, known, state, now);
		if (due.wakeAt !== undefined) draft.wake(due.wakeAt);
		if (!due.type) continue;
		if (mute) {
			draft.mute({ ...mute, channel: target.channel });
			continue;
		}
		const dueAt = draft.tell(target, due.type, firingSnapshot(view, state), due.reason, known);
		if (target.repeatEveryMs !== undefined) draft.wake(dueAt + target.repeatEveryMs);
	}
}

type Due =
	| { readonly type: NotificationType; readonly reason: string; readonly wakeAt?: undefined }
	| { readonly type?: undefined; readonly wakeAt?: number };

/** What one channel should hear of an open incident, given what it heard before. */
function whatIsDue(target: Target, known: Told | undefined, state: OpenState, now: number): Due {
	// Nothing is said about an alert that is just recovering: a moment later it would be wrong. Its end is a transition.
	if (state.phase === "recovering") return {};
	if (!known) {
		const from = state.firedAt + target.afterMs;
		// The first step waits for nothing, also where the clock was set back behind the moment of firing.
		if (target.afterMs > 0 && now < from) return { wakeAt: from };
		return target.afterMs > 0
			? { type: "alert.escalated", reason: "not resolved in time" }
			: { type: "alert.firing", reason: "fired" };
	}
	if (isWorse(state.level, known.alert.level)) return { type: "alert.firing", reason: "got worse" };
	if (target.repeatEveryMs === undefined) return {};
	const repeatAt = known.at + target.repeatEveryMs;
	return now < repeatAt ? { wakeAt: repeatAt } : { type: "alert.reminder", reason: "repeat interval elapsed" };
}
