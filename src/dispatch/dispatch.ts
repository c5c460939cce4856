import { type Alert, isOpen, type OpenState } from "../model/alert.ts";
import { formatDuration } from "../model/duration.ts";
import type { NotificationType, Told } from "../model/notification.ts";
import type { Silence } from "../model/silence.ts";
import { isWorse } from "../model/verdict.ts";
import type { Decision, FindLastDue, FindWaiting } from "./decision.ts";
import { createDraft, type Draft } from "./draft.ts";
import type { Labels } from "./matcher.ts";
import { inGrace, inMaintenance, isSilenced, type Mute, underParent } from "./mute.ts";
import type { RouteOptions } from "./route.ts";
import { firingSnapshot, resolvedSnapshot } from "./snapshot.ts";
import { type Target, targetsFor } from "./targets.ts";
import { type AlertView, routingLabels } from "./view.ts";
import type { WindowOptions } from "./window.ts";

/** Who is told what, and when nobody is: the parts of the configuration that decide. */
export interface Plan {
	readonly routes: readonly RouteOptions[];
	readonly maintenance: readonly WindowOptions[];
	readonly silences?: readonly Silence[];
	/** For `group_interval`: what the groups heard before. */
	readonly lastDue?: FindLastDue;
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
	const draft = createDraft(told, waiting, now, plan.lastDue);
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
		draft.resolve(entry, alert, "removed from the configuration", true);
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
	const mute = muteOf(view, state, labels, plan, now);
	for (const target of targetsFor(plan.routes, labels)) {
		const known = told.find(({ channel, alert }) => channel === target.channel && alert.incident === state.incident);
		const due = whatIsDue(target, known, view.alert, state, now);
		if (due.wakeAt !== undefined) draft.wake(due.wakeAt);
		if (!due.type) {
			const { outcome, reason, wakeAt: until } = due;
			const later = outcome === "deferred" && until !== undefined && { until };
			draft.rest({ channel: target.channel, incident: state.incident, outcome, reason, ...later });
			continue;
		}
		if (mute) {
			draft.mute({ ...mute, channel: target.channel }, due.type, state.incident);
			continue;
		}
		const dueAt = draft.tell(target, due.type, firingSnapshot(view, state), due.reason, known);
		if (target.repeatEveryMs !== undefined) draft.wake(dueAt + target.repeatEveryMs);
	}
}

/** Why nobody is told about an open alert at a moment, if nobody is. */
export function muteNow(view: AlertView, plan: Plan, now: number): Mute | undefined {
	const { state } = view.alert;
	return isOpen(state) ? muteOf(view, state, routingLabels(view, state.level), plan, now) : undefined;
}

/** The one place where it is decided that nobody is told. The first rule that holds gives the reason. */
function muteOf(view: AlertView, state: OpenState, labels: Labels, plan: Plan, now: number): Mute | undefined {
	return (
		inMaintenance(plan.maintenance, labels, now) ??
		isSilenced(plan.silences ?? [], labels, now) ??
		inGrace(view, now) ??
		underParent(view, state, now)
	);
}

type Due =
	| { readonly type: NotificationType; readonly reason: string; readonly wakeAt?: undefined }
	| {
			readonly type?: undefined;
			readonly outcome: "deferred" | "unneeded";
			readonly reason: string;
			readonly wakeAt?: number;
	  };

/** What one channel should hear of an open incident, given what it heard before. */
function whatIsDue(target: Target, known: Told | undefined, alert: Alert, state: OpenState, now: number): Due {
	const ack = alert.ack?.incident === state.incident ? alert.ack : undefined;
	const isFlapping = state.phase === "firing" && state.flapping !== undefined;
	// Nothing is said about an alert that is just recovering: a moment later it would be wrong. Its end is a transition.
	if (state.phase === "recovering") return { outcome: "deferred", reason: "just recovering: told if it is bad again" };
	if (!known) {
		const from = state.firedAt + target.afterMs;
		if (target.afterMs > 0 && ack) return { outcome: "unneeded", reason: `acknowledged by ${ack.author}` };
		// The first step waits for nothing, also where the clock was set back behind the moment of firing.
		if (target.afterMs > 0 && now < from) {
			const reason = `told if it lasts for ${formatDuration(target.afterMs)}`;
			return { outcome: "deferred", reason, wakeAt: from };
		}
		if (isFlapping) return { type: "alert.flapping", reason: "goes to and fro" };
		return target.afterMs > 0
			? { type: "alert.escalated", reason: "not resolved in time" }
			: { type: "alert.firing", reason: "fired" };
	}
	const knows = { outcome: "unneeded" as const, reason: `was told of it as ${known.alert.level} before` };
	if (isFlapping) return known.alert.flapping ? knows : { type: "alert.flapping", reason: "goes to and fro" };
	if (known.alert.flapping) return { type: "alert.firing", reason: "no longer flapping, still bad" };
	if (isWorse(state.level, known.alert.level)) return { type: "alert.firing", reason: "got worse" };
	if (ack && !known.alert.ack) return { type: "alert.acknowledged", reason: `acknowledged by ${ack.author}` };
	if (target.repeatEveryMs === undefined || ack) return knows;
	const repeatAt = known.at + target.repeatEveryMs;
	return now < repeatAt
		? { ...knows, wakeAt: repeatAt }
		: { type: "alert.reminder", reason: "repeat interval elapsed" };
}
