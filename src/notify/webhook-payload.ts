import { isoTime } from "../clock.ts";
import type { AlertSnapshot, Notification } from "../model/notification.ts";
import { toTextWithin } from "./message-text.ts";
import { asOf, inOrder, titleOf } from "./message-title.ts";
import type { WebhookAlert, WebhookBody } from "./webhook-body.ts";
import { cutBytes, oneLine } from "./words.ts";

/** A body is never larger, in bytes of UTF-8. The Standard Webhooks specification advises against more. */
export const MOST_BYTES = 20_000;

/** Bytes that the texts of one alert may take: generous first, tight where not all alerts fit. */
interface Room {
	readonly text: number;
	readonly line: number;
	readonly entries: number;
	readonly entry: number;
}

const GENEROUS: Room = { text: 6_000, line: 1_000, entries: 40, entry: 200 };
const TIGHT: Room = { text: 2_000, line: 200, entries: 12, entry: 64 };

/**
 * Builds the body of a webhook as JSON text of at most 20 kB. Where it would be larger, texts are shortened first;
 * then the least important alerts are left out and counted in `data.truncated`.
 */
export function webhookPayload(notification: Notification): string {
	const generous = build(notification, GENEROUS);
	return generous.whole ? generous.json : build(notification, TIGHT).json;
}

function build(notification: Notification, room: Room): { readonly json: string; readonly whole: boolean } {
	const at = asOf(notification);
	const alerts = inOrder(notification.alerts);
	const body: WebhookBody = {
		type: notification.type,
		timestamp: isoTime(at),
		data: {
			title: cutBytes(titleOf(notification), 600),
			text: toTextWithin(notification, room.text),
			severity: cutBytes(notification.severity, 100),
			reason: cutBytes(notification.reason, 300),
			channel: cutBytes(notification.channel, 100),
			cause: alerts[0] ? causeOf(alerts[0]) : null,
			alerts: [],
			truncated: alerts.length,
		},
	};
	// The space for the digits of `truncated` is counted with the empty list: it only gets shorter.
	let bytes = Buffer.byteLength(JSON.stringify(body));
	for (const alert of alerts) {
		const shown = alertOf(alert, room);
		bytes += Buffer.byteLength(JSON.stringify(shown)) + 1;
		if (bytes > MOST_BYTES) break;
		body.data.alerts.push(shown);
		body.data.truncated -= 1;
	}
	return { json: JSON.stringify(body), whole: body.data.truncated === 0 };
}

function alertOf(alert: AlertSnapshot, room: Room): WebhookAlert {
	return {
		instance: cutBytes(alert.instance, room.line),
		check: cutBytes(alert.check, room.line),
		level: alert.level,
		state: alert.state,
		incident: cutBytes(alert.incident, room.line),
		cause: causeOf(alert),
		...(alert.flapping ? { flapping: true } : {}),
		...(alert.ack === undefined ? {} : { acknowledged_by: cutBytes(oneLine(alert.ack.author), room.line) }),
		...(alert.undelivered === undefined ? {} : { undelivered: cutBytes(oneLine(alert.undelivered), room.line) }),
		summary: cutBytes(oneLine(alert.summary), room.line),
		failed: alert.failed.slice(0, 5).map((condition) => cutBytes(oneLine(condition), room.line)),
		since: isoTime(alert.since),
		...(alert.resolvedAt === undefined ? {} : { resolved_at: isoTime(alert.resolvedAt) }),
		labels: entriesOf(alert.labels, room),
		values: entriesOf(alert.values, room),
		...(alert.advice === undefined ? {} : { advice: cutBytes(oneLine(alert.advice), room.line) }),
		// A shortened address would lead elsewhere; one that is too long is left out.
		...(alert.runbook !== undefined && alert.runbook.length <= 500 ? { runbook: alert.runbook } : {}),
		url: cutBytes(alert.url, 500),
	};
}

function causeOf({ cause }: AlertSnapshot): { code: string; text: string } {
	return { code: cause.code, text: cutBytes(oneLine(cause.text), 300) };
}

function entriesOf<Value>(record: Readonly<Record<string, Value>>, room: Room): Record<string, Value> {
	const entries = Object.entries(record).slice(0, room.entries);
	return Object.fromEntries(
		entries.map(([name, value]) => [
			cutBytes(name, room.entry),
			typeof value === "string" ? (cutBytes(value, room.entry) as Value) : value,
		]),
	);
}
