import type { Decision, FindWaiting } from "../../src/dispatch/decision.ts";
import type { AlertSnapshot, Notification, NotificationType, Told } from "../../src/model/notification.ts";

/** One alert in one message, as a channel heard it. */
interface Heard {
	readonly at: number;
	readonly id: string;
	readonly type: NotificationType;
	readonly reason: string;
	readonly alert: AlertSnapshot;
}

/**
 * Everybody who listens, with perfect ears: keeps the ledger and the outbox in memory as decisions say, and hears each
 * message at the moment it is due.
 */
export interface Listeners {
	readonly waiting: (now: number) => FindWaiting;
	told(key: string): readonly Told[];
	apply(decision: Decision): void;
	/** When the next message is due, ms since 1970 UTC. */
	nextDue(): number | undefined;
	/** Sends what is due until then, in order. */
	hearUntil(now: number): void;
	/** What a channel heard, in order; only about one alert if `key` is given. */
	heard(channel: string, key?: string): readonly Heard[];
	channels(): readonly string[];
}

export function createListeners(): Listeners {
	const ledger = new Map<string, Told>();
	const outbox = new Map<string, Notification>();
	const sent = new Map<string, Heard[]>();
	const idOf = ({ channel, alert }: Told) => `${channel}\0${alert.incident}`;

	return {
		waiting: (now) => (channel, type, group) =>
			group === ""
				? undefined
				: [...outbox.values()].findLast(
						(one) => one.channel === channel && one.type === type && one.group === group && one.dueAt > now,
					),
		told: (key) => [...ledger.values()].filter(({ alert }) => alert.key === key),
		apply({ notifications, cancelled, told, closed }) {
			for (const one of notifications) {
				if (cancelled.includes(one.id)) throw new Error(`message ${one.id} is both put and withdrawn`);
				if (one.alerts.length === 0) throw new Error(`message ${one.id} is empty`);
				outbox.set(one.id, one);
			}
			for (const id of cancelled) outbox.delete(id);
			for (const entry of closed) ledger.delete(idOf(entry));
			for (const entry of told) ledger.set(idOf(entry), entry);
		},
		nextDue: () => {
			const due = [...outbox.values()].map(({ dueAt }) => dueAt);
			return due.length > 0 ? Math.min(...due) : undefined;
		},
		hearUntil(now) {
			const due = [...outbox.values()].filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
			for (const { id, channel, type, reason, alerts, dueAt } of due) {
				outbox.delete(id);
				const list = sent.get(channel) ?? [];
				sent.set(channel, list);
				for (const alert of alerts) list.push({ at: dueAt, id, type, reason, alert });
			}
		},
		heard: (channel, key) => (sent.get(channel) ?? []).filter(({ alert }) => key === undefined || alert.key === key),
		channels: () => [...sent.keys()],
	};
}
