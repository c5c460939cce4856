import type { Alert } from "../model/alert.ts";
import type { Disposition, Notification, Told } from "../model/notification.ts";
import type { Decision, FindLastDue, FindWaiting } from "./decision.ts";
import { settle } from "./settle.ts";

/** What several decisions of one moment come to together. */
export interface Collected {
	readonly notifications: readonly Notification[];
	readonly cancelled: readonly string[];
	readonly told: readonly Told[];
	readonly closed: readonly Told[];
	readonly dispositions: readonly Disposition[];
	/** Alerts that have something new to remember about their telling. */
	readonly alerts: readonly Alert[];
}

/** Puts decisions together, so that alerts that are decided in one moment meet in the same message. */
export interface Collector {
	/** Finds a waiting message among what was collected, then in the outbox. */
	readonly waiting: FindWaiting;
	/** When a group last was (or will be) told, counting what was collected. */
	readonly lastDue: FindLastDue;
	add(decision: Decision, alert: Alert, now: number): void;
	collected(): Collected;
}

/**
 * @param outbox finds a message that was stored before and is not yet due
 * @param sent when a group was last told
 */
export function createCollector(outbox: FindWaiting, sent: FindLastDue = () => undefined): Collector {
	const notifications = new Map<string, Notification>();
	const cancelled: string[] = [];
	const told: Told[] = [];
	const closed: Told[] = [];
	const dispositions: Disposition[] = [];
	const alerts: Alert[] = [];

	return {
		waiting(channel, type, group) {
			const found = [...notifications.values()].find(
				(one) => one.channel === channel && one.type === type && one.group === group,
			);
			if (found) return found;
			const stored = outbox(channel, type, group);
			// A message that was just withdrawn is still in the outbox; who joined it would go with it.
			return stored && !cancelled.includes(stored.id) ? stored : undefined;
		},
		lastDue(channel, type, group) {
			const own = [...notifications.values()].filter(
				(one) => one.channel === channel && one.type === type && one.group === group,
			);
			const all = [sent(channel, type, group), ...own.map(({ dueAt }) => dueAt)].filter((at) => at !== undefined);
			return all.length > 0 ? Math.max(...all) : undefined;
		},
		add(decision, alert, now) {
			for (const notification of decision.notifications) notifications.set(notification.id, notification);
			for (const id of decision.cancelled) {
				cancelled.push(id);
				notifications.delete(id);
			}
			told.push(...decision.told);
			closed.push(...decision.closed);
			const settled = settle(alert, decision.outcomes, now);
			dispositions.push(...settled.dispositions);
			if (settled.alert) alerts.push(settled.alert);
		},
		collected: () => ({ notifications: [...notifications.values()], cancelled, told, closed, dispositions, alerts }),
	};
}
