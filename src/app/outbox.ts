import type { Clock } from "../clock.ts";
import { isOpen } from "../model/alert.ts";
import type { Disposition, Notification, Told } from "../model/notification.ts";
import type { OutboxPort } from "../notify/outbox.ts";
import type { Keeper } from "../store/keeper.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Change } from "../store/store.ts";
import type { Counters } from "./counters.ts";
import { noteUndelivered } from "./undelivered.ts";

export interface OutboxDeps {
	readonly ledger: Ledger;
	readonly keeper: Keeper;
	readonly counters: Counters;
	readonly clock: Clock;
	/** Keeps a change in memory and on disk. */
	remember(change: Change): void;
	/** Changes the words of a message that waits; false where it is too late for that. */
	update(notification: Notification): boolean;
}

/** Remembers for the delivery what became of each message, and what follows from that for its incidents. */
export function createOutbox({ ledger, keeper, counters, clock, remember, update }: OutboxDeps): OutboxPort {
	const outbox: OutboxPort = {
		attempted(id, delivery) {
			const channel = ledger.unsentMessage(id)?.channel;
			if (channel !== undefined) counters.delivered(channel, "retried", clock.now(), delivery.lastError);
			remember({ attempts: [{ id, delivery }] });
		},
		ended(id, ending, handOver) {
			const message = ledger.unsentMessage(id);
			const detail = ending.detail ?? "";
			const error = ending.result === "dead" ? detail : undefined;
			if (message) counters.delivered(message.channel, ending.result, ending.at, error);
			if (message && error !== undefined) counters.deadLetters.note(message, ending.at, error);
			const dispositions = (message?.alerts ?? []).map(
				({ key, incident }): Disposition => ({
					key,
					incident,
					channel: message?.channel ?? "",
					at: ending.at,
					outcome: ending.result,
					reason: detail,
					notification: id,
				}),
			);
			const missing =
				message && ending.result === "dead" && !handOver
					? noteUndelivered(message, detail, ledger, (incident) => outbox.threadOf(message.channel, incident))
					: undefined;
			remember({
				endings: [{ id, result: ending.result, at: ending.at, detail }],
				dispositions: [...dispositions, ...(handOver ? takenOver(handOver.notification, ending.at) : [])],
				...(handOver && {
					notifications: [handOver.notification],
					told: [...toldBy(handOver.notification), ...(message ? neverHeard(message, ledger) : [])],
				}),
				...(missing && { told: missing.told, notifications: missing.recoveries.filter(update) }),
			});
		},
		threadOf: (channel, incident) => keeper.read((store) => store.threadOf(channel, incident)),
		standing({ key, incident }) {
			const state = ledger.alert(key)?.state;
			if (!state || !isOpen(state)) return "over";
			return state.incident === incident ? "open" : "succeeded";
		},
	};
	return outbox;
}

/** The fallback's message stands for the dead one, whose id its own begins with. */
function takenOver({ id, channel, reason, alerts }: Notification, at: number): readonly Disposition[] {
	return alerts.map(({ key, incident }) => ({
		key,
		incident,
		channel,
		at,
		outcome: "queued",
		reason,
		notification: id,
	}));
}

/** A channel that never got the problem is owed no recovery: that goes where the problem went. Nor is it told again. */
function neverHeard({ id, channel, alerts }: Notification, ledger: Ledger): readonly Told[] {
	const entries = alerts.flatMap(({ key }) => ledger.told(key));
	return entries
		.filter((entry) => entry.channel === channel && entry.notification === id && !entry.heard)
		.map((entry) => ({ ...entry, lost: true }));
}

/** A problem that is handed over counts as told there, too, so that its recovery follows it. */
export function toldBy(notification: Notification): readonly Told[] {
	if (notification.type === "alert.resolved" || notification.type === "test") return [];
	const { channel, id, dueAt, group } = notification;
	return notification.alerts.map((alert) => ({ channel, alert, notification: id, at: dueAt, group, groupWaitMs: 0 }));
}
