import { expect, test } from "vitest";
import { cause } from "../../src/model/cause.ts";
import type { AlertSnapshot, Notification } from "../../src/model/notification.ts";
import { composeMessage } from "../../src/notify/message.ts";
import { toText, toTextWithin } from "../../src/notify/message-text.ts";
import { titleOf } from "../../src/notify/message-title.ts";
import { testNotification } from "../../src/notify/notify.ts";
import { jsonBytes } from "../../src/notify/words.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { notification, snapshot } from "../support/notifications.ts";

const MINUTE = 60_000;
const resolved = { state: "resolved", resolvedAt: MONDAY_MORNING + 250_000 } as const;

const titles: readonly (readonly [string, Partial<Notification>, string])[] = [
	["one alert", {}, "CRITICAL design/get-configuration: nginx up, DSS backend down or starting"],
	[
		"a warning",
		{ alerts: [snapshot({ level: "warning", blame: "backend_slow" })] },
		"WARNING design/get-configuration: DSS backend slow",
	],
	[
		"a recovery",
		{ type: "alert.resolved", alerts: [snapshot(resolved)] },
		"RESOLVED design/get-configuration after 4 min 10 s: nginx up, DSS backend down or starting",
	],
	[
		"a reminder",
		{ type: "alert.reminder", dueAt: MONDAY_MORNING + 240 * MINUTE },
		"CRITICAL design/get-configuration (reminder, for 4 h): nginx up, DSS backend down or starting",
	],
	[
		"an escalation",
		{ type: "alert.escalated", dueAt: MONDAY_MORNING + 30 * MINUTE },
		"CRITICAL design/get-configuration (escalated, for 30 min): nginx up, DSS backend down or starting",
	],
	[
		"three alerts of one cause",
		{ alerts: ["a", "b", "c"].map((check) => snapshot({ check })) },
		"CRITICAL 3 alerts on design: nginx up, DSS backend down or starting",
	],
	[
		"alerts on two nodes with two causes, of which the worst is named",
		{
			alerts: [
				snapshot({ instance: "automation", level: "warning", blame: "backend_slow" }),
				snapshot({ blame: "certificate_expired" }),
			],
		},
		"CRITICAL 2 alerts on design and automation: TLS certificate expired, and 1 other cause",
	],
	[
		"alerts on many nodes",
		{ alerts: ["a", "b", "c"].map((instance) => snapshot({ instance })) },
		"CRITICAL 3 alerts on 3 instances: nginx up, DSS backend down or starting",
	],
	[
		"a group of which a part is over",
		{ alerts: [snapshot({ check: "a", ...resolved }), snapshot({ check: "b" })] },
		"CRITICAL 1 alert on design: nginx up, DSS backend down or starting (1 more resolved)",
	],
	[
		"a group that is over",
		{ type: "alert.resolved", alerts: ["a", "b"].map((check) => snapshot({ check, ...resolved })) },
		"RESOLVED 2 alerts on design after 4 min 10 s: nginx up, DSS backend down or starting",
	],
	[
		"a fault of the prober",
		{ alerts: [snapshot({ level: "unknown", blame: "prober_resolver" })] },
		"UNKNOWN design/get-configuration: the prober's own name resolution fails",
	],
];

test.for(titles)("the first line of %s", ([, given, expected]) => {
	expect(titleOf(notification(given))).toBe(expected);
	expect(titleOf(notification(given))).toMatch(/^[\x20-\x7e]+$/);
});

test("the text of one alert says what was seen, since when, what to do and where to read on", () => {
	expect(
		toText(composeMessage(notification(), 10)),
	).toBe(`CRITICAL design/get-configuration: nginx up, DSS backend down or starting

Seen:      HTTP 502 in 12 ms
Failed:    status == 200 (502)
Values:    status 502, latency 12 ms
Since:     2026-01-05T08:00:00Z (for 2 min)
To do:     On the host: DATADIR/bin/dss status, then the end of run/backend.log. supervisord restarts a crashed backend within a minute.
Runbook:   https://wiki.example/dss/backend-down
Address:   https://design.example:11200
Check:     The DSS backend answers the endpoint that boots the web UI.

-- 
dss-probe to ops | why: fired | 2026-01-05T08:02:00Z | id 01JX-firing.1
`);
});

test("the check's own advice stands beside the cause's, and instead of it where only a rule of the check is broken", () => {
	const toDo = (given: Partial<AlertSnapshot>) =>
		toText(composeMessage(notification({ alerts: [snapshot(given)] }), 10))
			.split("\n")
			.filter((line) => /^(To do|Advice):/.test(line));
	const advice = "Call the platform team.";
	expect(toDo({ advice })).toEqual([expect.stringMatching(/^To do: +On the host:/), `Advice:    ${advice}`]);
	expect(toDo({ advice, cause: cause("threshold_exceeded") })).toEqual([`To do:     ${advice}`]);
	expect(toDo({ advice, state: "resolved", resolvedAt: MONDAY_MORNING + 1 })).toEqual([]);
});

test("a recovery says how long it lasted and what it was, and gives no advice any more", () => {
	const text = toText(composeMessage(notification({ type: "alert.resolved", alerts: [snapshot(resolved)] }), 10));
	expect(text).toContain("Lasted:    4 min 10 s, from 2026-01-05T08:00:00Z to 2026-01-05T08:04:10Z");
	expect(text).toContain("It was:    CRITICAL: nginx up, DSS backend down or starting");
	expect(text).not.toContain("To do:");
});

test("a fault of the prober is said to be ours", () => {
	const text = toText(
		composeMessage(notification({ alerts: [snapshot({ blame: "prober_files", level: "unknown" })] }), 10),
	);
	expect(text).toContain("This is a fault of dss-probe itself, not of design");
	expect(text).toContain("LimitNOFILE");
});

test("alerts for which there is no room are counted and named", () => {
	const alerts = Array.from({ length: 60 }, (_, index) => snapshot({ check: `check-${index}` }));
	const text = toText(composeMessage(notification({ alerts }), 5));
	expect(text.match(/Seen:/g)).toHaveLength(5);
	expect(text).toMatch(/and 55 more alerts: design\/\S+, /);
	expect(text).toContain(", ...");
});

test("what is over already is marked among those left out", () => {
	const alerts = [snapshot({ check: "a" }), snapshot({ check: "b", ...resolved })];
	expect(toText(composeMessage(notification({ alerts }), 1))).toContain("and 1 more alert: design/b (resolved)");
});

test("a text with a limit keeps to it and still counts what is left out", () => {
	const alerts = Array.from({ length: 60 }, (_, index) =>
		snapshot({ check: `check-${index}`, summary: 'ü"'.repeat(900) }),
	);
	for (const most of [500, 2_000, 6_000]) {
		const text = toTextWithin(notification({ alerts }), most);
		expect(jsonBytes(text)).toBeLessThanOrEqual(most);
		expect(text).toMatch(/and \d+ more alerts/);
	}
});

test("a message handed over says which channel failed", () => {
	const text = toText(composeMessage(notification({ failedChannels: ["pager", "slack"] }), 10));
	expect(text).toContain("it could not be delivered to pager, slack");
});

test("a test message stands for no alert", () => {
	const message = composeMessage(testNotification("pager", MONDAY_MORNING), 10);
	expect(message.title).toBe("TEST of channel pager: messages of dss-probe arrive here");
	expect(message.mood).toBe("test");
	expect(toText(message)).toContain("No alert is behind this message.");
});

test("a cause that another version of the program stored does not stop the message", () => {
	const cause = { code: "cause_of_tomorrow" as never, text: "something new" };
	expect(toText(composeMessage(notification({ alerts: [snapshot({ cause })] }), 10))).toContain("something new");
});

test("a flapping alert says since when it goes to and fro, and when the next message comes", () => {
	const alerts = [snapshot({ flapping: true, flappingSince: MONDAY_MORNING + 30_000 })];
	const message = composeMessage(notification({ type: "alert.flapping", alerts }), 10);
	expect(message.title).toContain("(flapping: goes to and fro)");
	expect(toText(message)).toContain(
		"Flapping:  it goes to and fro since 2026-01-05T08:00:30Z; the next message comes when it has calmed down\n",
	);
});

test("a flapping alert that is over says how long it flapped", () => {
	const alerts = [snapshot({ ...resolved, flapping: true, flappingSince: MONDAY_MORNING + 40_000 })];
	const text = toText(composeMessage(notification({ type: "alert.resolved", alerts }), 10));
	expect(text).toContain(
		"Flapped:   it went to and fro for 3 min 30 s, since 2026-01-05T08:00:40Z, before it calmed down\n",
	);
});

test("an acknowledgement names who, when and the comment", () => {
	const ack = { incident: "inc", at: MONDAY_MORNING + 90_000, author: "anna", comment: "restarting\r\nit" };
	const message = composeMessage(notification({ type: "alert.acknowledged", alerts: [snapshot({ ack })] }), 10);
	expect(message.title).toContain("(acknowledged by anna)");
	expect(toText(message)).toContain("In hand:   acknowledged by anna at 2026-01-05T08:01:30Z: restarting it\n");
	const silent = composeMessage(notification({ alerts: [snapshot({ ack: { ...ack, comment: " " } })] }), 10);
	expect(toText(silent)).toContain("In hand:   acknowledged by anna at 2026-01-05T08:01:30Z\n");
});

test("a recovery says so where the problem itself could not be delivered", () => {
	const alerts = [snapshot({ ...resolved, undelivered: "refused: HTTP 404" })];
	const text = toText(composeMessage(notification({ type: "alert.resolved", alerts }), 10));
	expect(text).toContain("Note:      The problem itself could not be delivered here (refused: HTTP 404).\n");
});
