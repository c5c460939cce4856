import { formatDuration } from "../model/duration.ts";
import type { AlertSnapshot, Notification } from "../model/notification.ts";
import { isWorse } from "../model/verdict.ts";
import { count, oneLine } from "./words.ts";

/** The moment a message speaks of, ms since 1970 UTC. Fixed, so that every try says the same words. */
export function asOf(notification: Notification): number {
	return Math.max(notification.createdAt, notification.dueAt);
}

/** How long an alert lasted, or has lasted as of `at`. */
export function lasting(alert: AlertSnapshot, at: number): number {
	return Math.max(0, (alert.state === "resolved" ? (alert.resolvedAt ?? at) : at) - alert.since);
}

/** Firing before resolved, worst first, oldest first. */
export function inOrder(alerts: readonly AlertSnapshot[]): readonly AlertSnapshot[] {
	return alerts.toSorted((a, b) => {
		if (a.state !== b.state) return a.state === "firing" ? -1 : 1;
		if (a.level !== b.level) return isWorse(a.level, b.level) ? -1 : 1;
		return a.since - b.since || (a.key < b.key ? -1 : 1);
	});
}

/** One alert in one line: `CRITICAL design/get-configuration: nginx up, DSS backend down or starting`. */
export function alertLine(alert: AlertSnapshot, at: number): string {
	const cause = oneLine(alert.cause.text, 200);
	const key = oneLine(alert.key, 120);
	if (alert.state === "firing") return `${alert.level.toUpperCase()} ${key}: ${cause}`;
	return `RESOLVED ${key} after ${formatDuration(lasting(alert, at))}: ${cause}`;
}

/**
 * The first line of a message: subject of the mail, header of the Slack message, title of the webhook. It starts with
 * the level, so that people and filters see it first, and names the culprit.
 */
export function titleOf(notification: Notification): string {
	const at = asOf(notification);
	const [first, ...others] = inOrder(notification.alerts);
	if (notification.note !== undefined) return `NOTE ${oneLine(notification.note, 300)}`;
	if (notification.type === "test" || first === undefined) {
		return `TEST of channel ${oneLine(notification.channel, 80)}: messages of dss-probe arrive here`;
	}
	if (others.length > 0) return titleOfMany(notification, [first, ...others], at);
	if (first.state === "resolved") return alertLine(first, at);
	const cause = oneLine(first.cause.text, 200);
	return `${first.level.toUpperCase()} ${oneLine(first.key, 120)}${urgency(notification, first, at)}: ${cause}`;
}

function titleOfMany(
	notification: Notification,
	alerts: readonly [AlertSnapshot, ...AlertSnapshot[]],
	at: number,
): string {
	const [first] = alerts;
	const firing = alerts.filter(({ state }) => state === "firing");
	const resolved = alerts.length - firing.length;
	const causes = new Set(alerts.map(({ cause }) => cause.text)).size;
	const cause = `${oneLine(first.cause.text, 200)}${causes > 1 ? `, and ${count(causes - 1, "other cause")}` : ""}`;
	if (firing.length === 0) {
		const longest = Math.max(...alerts.map((alert) => lasting(alert, at)));
		return `RESOLVED ${count(resolved, "alert")} on ${places(alerts)} after ${formatDuration(longest)}: ${cause}`;
	}
	const over = resolved > 0 ? ` (${resolved} more resolved)` : "";
	const level = first.level.toUpperCase();
	return `${level} ${count(firing.length, "alert")} on ${places(firing)}${urgency(notification, first, at)}: ${cause}${over}`;
}

function urgency({ type }: Notification, first: AlertSnapshot, at: number): string {
	if (type === "alert.reminder") return ` (reminder, for ${formatDuration(lasting(first, at))})`;
	if (type === "alert.escalated") return ` (escalated, for ${formatDuration(lasting(first, at))})`;
	if (type === "alert.flapping") return " (flapping: goes to and fro)";
	if (type === "alert.acknowledged") return ` (acknowledged by ${oneLine(first.ack?.author ?? "somebody", 80)})`;
	return "";
}

function places(alerts: readonly AlertSnapshot[]): string {
	const names = [...new Set(alerts.map(({ instance }) => instance))];
	return names.length <= 2 ? names.map((name) => oneLine(name, 80)).join(" and ") : `${names.length} instances`;
}
