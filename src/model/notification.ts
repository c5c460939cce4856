import type { BadLevel } from "./alert.ts";
import type { Cause } from "./cause.ts";
import type { Values } from "./sample.ts";
import type { Ack } from "./silence.ts";

export type NotificationType =
	| "alert.firing"
	| "alert.resolved"
	| "alert.reminder"
	| "alert.escalated"
	| "alert.flapping"
	| "alert.acknowledged"
	| "instance.changed"
	| "test";

/** One alert as a message shows it: a copy taken when the notification was decided. */
export interface AlertSnapshot {
	readonly key: string;
	readonly incident: string;
	readonly instance: string;
	readonly check: string;
	/** What the check watches, in words. */
	readonly about: string;
	readonly level: BadLevel;
	readonly state: "firing" | "resolved";
	readonly cause: Cause;
	/** It goes to and fro; the next message comes when it has calmed down. */
	readonly flapping?: boolean;
	/** When it began to, ms since 1970 UTC. */
	readonly flappingSince?: number;
	/** Somebody works on it. */
	readonly ack?: Ack;
	/** What was seen, one line. */
	readonly summary: string;
	/** The conditions that failed. */
	readonly failed: readonly string[];
	/** First bad sample, ms since 1970 UTC. */
	readonly since: number;
	readonly resolvedAt?: number;
	/** Why the problem itself never arrived on this channel; only in the message about its end. */
	readonly undelivered?: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly values: Values;
	/** Base units of the numbers among the values, by name; a name that is missing has none. */
	readonly units?: Readonly<Record<string, "s" | "B" | "d">>;
	/** What to do first, in the words of the check. */
	readonly advice?: string;
	readonly runbook?: string;
	/** The instance's address. */
	readonly url: string;
}

/** One message due to one channel, with a reason. Becomes an outbox row. */
export interface Notification {
	/** Stable over every try: webhook-id and Message-ID are built from it. */
	readonly id: string;
	readonly type: NotificationType;
	readonly channel: string;
	/** Alerts of the same group that are due together share one message; empty where the route does not group. */
	readonly group: string;
	/** Worst severity of its alerts. */
	readonly severity: string;
	readonly alerts: readonly AlertSnapshot[];
	/** News about an instance; then there are no alerts. */
	readonly note?: string;
	/** Why this message exists: "fired", "repeat interval elapsed". */
	readonly reason: string;
	readonly createdAt: number;
	/** Not to be sent before. */
	readonly dueAt: number;
	/** Channels that failed to deliver it before it was handed over to this one, first one first. */
	readonly failedChannels?: readonly string[];
}

/** How far the delivery of a notification has come. */
export interface Delivery {
	readonly attempts: number;
	/** Not to be tried before, ms since 1970 UTC. */
	readonly nextAt: number;
	readonly lastError?: string;
}

/**
 * A channel was told that an incident is open, and not yet that it is over. The ledger from which recoveries, repeats and
 * escalations follow; an entry ends when the recovery is due.
 */
export interface Told {
	readonly channel: string;
	/** What it was told, so that the recovery needs nothing that a change of the configuration could take away. */
	readonly alert: AlertSnapshot;
	/** The notification that said so last, and when it was (or will be) due. */
	readonly notification: string;
	readonly at: number;
	/** How its recovery is grouped. */
	readonly group: string;
	readonly groupWaitMs: number;
	readonly groupIntervalMs?: number;
	/** An earlier message about the incident was due before this one: the recovery is owed even if this one is withdrawn. */
	readonly heard?: boolean;
	/** The message never arrived here and another channel took over: no recovery is owed, and nothing is said again. */
	readonly lost?: boolean;
	/** Why the message never arrived here, where no other channel took over: its recovery says so. */
	readonly undelivered?: string;
	/**
	 * The recovery waits for its group until then. The entry stays for so long, so that nothing newer about the alert gets
	 * ahead of it.
	 */
	readonly overAt?: number;
}

/**
 * What became of a transition on a channel. Several follow each other: muted, then queued, then sent; the last one holds.
 * `deferred`: told later if it lasts; `unneeded`: there is nothing to say there; `withdrawn`: the message was taken back.
 */
export interface Disposition {
	readonly key: string;
	readonly incident: string;
	readonly channel: string;
	readonly at: number;
	readonly outcome: "queued" | "sent" | "dead" | "muted" | "withdrawn" | "deferred" | "unneeded";
	readonly reason: string;
	readonly until?: number;
	readonly notification?: string;
	/**
	 * When the transition happened; with the key that names it. Absent for how a message ended, which belongs to whatever
	 * was queued with it, and for reminders and acknowledgements.
	 */
	readonly about?: number;
}
