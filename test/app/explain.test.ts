import { expect, onTestFinished, test } from "vitest";
import { explain, explanationJson } from "../../src/app/explain.ts";
import { explanationText } from "../../src/cli/explain-text.ts";
import type { Config } from "../../src/config/alerts.ts";
import type { ChannelOutcome } from "../../src/dispatch/decision.ts";
import type { Transition } from "../../src/model/alert.ts";
import { cause } from "../../src/model/cause.ts";
import type { Disposition } from "../../src/model/notification.ts";
import type { Level } from "../../src/model/verdict.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import type { KeptSample } from "../../src/store/store.ts";
import { anAlert, firing, HOUR, MINUTE, T0 } from "../support/builders.ts";
import { virtualClock } from "../support/clock.ts";
import { aMessage, aSnapshot } from "../support/store.ts";

const KEY = "design/front";
const NOW = T0 + HOUR;
const config = {
	checks: [{ key: KEY, name: "front", instance: { name: "design", labels: {} }, labels: {} }],
} as unknown as Config;

const sample = (minute: number, level: Level, fault?: "dns_not_found"): KeptSample => ({
	key: KEY,
	level,
	sample: {
		startedAt: T0 + minute * MINUTE,
		durationMs: 10,
		values: {},
		...(fault && { fault: { code: fault, text: "no such host" } }),
	},
});
const transition = (minute: number, change: Transition["change"], given: Partial<Transition> = {}): Transition => ({
	key: KEY,
	at: T0 + minute * MINUTE,
	from: "pending",
	to: "firing",
	change,
	level: "critical",
	incident: "i1",
	reason: "3 bad samples in a row",
	cause: cause("backend_down"),
	...given,
});
const noted = (
	minute: number,
	channel: string,
	outcome: Disposition["outcome"],
	reason: string,
	given: Partial<Disposition> = {},
): Disposition => ({ key: KEY, incident: "i1", at: T0 + minute * MINUTE, channel, outcome, reason, ...given });

const FIRED = T0 + 12 * MINUTE;
const ABOUT = { about: FIRED };

/** Ten good samples, an outage that one channel heard late, one lost to its fallback and one hears of if it lasts. */
function anOutage(outlook: readonly ChannelOutcome[] = []) {
	const store = openSqlite(":memory:");
	onTestFinished(() => store.close());
	const ack = { incident: "i1", at: T0 + 30 * MINUTE, author: "ada", comment: "on it" };
	const state = firing({ since: T0 + 10 * MINUTE, firedAt: FIRED });
	const alert = anAlert(state, { key: KEY, sampledAt: FIRED, ack });
	const told = { alert: aSnapshot("i1", KEY), group: "", groupWaitMs: 0 };
	const silence = {
		id: "k3f7",
		match: { check: "f*" },
		from: T0,
		until: T0 + 20 * MINUTE,
		author: "bob",
		comment: "upgrade",
	};
	store.keep([
		...Array.from({ length: 10 }, (_, minute) => sample(minute, "ok")),
		...[10, 11, 12, 13, 14].map((minute) => sample(minute, "critical")),
		sample(15, "unknown", "dns_not_found"),
		sample(59, "critical"),
	]);
	store.commit({
		alerts: [alert],
		transitions: [
			transition(10, "pending", { from: "inactive", to: "pending", reason: "1 of 3 bad samples" }),
			transition(12, "fired"),
		],
		silences: [
			{ ...silence, createdAt: T0 },
			{ ...silence, id: "zzzz", match: { check: "other" }, createdAt: T0 },
		],
		notifications: [
			aMessage("n1", [], { channel: "mail" }),
			aMessage("n2", []),
			aMessage("n2-fb", [], { channel: "mail" }),
			aMessage("n4", []),
			aMessage("n5", []),
		],
		attempts: [{ id: "n1", delivery: { attempts: 2, nextAt: T0, lastError: "503" } }],
		endings: ["n1", "n2", "n2-fb", "n4"].map((id) => ({
			id,
			result: id === "n2" ? "dead" : "sent",
			at: T0,
			detail: "",
		})),
		told: [
			{ ...told, channel: "mail", notification: "n1", at: T0 + 20 * MINUTE },
			{ ...told, channel: "pager", notification: "n5", at: FIRED },
		],
		dispositions: [
			noted(12, "mail", "muted", "silenced by bob: upgrade", { ...ABOUT, until: T0 + 20 * MINUTE }),
			noted(12, "pager", "queued", "fired", { ...ABOUT, notification: "n2" }),
			noted(12, "boss", "deferred", "told if it lasts for 2 h", { ...ABOUT, until: FIRED + 2 * HOUR }),
			noted(13, "pager", "dead", "refused: 400", { notification: "n2" }),
			noted(13, "mail", "queued", "fired; channel pager failed", { notification: "n2-fb" }),
			noted(14, "mail", "sent", "", { notification: "n2-fb" }),
			noted(20, "mail", "queued", "fired", { ...ABOUT, notification: "n1" }),
			noted(21, "mail", "sent", "", { notification: "n1" }),
			noted(40, "pager", "queued", "repeat interval elapsed", { notification: "n4" }),
			noted(40, "pager", "sent", "", { notification: "n4" }),
		],
	});
	const ledger = createLedger(store.load());
	return { clock: virtualClock(NOW), config, ledger, pipeline: { outlook: () => outlook }, store };
}

const lines = (text: string) => text.split("\n");
const plain = (_style: string, text: string) => text;

test("the timeline tells samples in rows, transitions with every channel, what people did, and the present", () => {
	const outlook = [
		{ channel: "mail", incident: "i1", outcome: "muted", reason: 'maintenance window "night"', until: NOW + HOUR },
		{ channel: "pager", incident: "i1", outcome: "unneeded", reason: "was told of it as critical before" },
		{
			channel: "boss",
			incident: "i1",
			outcome: "deferred",
			reason: "told if it lasts for 2 h",
			until: FIRED + 2 * HOUR,
		},
		{ channel: "log", incident: "i1", outcome: "queued", reason: "fired" },
	] as const;
	const text = explanationText(explain(anOutage(outlook), KEY, 2 * HOUR), plain);
	expect(lines(text)).toEqual([
		"design/front from 2026-01-05 07:00:00 to 2026-01-05 09:00:00 UTC",
		"",
		"2026-01-05 08:00:00  10 × ok until 08:09:00 (9 min)",
		"2026-01-05 08:00:00  silence k3f7 (check=f*) until 2026-01-05 08:20:00 by bob: upgrade",
		"2026-01-05 08:10:00  1 × critical",
		"2026-01-05 08:10:00  PENDING critical: nginx up, DSS backend down or starting (1 of 3 bad samples)",
		"2026-01-05 08:11:00  2 × critical until 08:12:00 (1 min)",
		"2026-01-05 08:12:00  FIRED critical: nginx up, DSS backend down or starting (3 bad samples in a row)",
		"                     mail                     muted 08:12:00 because: silenced by bob: upgrade, until 08:20:00 → queued 08:20:00 (fired), 2 failed tries, last error: 503 → sent 08:21:00",
		"                     pager                    queued 08:12:00 (fired) → DEAD 08:13:00: refused: 400",
		"                     mail (instead of pager)  queued 08:13:00 (fired; channel pager failed) → sent 08:14:00",
		"                     boss                     later: told if it lasts for 2 h, at 10:12:00",
		"2026-01-05 08:13:00  2 × critical until 08:14:00 (1 min)",
		"2026-01-05 08:15:00  1 × unknown: no such host",
		"2026-01-05 08:30:00  acknowledged by ada: on it",
		"2026-01-05 08:40:00  message",
		"                     pager  queued 08:40:00 (repeat interval elapsed) → sent 08:40:00",
		"2026-01-05 08:59:00  1 × critical",
		"",
		"Now: firing critical since 2026-01-05 08:10:00 (50 min): nginx up, DSS backend down or starting",
		"  last look 1 min ago, critical: HTTP 502",
		"  acknowledged 2026-01-05 08:30:00 by ada: on it",
		"Who would be told now:",
		'  mail   no: maintenance window "night", until 2026-01-05 10:00:00; told last at 2026-01-05 08:20:00',
		"  pager  nothing new: the message about it still waits to be delivered",
		"  boss   not yet: told if it lasts for 2 h, at 2026-01-05 10:12:00",
		"  log    yes: fired",
	]);
});

test("a time in the past is explained alone, and closes with how it stood then", () => {
	const past = explain(anOutage(), KEY, 5 * MINUTE, T0 + 12.5 * MINUTE);
	expect(past.now).toBeUndefined();
	expect(past.entries.map(({ kind }) => kind)).toEqual(["samples", "samples", "transition", "samples", "transition"]);
	expect(lines(explanationText(past, plain)).at(-1)).toBe(
		"At 2026-01-05 08:12:30: firing critical since 2026-01-05 08:12:00",
	);
});

test("where nothing is remembered that is said", () => {
	const nothing = { ...anOutage(), ledger: createLedger({ alerts: [], told: [], outbox: [], notes: new Map() }) };
	expect(lines(explanationText(explain(nothing, "design/other", HOUR), plain)).slice(2)).toEqual([
		"nothing is remembered",
		"",
		"It is not watched any more.",
		"Now: no sample was judged yet.",
	]);
});

test("for machines all moments are in ISO 8601, and measured values are left alone", () => {
	const given = anOutage();
	const alert = given.ledger.alert(KEY);
	given.ledger.apply({ alerts: alert ? [{ ...alert, values: { at: 5 } }] : [] });
	expect(explanationJson(explain(given, KEY, 2 * HOUR))).toMatchObject({
		key: KEY,
		from: "2026-01-05T07:00:00Z",
		now: {
			at: "2026-01-05T09:00:00Z",
			alert: { values: { at: 5 }, sampled_at: "2026-01-05T08:59:00Z", state: { since: "2026-01-05T08:10:00Z" } },
		},
	});
});
