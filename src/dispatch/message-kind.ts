import { createHash } from "node:crypto";
import type { BadLevel } from "../model/alert.ts";
import type { AlertSnapshot, NotificationType } from "../model/notification.ts";
import { isWorse } from "../model/verdict.ts";

/** Whether such a message only repeats or adds to what was told. */
export function isReminding(type: NotificationType): boolean {
	return type === "alert.reminder" || type === "alert.acknowledged";
}

/** The group of a message that must not share the one of its alert's route. */
export function apart(group: string, incident: string): string {
	return `${group}/${incident}`;
}

/** The worst level of the alerts, or what the user calls it. */
export function severityOf(alerts: readonly AlertSnapshot[]): string {
	const level = alerts.map((alert) => alert.level).reduce<BadLevel>((a, b) => (isWorse(b, a) ? b : a), "unknown");
	const stated = alerts.find((alert) => alert.level === level)?.labels["severity"];
	return stated ?? level;
}

/** Opaque and unique; it is stored with the decision, so every try and every restart sends the same. */
export function idOf(channel: string, alert: AlertSnapshot, type: NotificationType, now: number): string {
	return createHash("sha256")
		.update([channel, alert.incident, alert.level, type, now].join("\0"))
		.digest("hex")
		.slice(0, 24);
}
