import { closeSync, openSync, statSync, writeSync } from "node:fs";
import type { Log } from "../../src/log.ts";
import type { Transition } from "../../src/model/alert.ts";
import { cause } from "../../src/model/cause.ts";
import type { AlertSnapshot, Notification, Told } from "../../src/model/notification.ts";
import type { Ledger } from "../../src/store/ledger.ts";
import type { Change, KeptSample } from "../../src/store/store.ts";
import { anAlert, firing, T0 } from "./builders.ts";

/** An incident as a database may hold it: an alert that fires, the message about it and the channel that was told. */
export function anOpenIncident(incident: string): Required<Pick<Change, "alerts" | "notifications" | "told">> {
	const alert = aSnapshot(incident);
	return {
		alerts: [anAlert(firing({ incident }), { key: alert.key })],
		notifications: [aMessage(`n-${incident}`, [alert])],
		told: [aTold(`n-${incident}`, alert)],
	};
}

export function aSnapshot(incident: string, key = `design/${incident}`): AlertSnapshot {
	return {
		key,
		incident,
		instance: "design",
		check: "api",
		about: "The API answers.",
		level: "critical",
		state: "firing",
		cause: cause("backend_down"),
		summary: "HTTP 502",
		failed: ["status == 200"],
		since: T0,
		labels: { env: "prod" },
		values: { status: 502 },
		url: "https://dss.example",
	};
}

export function aMessage(
	id: string,
	alerts: readonly AlertSnapshot[],
	given: Partial<Notification> = {},
): Notification {
	return {
		id,
		type: "alert.firing",
		channel: "pager",
		group: "",
		severity: "critical",
		alerts,
		reason: "fired",
		createdAt: T0,
		dueAt: T0,
		...given,
	};
}

function aTold(notification: string, alert: AlertSnapshot): Told {
	return { channel: "pager", alert, notification, at: T0, group: "", groupWaitMs: 0 };
}

export function aTransition(key: string, at: number): Transition {
	return {
		key,
		at,
		from: "inactive",
		to: "pending",
		change: "pending",
		level: "critical",
		reason: "1 of 3 bad samples",
	};
}

export function aKeptSample(key: string, startedAt: number): KeptSample {
	return { key, level: "ok", sample: { startedAt, durationMs: 12.5, values: { status: 200, latency: 0.012 } } };
}

/** A log that keeps what was said, as "level: sentence". */
export function rememberingLog(): Log & { readonly said: string[] } {
	const said: string[] = [];
	const say = (level: string) => (_fields: object, message: string) => void said.push(`${level}: ${message}`);
	return { said, debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

/** Overwrites a file in place, as a failing disk does; its length stays. */
export function damage(path: string): void {
	const file = openSync(path, "r+");
	writeSync(file, Buffer.alloc(statSync(path).size, 0xab));
	closeSync(file);
}

/** What a ledger knows, in an order of its own, for comparison; messages keep theirs. */
export function known(ledger: Ledger): Change {
	const { alerts = [], told = [], silences = [], notes = [], ...messages } = ledger.snapshot();
	const sorted = <T>(list: readonly T[]) => list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
	return { ...messages, alerts: sorted(alerts), told: sorted(told), silences: sorted(silences), notes: sorted(notes) };
}
