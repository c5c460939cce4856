import { createHash } from "node:crypto";
import { type BadLevel, isOpen, type OpenState } from "../model/alert.ts";
import type { AlertSnapshot, Notification, NotificationType, Told } from "../model/notification.ts";
import { isWorse } from "../model/verdict.ts";
import { inMaintenance, type Mute, underParent } from "./mute.ts";
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

/** A channel that is not told now, and why. */
export interface Muted extends Mute {
	readonly channel: string;
}

/** A message that is still waiting for its group, so that more can join it or leave it. */
export type FindWaiting = (channel: string, type: NotificationType, group: string) => Notification | undefined;

/** What follows for one alert at one moment. */
export interface Decision {
	/** New messages, and waiting ones as they are with this alert in them. */
	readonly notifications: readonly Notification[];
	/** Waiting messages that lost their last alert before they were due. */
	readonly cancelled: readonly string[];
	/** New ledger entries; one replaces the entry of the same channel and incident. */
	readonly told: readonly Told[];
	/** Ledger entries that end. */
	readonly closed: readonly Told[];
	readonly muted: readonly Muted[];
	/** When to decide again although nothing else happens, ms since 1970 UTC. */
	readonly wakeAt?: number;
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
	const draft = createDraft(waiting, now);
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
	const draft = createDraft(waiting, now);
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
		if (mute) draft.mute({ ...mute, channel: target.channel });
		else draft.tell(target, due.type, firingSnapshot(view, state), due.reason);
	}
}

type Due =
	| { readonly type: NotificationType; readonly reason: string; readonly wakeAt?: number }
	| { readonly type?: undefined; readonly wakeAt?: number };

/** What one channel should hear of an open incident, given what it heard before. */
function whatIsDue(target: Target, known: Told | undefined, state: OpenState, now: number): Due {
	if (!known) {
		const from = state.firedAt + target.afterMs;
		if (now < from) return { wakeAt: from };
		return target.afterMs > 0
			? { type: "alert.escalated", reason: "not resolved in time" }
			: { type: "alert.firing", reason: "fired" };
	}
	const repeatAt = target.repeatEveryMs === undefined ? undefined : known.at + target.repeatEveryMs;
	if (isWorse(state.level, known.alert.level)) return { type: "alert.firing", reason: "got worse" };
	if (repeatAt === undefined) return {};
	// An alert that is just recovering is not repeated: a moment later that would be wrong.
	if (now < repeatAt || state.phase === "recovering") return { wakeAt: Math.max(repeatAt, now + 1_000) };
	return { type: "alert.reminder", reason: "repeat interval elapsed", wakeAt: now + (target.repeatEveryMs as number) };
}

type Draft = ReturnType<typeof createDraft>;

/** Collects a decision; knows how messages of a group are joined and left. */
function createDraft(waiting: FindWaiting, now: number) {
	const notifications = new Map<string, Notification>();
	const cancelled: string[] = [];
	const told: Told[] = [];
	const closed: Told[] = [];
	const muted: Muted[] = [];
	let wakeAt: number | undefined;

	const find = (channel: string, type: NotificationType, group: string) =>
		[...notifications.values()].find((one) => one.channel === channel && one.type === type && one.group === group) ??
		waiting(channel, type, group);

	const put = (
		channel: string,
		type: NotificationType,
		group: string,
		waitMs: number,
		alert: AlertSnapshot,
		reason: string,
	) => {
		const open = group === "" ? undefined : find(channel, type, group);
		const notification: Notification = open
			? joined(open, alert)
			: {
					id: idOf(channel, alert, type, now),
					type,
					channel,
					group,
					severity: severityOf([alert]),
					alerts: [alert],
					reason,
					createdAt: now,
					dueAt: now + waitMs,
				};
		notifications.set(notification.id, notification);
		return notification;
	};

	const wake = (at: number) => {
		wakeAt = wakeAt === undefined ? at : Math.min(wakeAt, at);
	};

	return {
		wake,
		tell(target: Target, type: NotificationType, alert: AlertSnapshot, reason: string) {
			const { channel, group, groupWaitMs } = target;
			const { id, dueAt } = put(channel, type, group, groupWaitMs, alert, reason);
			told.push({ channel, alert, notification: id, at: dueAt, group, groupWaitMs });
		},
		resolve(entry: Told, alert: AlertSnapshot, reason: string) {
			closed.push(entry);
			const unsent = findUnsent(entry, waiting);
			if (unsent) {
				// Nobody has heard of the problem yet, so nobody needs to hear that it is over.
				const rest = unsent.alerts.filter(({ incident }) => incident !== alert.incident);
				if (rest.length === 0) cancelled.push(unsent.id);
				else notifications.set(unsent.id, { ...unsent, alerts: rest, severity: severityOf(rest) });
				muted.push({ channel: entry.channel, kind: "waiting", reason: "over before its group was due" });
			} else put(entry.channel, "alert.resolved", entry.group, entry.groupWaitMs, alert, reason);
		},
		mute(entry: Muted) {
			muted.push(entry);
			if (entry.until !== undefined) wake(entry.until);
		},
		decision(): Decision {
			const all = [...notifications.values()];
			return { notifications: all, cancelled, told, closed, muted, ...(wakeAt !== undefined && { wakeAt }) };
		},
	};
}

/** The message about the entry's problem, if it is still waiting for its group. */
function findUnsent(entry: Told, waiting: FindWaiting): Notification | undefined {
	for (const type of ["alert.firing", "alert.escalated"] as const) {
		const open = waiting(entry.channel, type, entry.group);
		if (open?.id === entry.notification) return open;
	}
	return undefined;
}

function joined(open: Notification, alert: AlertSnapshot): Notification {
	const alerts = [...open.alerts.filter(({ key }) => key !== alert.key), alert];
	return { ...open, alerts, severity: severityOf(alerts) };
}

function severityOf(alerts: readonly AlertSnapshot[]): string {
	const level = alerts.map((alert) => alert.level).reduce<BadLevel>((a, b) => (isWorse(b, a) ? b : a), "unknown");
	const stated = alerts.find((alert) => alert.level === level)?.labels["severity"];
	return stated ?? level;
}

/** Opaque and unique; it is stored with the decision, so every try and every restart sends the same. */
function idOf(channel: string, alert: AlertSnapshot, type: NotificationType, now: number): string {
	return createHash("sha256")
		.update([channel, alert.incident, alert.level, type, now].join("\0"))
		.digest("hex")
		.slice(0, 24);
}
