import { expect, test } from "vitest";
import type * as z from "zod";
import type { AlertSnapshot, Notification } from "../../src/model/notification.ts";
import { BODIES, checkWith, templateOf } from "../../src/notify/bodies.ts";
import { testNotification } from "../../src/notify/notify.ts";
import { requestsOf } from "../../src/notify/template-requests.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { notification, snapshot } from "../support/notifications.ts";
import {
	icingaAction,
	opsgenieAction,
	opsgenieCreate,
	pagerdutyEvent,
	postableAlerts,
	teamsMessage,
	webhookV4,
} from "./body-schemas.ts";

const WITH = { routing_key: "0123456789abcdef0123456789abcdef" };
const over = { state: "resolved", resolvedAt: MONDAY_MORNING + 250_000 } as const;
const ack = { incident: "inc", at: MONDAY_MORNING + 60_000, author: "anna", comment: "restarting it" };
const long = 'ü"\n\\<&>*[x](http://y)'.repeat(500);

const requests = (name: string, sent: Notification) => requestsOf(sent, templateOf(name), WITH);
const only = (name: string, sent: Notification) => {
	const made = requests(name, sent);
	expect(made).toHaveLength(1);
	return JSON.parse(made[0]?.body ?? "") as never;
};

/** Everything that a receiver may get. */
const sorts: readonly (readonly [string, Notification])[] = [
	["a problem", notification()],
	["a recovery", notification({ type: "alert.resolved", alerts: [snapshot(over)] })],
	["a reminder", notification({ type: "alert.reminder" })],
	["an acknowledgement", notification({ type: "alert.acknowledged", alerts: [snapshot({ ack })] })],
	["flapping", notification({ type: "alert.flapping", alerts: [snapshot({ flapping: true })] })],
	["a group, partly over", notification({ group: "env=prod", alerts: [snapshot(over), snapshot({ check: "b" })] })],
	["a test", testNotification("ops", MONDAY_MORNING)],
	["an alert without address, runbook and values", notification({ alerts: [bare()] })],
	[
		"words that are long and hostile",
		notification({
			reason: long,
			alerts: [
				snapshot({
					check: long.slice(0, 60),
					incident: long,
					summary: long,
					failed: Array(50).fill(long) as string[],
					labels: { severity: "page", "cost-center": long, "1st": "x", empty: "" },
					values: { body: long },
					level: "unknown",
				}),
			],
		}),
	],
	["five hundred alerts", notification({ alerts: many(500) })],
	["news without an alert", notification({ type: "instance.changed", alerts: [] })],
];

function bare(): AlertSnapshot {
	const { runbook: _runbook, ...rest } = snapshot({ url: "", values: {}, failed: [], summary: "" });
	return rest;
}

function many(amount: number): AlertSnapshot[] {
	return Array.from({ length: amount }, (_, index) =>
		snapshot({ check: `check-${index}`, failed: ["x".repeat(900)], level: index === 7 ? "critical" : "warning" }),
	);
}

const schemas: Readonly<Record<string, z.ZodType>> = {
	icinga2: icingaAction,
	pagerduty: pagerdutyEvent,
	teams: teamsMessage,
	alertmanager: postableAlerts,
	"alertmanager-webhook": webhookV4,
};

for (const name of Object.keys(BODIES)) {
	test.for(sorts)(`${name}: %s is a body that the receiver takes`, ([, sent]) => {
		const made = requests(name, sent);
		expect(new Set(made.map((request) => request.name)).size).toBe(made.length);
		for (const { body, path } of made) {
			const action = path === "" ? opsgenieCreate : opsgenieAction;
			(schemas[name] ?? action).parse(JSON.parse(body));
			expect(Buffer.byteLength(body)).toBeLessThanOrEqual(templateOf(name).max_bytes);
		}
	});

	test(`${name}: the same message has the same requests on every try`, () => {
		for (const [, sent] of sorts) expect(requests(name, sent)).toEqual(requests(name, sent));
	});
}

test("pagerduty: one event per alert, under the key of its incident, from trigger to resolve", () => {
	const made = requests("pagerduty", notification({ alerts: many(3) })).map(({ body }) => JSON.parse(body));
	expect(made.map(({ dedup_key }) => dedup_key)).toEqual([
		"inc-design-check-0",
		"inc-design-check-1",
		"inc-design-check-2",
	]);
	const fields = (sent: Notification) => {
		const { event_action, dedup_key, payload } = pagerdutyEvent.parse(only("pagerduty", sent));
		return [event_action, dedup_key, payload.severity];
	};
	const key = "inc-design-get-configuration";
	expect(fields(notification())).toEqual(["trigger", key, "critical"]);
	expect(fields(notification({ type: "alert.acknowledged", alerts: [snapshot({ ack })] }))[0]).toBe("acknowledge");
	expect(fields(notification({ type: "alert.resolved", alerts: [snapshot(over)] })).slice(0, 2)).toEqual([
		"resolve",
		key,
	]);
	expect(fields(testNotification("ops", MONDAY_MORNING))).toEqual([
		"trigger",
		`test-${MONDAY_MORNING.toString(36)}`,
		"info",
	]);
});

test.for([
	["critical", "warning", "critical"],
	["info", "critical", "info"],
	["page", "critical", "critical"],
	["page", "warning", "warning"],
	["unknown", "unknown", "warning"],
] as const)("pagerduty: severity %s of a %s alert is %s", ([severity, level, expected]) => {
	const alerts = [snapshot({ level, labels: { severity } })];
	expect(pagerdutyEvent.parse(only("pagerduty", notification({ alerts }))).payload.severity).toBe(expected);
});

test("what is told without an alert goes to people, and not to those who only keep alerts", () => {
	const news = notification({ type: "instance.changed", alerts: [] });
	expect(Object.keys(BODIES).map((name) => [name, requests(name, news).length])).toEqual([
		["alertmanager", 0],
		["alertmanager-webhook", 1],
		["icinga2", 0],
		["opsgenie", 0],
		["pagerduty", 0],
		["teams", 1],
	]);
	expect(webhookV4.parse(only("alertmanager-webhook", news))).toMatchObject({ status: "resolved", alerts: [] });
});

test("icinga2: each alert is a passive result of its service, and an acknowledgement one there", () => {
	const made = (sent: Notification) => {
		const [request] = requests("icinga2", sent);
		const { exit_status, service, author } = JSON.parse(request?.body ?? "");
		return [request?.path, service, exit_status ?? author];
	};
	const place = "design!get-configuration";
	expect(made(notification())).toEqual(["/process-check-result", place, 2]);
	const milder = (level: "warning" | "unknown") => made(notification({ alerts: [snapshot({ level })] }))[2];
	expect([milder("warning"), milder("unknown")]).toEqual([1, 3]);
	expect(made(notification({ type: "alert.resolved", alerts: [snapshot(over)] }))[2]).toBe(0);
	const acknowledged = notification({ type: "alert.acknowledged", alerts: [snapshot({ ack })] });
	expect(made(acknowledged)).toEqual(["/acknowledge-problem", place, "anna"]);
});

test("opsgenie: the alert is created, acknowledged and closed under its incident", () => {
	const alerts = [snapshot({ incident: "a/b?c" })];
	const [created] = requests("opsgenie", notification({ alerts }));
	expect(created?.path).toBe("");
	expect(JSON.parse(created?.body ?? "")).toMatchObject({
		alias: "a/b?c",
		priority: "P1",
		entity: "design/get-configuration",
	});
	const [acked] = requests(
		"opsgenie",
		notification({ type: "alert.acknowledged", alerts: [snapshot({ incident: "a/b?c", ack })] }),
	);
	expect(acked?.path).toBe("/a%2Fb%3Fc/acknowledge?identifierType=alias");
	expect(JSON.parse(acked?.body ?? "")).toEqual({ source: "dss-probe", user: "anna", note: "restarting it" });
	const [closed] = requests("opsgenie", notification({ alerts: [snapshot({ incident: "a/b?c", ...over })] }));
	expect(closed?.path).toBe("/a%2Fb%3Fc/close?identifierType=alias");
});

test("teams: the worst alerts are on the card, the others are counted and named", () => {
	const text = JSON.stringify(only("teams", notification({ alerts: many(500) })));
	expect(text).toContain("CRITICAL 500 alerts on design");
	expect(text).toContain("CRITICAL design/check-7:");
	expect(text).toMatch(/and 49\d more alerts: design\/check-/);
	expect(JSON.stringify(only("teams", notification()))).not.toContain("more alert");
});

test("alertmanager: the labels of problem and recovery are the same, and only the recovery has an end", () => {
	const labels = { instance: "design", severity: "critical", "cost-center": "7", empty: "" };
	const [firing] = postableAlerts.parse(only("alertmanager", notification({ alerts: [snapshot({ labels })] })));
	const [ended] = postableAlerts.parse(only("alertmanager", notification({ alerts: [snapshot({ labels, ...over })] })));
	expect(firing?.labels).toEqual({
		alertname: "get-configuration",
		cost_center: "7",
		instance: "design",
		severity: "critical",
	});
	expect(ended?.labels).toEqual(firing?.labels);
	expect(firing?.endsAt).toBeUndefined();
	expect(ended?.endsAt).toBe("2026-01-05T08:04:10Z");
	expect(templateOf("alertmanager").resend).toBe(60_000);
});

test("alertmanager: five hundred alerts all arrive, spread over several requests", () => {
	const made = requests("alertmanager", notification({ alerts: many(500) }));
	const names = made.flatMap(({ body }) =>
		postableAlerts.parse(JSON.parse(body)).map((alert) => alert.labels["alertname"]),
	);
	expect(made.length).toBeGreaterThanOrEqual(10);
	expect(new Set(names).size).toBe(500);
});

test("alertmanager-webhook: the group has one key from problem to recovery, and its labels", () => {
	const group = { group: "instance=design,env=prod" };
	const firing = webhookV4.parse(only("alertmanager-webhook", notification({ ...group, alerts: many(70) })));
	const ended = webhookV4.parse(
		only("alertmanager-webhook", notification({ ...group, type: "alert.resolved", alerts: [snapshot(over)] })),
	);
	expect(firing).toMatchObject({ status: "firing", truncatedAlerts: 20, receiver: "ops" });
	expect(firing.groupLabels).toEqual({ instance: "design", env: "prod" });
	expect(firing.commonLabels).not.toHaveProperty("alertname");
	expect(ended).toMatchObject({ status: "resolved", groupKey: firing.groupKey, truncatedAlerts: 0 });
	expect(firing.alerts[0]).toMatchObject({ status: "firing", endsAt: "0001-01-01T00:00:00Z" });
	expect(ended.alerts[0]?.endsAt).toBe("2026-01-05T08:04:10Z");
	const alone = webhookV4.parse(only("alertmanager-webhook", notification()));
	expect(alone.groupKey).toContain("design/get-configuration");
});

test("a name that no body has is refused with those that there are", () => {
	expect(() => templateOf("pagerdudy")).toThrow(
		"alertmanager, alertmanager-webhook, icinga2, opsgenie, pagerduty, teams",
	);
	expect(() => templateOf("constructor")).toThrow("there is no body");
});

test("a template of one's own is JSON text, and its mistakes are named with their place", () => {
	const own = { alerts: { most: 5, beyond: "cut" }, max_bytes: 1_000, with: ["team"], body: { t: "{{with.team}}" } };
	const [made] = requestsOf(notification(), templateOf(JSON.stringify(own)), { team: "dss" });
	expect(made?.body).toBe('{"t":"dss"}');
	const wrong = { ...own, body: { t: ["{{titel}}"] } };
	expect(() => templateOf(JSON.stringify(wrong))).toThrow('wrong at body.t.0: unknown placeholder "{{titel}}"');
	expect(checkWith(templateOf(JSON.stringify(own)), ["taem"])).toEqual({ missing: ["team"], unknown: ["taem"] });
});
