import { type Alert, isOpen } from "../model/alert.ts";
import type { Disposition, Notification, Told } from "../model/notification.ts";
import type { Decision, FindWaiting } from "./dispatch.ts";

/** What several decisions of one moment come to together. */
export interface Collected {
	readonly notifications: readonly Notification[];
	readonly cancelled: readonly string[];
	readonly told: readonly Told[];
	readonly closed: readonly Told[];
	readonly dispositions: readonly Disposition[];
}

/** Puts decisions together, so that alerts that are decided in one moment meet in the same message. */
export interface Collector {
	/** Finds a waiting message among what was collected, then in the outbox. */
	readonly waiting: FindWaiting;
	add(decision: Decision, alert: Alert, now: number): void;
	collected(): Collected;
}

/**
 * @param outbox finds a message that was stored before and is not yet due
 * @param muted the last reason by alert and channel, kept by the caller, so that a lasting mute is noted once
 */
export function createCollector(outbox: FindWaiting, muted: Map<string, string>): Collector {
	const notifications = new Map<string, Notification>();
	const cancelled: string[] = [];
	const told: Told[] = [];
	const closed: Told[] = [];
	const dispositions: Disposition[] = [];

	const noteMutes = (decision: Decision, alert: Alert, now: number): void => {
		for (const { channel, reason, until } of decision.muted) {
			const place = `${alert.key}\0${channel}`;
			if (!isOpen(alert.state) || muted.get(place) === reason) continue;
			muted.set(place, reason);
			const { key, state } = alert;
			const entry = { key, incident: state.incident, channel, at: now, outcome: "muted" as const, reason };
			dispositions.push(until === undefined ? entry : { ...entry, until });
		}
	};

	return {
		waiting(channel, type, group) {
			const found = [...notifications.values()].find(
				(one) => one.channel === channel && one.type === type && one.group === group && !cancelled.includes(one.id),
			);
			return found ?? outbox(channel, type, group);
		},
		add(decision, alert, now) {
			for (const notification of decision.notifications) notifications.set(notification.id, notification);
			for (const id of decision.cancelled) {
				cancelled.push(id);
				notifications.delete(id);
			}
			told.push(...decision.told);
			closed.push(...decision.closed);
			for (const { channel, alert: snapshot } of [...decision.told, ...decision.closed]) {
				muted.delete(`${alert.key}\0${channel}`);
				const message = decision.notifications.find(
					(one) => one.channel === channel && one.alerts.some(({ incident }) => incident === snapshot.incident),
				);
				const base = { key: alert.key, incident: snapshot.incident, channel, at: now };
				dispositions.push(
					message
						? { ...base, outcome: "queued", reason: message.reason, notification: message.id }
						: { ...base, outcome: "withdrawn", reason: "over before its group was due" },
				);
			}
			noteMutes(decision, alert, now);
		},
		collected: () => ({ notifications: [...notifications.values()], cancelled, told, closed, dispositions }),
	};
}
