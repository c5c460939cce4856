import type { AlertSnapshot, Delivery, Notification } from "../model/notification.ts";

/** How an incident stands: `succeeded` where it is over and the next one of the same check is open. */
export type Standing = "open" | "over" | "succeeded";

/** How a delivery ended. */
export interface Ending {
	readonly result: "sent" | "dead";
	/** Wall clock, ms since 1970 UTC. */
	readonly at: number;
	/** Why it is dead, or what the receiver said. */
	readonly detail?: string;
}

/** A notification and how far its delivery has come: one row of the outbox. */
export interface OutboxEntry {
	readonly notification: Notification;
	readonly delivery: Delivery;
}

/**
 * What the delivery needs to have remembered. Each call is durable when it returns. A call that throws is logged and
 * does not stop the delivery: telling goes on from memory.
 */
export interface OutboxPort {
	/** An attempt failed and another one will follow. */
	attempted(id: string, delivery: Delivery): void;
	/**
	 * The delivery is over. With `handOver`, a new notification for another channel takes its place: it is to be stored
	 * in the same transaction (and the other channel counts as told), so that no crash loses the alert between the two.
	 */
	ended(id: string, ending: Ending, handOver?: OutboxEntry): void;
	/** Id of the incident's first notification on a channel, for threads. */
	threadOf(channel: string, incident: string): string | undefined;
	/** How the incident that a message speaks of stands now. Default: open. */
	standing?(alert: AlertSnapshot): Standing;
}
