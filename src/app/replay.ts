import { isOpen } from "../model/alert.ts";
import type { Replayed } from "../model/desk.ts";
import type { Disposition, Notification, Told } from "../model/notification.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Change, OutboxEntry, OutboxRow } from "../store/store.ts";

/** What queues dead letters again. */
export interface Replay {
	readonly replayed: readonly Replayed[];
	readonly change: Change;
	readonly entries: readonly OutboxEntry[];
}

/**
 * Decides which dead letters may be told again, under the same ids. A problem that is over is not told any more, and no
 * message gets ahead of a newer one about the same incident: after it the channel would believe what is not true.
 *
 * @param rows of the outbox, oldest first, from the dead letters on
 * @param wanted whether a dead letter was asked for
 */
export function replayOf(
	rows: readonly OutboxRow[],
	wanted: (id: string) => boolean,
	around: {
		readonly ledger: Ledger;
		readonly isChannel: (name: string) => boolean;
		readonly author: string;
		readonly now: number;
	},
): Replay {
	const { ledger, author, now } = around;
	/** Incidents of which a channel has (or will have) heard something newer, as `channel incident`. */
	const newer = new Set<string>();
	const replayed: Replayed[] = [];
	const entries: OutboxEntry[] = [];
	const told: Told[] = [];
	const dispositions: Disposition[] = [];
	const placeOf = (channel: string, incident: string) => `${channel}\0${incident}`;

	const staleness = ({ channel, type, alerts }: Notification): string | undefined => {
		if (!around.isChannel(channel)) return `channel ${channel} is not configured any more`;
		if (alerts.some(({ incident }) => newer.has(placeOf(channel, incident)))) {
			return `channel ${channel} was told something newer about it`;
		}
		if (type === "alert.resolved" || alerts.length === 0) return undefined;
		return alerts.every((alert) => isOver(alert.key, alert.incident)) ? "the problem is over" : undefined;
	};
	const isOver = (key: string, incident: string): boolean => {
		const state = ledger.alert(key)?.state;
		return state === undefined || !isOpen(state) || state.incident !== incident;
	};

	for (const { notification, ending, delivery } of rows.toReversed()) {
		const { id, channel, alerts } = notification;
		const isWanted = ending?.result === "dead" && wanted(id);
		const leftBecause = isWanted ? staleness(notification) : undefined;
		if (isWanted) replayed.unshift({ id, channel, ...(leftBecause !== undefined && { leftBecause }) });
		if (ending?.result !== "dead") for (const { incident } of alerts) newer.add(placeOf(channel, incident));
		if (!isWanted || leftBecause !== undefined) continue;
		const { lastError = ending?.detail } = delivery;
		const again = { attempts: 0, nextAt: now, ...(lastError !== undefined && { lastError }) };
		entries.unshift({ notification, delivery: again });
		for (const { key, incident } of alerts) {
			const reason = `queued again by ${author}`;
			dispositions.push({ key, incident, channel, at: now, outcome: "queued", reason, notification: id });
			// It will have been told here after all, so its recovery is owed here, too.
			const lost = ledger
				.told(key)
				.find((one) => one.channel === channel && one.alert.incident === incident && one.lost);
			if (!lost) continue;
			const { lost: _, ...entry } = lost;
			told.push(entry);
		}
	}
	return { replayed, entries, change: { revived: entries, told, dispositions } };
}
