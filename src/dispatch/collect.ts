import { type Alert, isOpen } from "../model/alert.ts";
import type { Disposition, Notification, Told } from "../model/notification.ts";
import type { Decision, FindLastDue, FindWaiting } from "./decision.ts";

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
	/** When a group last was (or will be) told, counting what was collected. */
	readonly lastDue: FindLastDue;
	add(decision: Decision, alert: Alert, now: number): void;
	collected(): Collected;
}

/** Why a channel is not told, and until when at most. */
export interface MuteNote {
	readonly reason: string;
	readonly until?: number;
}

/** The last mute of each alert and channel, so that a lasting one is noted once. */
export interface MuteNotes {
	of(key: string): MuteNote | undefined;
	/** @returns false where the same was noted before */
	note(key: string, channel: string, mute: MuteNote): boolean;
	forget(key: string, channel: string): void;
}

export function createMuteNotes(): MuteNotes {
	const byKey = new Map<string, Map<string, MuteNote>>();
	return {
		of: (key) => byKey.get(key)?.values().next().value,
		note(key, channel, mute) {
			const channels = byKey.get(key) ?? new Map<string, MuteNote>();
			const isNew = channels.get(channel)?.reason !== mute.reason;
			byKey.set(key, channels.set(channel, mute));
			return isNew;
		},
		forget(key, channel) {
			const channels = byKey.get(key);
			channels?.delete(channel);
			if (channels?.size === 0) byKey.delete(key);
		},
	};
}

/**
 * @param outbox finds a message that was stored before and is not yet due
 * @param sent when a group was last told
 * @param mutes kept by the caller from one moment to the next
 */
export function createCollector(outbox: FindWaiting, mutes: MuteNotes, sent: FindLastDue = () => undefined): Collector {
	const notifications = new Map<string, Notification>();
	const cancelled: string[] = [];
	const told: Told[] = [];
	const closed: Told[] = [];
	const dispositions: Disposition[] = [];

	const noteMutes = (decision: Decision, alert: Alert, now: number): void => {
		for (const { channel, reason, until } of decision.muted) {
			const note = until === undefined ? { reason } : { reason, until };
			if (!isOpen(alert.state) || !mutes.note(alert.key, channel, note)) continue;
			const { key, state } = alert;
			const entry = { key, incident: state.incident, channel, at: now, outcome: "muted" as const };
			dispositions.push({ ...entry, ...note });
		}
	};

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
			// An entry whose recovery had to wait was noted when that was decided.
			const ended = decision.closed.filter(({ overAt }) => overAt === undefined);
			for (const { channel, alert: snapshot } of [...decision.told, ...ended]) {
				mutes.forget(alert.key, channel);
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
