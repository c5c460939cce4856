import type { Delivery, Notification } from "../model/notification.ts";

/** A notification in the queue of its channel. */
export interface Waiting {
	notification: Notification;
	delivery: Delivery;
	/** Order of acceptance; smaller is earlier. */
	readonly turn: number;
	/** Not to be tried before, ms since 1970 UTC. */
	at: number;
	phase: "waiting" | "sending" | "gone";
	/** Incidents in whose line somebody stands before it. */
	ahead: number;
	/** An attempt may have reached the receiver already: the words are fixed, and it cannot be withdrawn. */
	mayBeKnown: boolean;
	/** The requests of this message that are over already, where it takes several: see `SendContext`. */
	readonly parts: Map<string, string | undefined>;
	/** It is stored nowhere, tried once, and missed by nobody: a newer one follows. */
	readonly fleeting?: true;
}

/** The incidents that a notification speaks of, each once. */
export function incidentsOf({ alerts }: Notification): ReadonlySet<string> {
	return new Set(alerts.map(({ incident }) => incident));
}
