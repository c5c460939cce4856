import { createHash } from "node:crypto";
import { isoTime } from "../clock.ts";
import { cause } from "../model/cause.ts";
import type { AlertSnapshot, Notification } from "../model/notification.ts";
import { composeMessage } from "./message.ts";
import { leftOutText, toTextWithin } from "./message-text.ts";
import { asOf, inOrder, titleOf } from "./message-title.ts";
import type { Scope } from "./template.ts";
import { cut, cutBytes, oneLine } from "./words.ts";

/** Bytes of the texts that may be long. */
const WHOLE_TEXT = 6_000;
const ALERT_TEXT = 3_000;
const LABEL = 300;

/** The alerts of a message as a template goes through them. A test has one that is only made up. */
export function alertsOf(notification: Notification): readonly AlertSnapshot[] {
	return notification.type === "test" ? [testAlert(notification)] : inOrder(notification.alerts);
}

/** The values of one request: of the alerts that go into it, and those that are left out of the message. */
export type ScopeOf = (shown: readonly AlertSnapshot[], leftOut: readonly AlertSnapshot[]) => Scope;

/**
 * Finds the values that the placeholders of a template stand for: see template-paths.ts.
 *
 * @param withValues what the channel gives under `with:`, in clear
 */
export function scopesOf(notification: Notification, withValues: Readonly<Record<string, string>>): ScopeOf {
	const all = alertsOf(notification);
	const labels = common(all.map(labelSet));
	const names = new Set(notification.group.split(",").map((entry) => labelName(entry.split("=")[0] ?? "")));
	const [worst] = all;
	const whole = {
		id: notification.id,
		type: notification.type,
		status: all.every(({ state }) => state === "resolved") ? "resolved" : "firing",
		title: cut(titleOf(notification), LABEL),
		text: toTextWithin(notification, WHOLE_TEXT),
		mood: moodOf(notification, worst),
		severity: notification.severity,
		reason: oneLine(notification.reason, LABEL),
		channel: notification.channel,
		time: isoTime(asOf(notification)),
		cause: worst && causeOf(worst),
		group_key: groupKey(notification, worst),
		group_labels: Object.fromEntries(Object.entries(labels).filter(([name]) => names.has(name))),
		label_set: labels,
		with: withValues,
	};
	return (shown, leftOut) => {
		const alerts = shown.map((alert) => alertScope(notification, alert));
		const keys = leftOut.map(({ key }) => oneLine(key, 120));
		return {
			...whole,
			alerts,
			left_out: leftOut.length,
			left_out_text: leftOut.length > 0 ? leftOutText(keys, 20) : undefined,
			// Where a request is about one alert only.
			alert: alerts[0],
		};
	};
}

function alertScope(notification: Notification, alert: AlertSnapshot): Scope {
	const alone = { ...notification, alerts: [alert] };
	const { title, sections } = composeMessage(alone, 1);
	const facts = notification.type === "test" ? [] : (sections[0]?.facts ?? []);
	const { cause: _cause, since: _since, ...rest } = alert;
	const text = facts.map(({ label, text }) => `${label}: ${text}`).join("\n");
	const labels = labelSet(alert);
	return {
		key: rest.key,
		instance: rest.instance,
		check: rest.check,
		about: rest.about,
		state: rest.state,
		level: rest.level,
		severity: rest.labels["severity"] ?? rest.level,
		event: eventOf(notification, alert),
		mood: moodOf(notification, alert),
		incident: rest.incident,
		title: cut(title, LABEL),
		text: cutBytes(text, ALERT_TEXT),
		facts: facts.map(({ label, text }) => ({ label, text: cut(text, LABEL) })),
		cause: causeOf(alert),
		summary: oneLine(rest.summary),
		since: isoTime(alert.since),
		resolved_at: rest.state === "resolved" ? isoTime(rest.resolvedAt ?? asOf(notification)) : undefined,
		acknowledged_by: rest.ack && oneLine(rest.ack.author, LABEL),
		acknowledgement: rest.ack?.comment.trim() ? oneLine(rest.ack.comment) : undefined,
		flapping: rest.flapping,
		labels: rest.labels,
		label_set: labels,
		values: rest.values,
		fingerprint: createHash("sha256")
			.update(JSON.stringify(Object.entries(labels)))
			.digest("hex")
			.slice(0, 16),
		advice: rest.advice && oneLine(rest.advice),
		runbook: rest.runbook,
		url: rest.url === "" ? undefined : rest.url,
	};
}

function eventOf({ type }: Notification, { state, ack }: AlertSnapshot): string {
	if (state === "resolved") return "resolve";
	return type === "alert.acknowledged" && ack !== undefined ? "acknowledge" : "trigger";
}

function moodOf({ type }: Notification, alert: AlertSnapshot | undefined): string {
	if (type === "test" || alert === undefined) return "test";
	return alert.state === "resolved" ? "resolved" : alert.level;
}

function causeOf({ cause: { code, text } }: AlertSnapshot): { code: string; text: string } {
	return { code, text: oneLine(text, LABEL) };
}

/** Labels as Prometheus takes them: names of letters, digits and `_`, and no empty values. In order of their names. */
function labelSet({ labels, check }: AlertSnapshot): Readonly<Record<string, string>> {
	const entries = Object.entries({ ...labels, alertname: check })
		.filter(([, value]) => value !== "")
		.map(([name, value]) => [labelName(name), cut(value, LABEL)] as const);
	return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function labelName(name: string): string {
	return name.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d)/, "_");
}

function common(sets: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
	const [first = {}, ...others] = sets;
	return Object.fromEntries(
		Object.entries(first).filter(([name, value]) => others.every((set) => set[name] === value)),
	);
}

/** What the messages of one group share; an alert that is not grouped is a group of its own. */
function groupKey({ group, channel }: Notification, worst: AlertSnapshot | undefined): string {
	return `${channel}:{${cut(group === "" ? (worst?.key ?? "") : group, 500)}}`;
}

function testAlert(notification: Notification): AlertSnapshot {
	return {
		key: "dss-probe/test",
		incident: notification.id,
		instance: "dss-probe",
		check: "test",
		about: "A message that only tries the channel out.",
		level: "unknown",
		state: "firing",
		cause: { ...cause("expectation_failed"), text: "somebody asked for a test" },
		summary: titleOf(notification),
		failed: [],
		since: asOf(notification),
		labels: { instance: "dss-probe", check: "test", severity: "test" },
		values: {},
		url: "",
	};
}
