import type { BadLevel } from "./alert.ts";
import type { Cause } from "./cause.ts";
import type { Values } from "./sample.ts";

export type NotificationType = "alert.firing" | "alert.resolved" | "alert.reminder" | "alert.escalated" | "test";

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
	/** What was seen, one line. */
	readonly summary: string;
	/** The conditions that failed. */
	readonly failed: readonly string[];
	/** First bad sample, ms since 1970 UTC. */
	readonly since: number;
	readonly resolvedAt?: number;
	readonly labels: Readonly<Record<string, string>>;
	readonly values: Values;
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
	/** Why this message exists: "fired", "repeat interval elapsed". */
	readonly reason: string;
	readonly createdAt: number;
	/** Not to be sent before. */
	readonly dueAt: number;
}

/** How far the delivery of a notification has come. */
export interface Delivery {
	readonly attempts: number;
	/** Not to be tried before, ms since 1970 UTC. */
	readonly nextAt: number;
	readonly lastError?: string;
}

/** What a channel last heard of one incident. The ledger from which recoveries, repeats and escalations follow. */
export interface Told {
	readonly channel: string;
	readonly key: string;
	readonly incident: string;
	readonly state: "firing" | "resolved";
	readonly level: BadLevel;
	/** Since when the channel is (or will be) told: the notification's dueAt. */
	readonly at: number;
	readonly notification: string;
}
