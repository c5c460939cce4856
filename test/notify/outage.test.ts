import { afterEach, expect, test } from "vitest";
import { silentLog } from "../../src/log.ts";
import type { Notification } from "../../src/model/notification.ts";
import { createNotifier } from "../../src/notify/notify.ts";
import { MONDAY_MORNING, virtualClock } from "../support/clock.ts";
import { answering, closedPort, httpReceiver } from "../support/http-receiver.ts";
import { mailServer, parseMail } from "../support/mail-server.ts";
import { notification, snapshot } from "../support/notifications.ts";
import { memoryOutbox } from "../support/outbox.ts";
import { channelOf } from "./contract.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
	for (const one of undo.splice(0).reverse()) await one();
});

const firing = notification({ id: "firing", createdAt: MONDAY_MORNING, dueAt: MONDAY_MORNING });
const resolved: Notification = {
	...firing,
	id: "resolved",
	type: "alert.resolved",
	alerts: [snapshot({ state: "resolved", resolvedAt: MONDAY_MORNING + 250_000 })],
	createdAt: MONDAY_MORNING + 250_000,
	dueAt: MONDAY_MORNING + 250_000,
};

/** A notifier whose pauses pass in virtual time and whose channels talk to real servers. */
function setUp(options: Record<string, unknown>) {
	const clock = virtualClock();
	const outbox = memoryOutbox();
	const notifier = createNotifier({
		channels: new Map([["ops", channelOf(options)]]),
		outbox,
		clock,
		log: silentLog,
		random: () => 0.5,
	});
	undo.push(() => notifier.stop());
	const accept = (one: Notification) => {
		const entry = { notification: one, delivery: { attempts: 0, nextAt: one.dueAt } };
		outbox.rows.set(one.id, entry);
		outbox.threads.set(`ops ${one.alerts[0]?.incident}`, "firing");
		notifier.accept([entry]);
	};
	return { clock, outbox, notifier, accept };
}

/**
 * Lets virtual time pass in steps until something holds. After each step the sockets get the real time they need, so
 * that an attempt ends in the virtual moment in which it began; one that hangs is left hanging after 100 ms.
 */
async function passUntil({ clock, notifier }: ReturnType<typeof setUp>, stepMs: number, holds: () => boolean) {
	const patience = performance.now() + 8_000;
	while (!holds()) {
		if (performance.now() > patience) throw new Error("it did not come true in 8 s");
		await clock.advance(stepMs);
		const began = performance.now();
		while (notifier.pending().get("ops")?.sending !== 0 && performance.now() - began < 100) {
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
	}
}

test("the mail server is down for longer than DSS: problem and recovery both arrive, in order, once, in one thread", async () => {
	const port = await closedPort();
	const set = setUp({
		type: "email",
		smtp: `smtp://127.0.0.1:${port}`,
		from: "probe@dss.example",
		to: ["ops@example.com"],
	});
	const { clock, outbox, accept } = set;
	accept(firing);
	await passUntil(set, 10_000, () => clock.now() >= resolved.dueAt);
	accept(resolved);
	await passUntil(set, 60_000, () => clock.now() >= MONDAY_MORNING + 1_800_000);
	expect(outbox.endings).toEqual([]);
	expect(outbox.rows.get("firing")?.delivery.attempts).toBeGreaterThan(5);

	const server = await mailServer({ port });
	undo.push(() => server.close());
	await passUntil(set, 15_000, () => outbox.endings.length === 2);
	const mails = await Promise.all(server.mails.map(parseMail));
	expect(mails.map(({ subject }) => subject)).toEqual([
		"CRITICAL design/get-configuration: nginx up, DSS backend down or starting",
		"RESOLVED design/get-configuration after 4 min 10 s: nginx up, DSS backend down or starting",
	]);
	expect(mails[1]?.inReplyTo).toBe(mails[0]?.messageId);
});

test("a webhook that answers 500, then 429, then never, then takes it, gets one message with one id", async () => {
	const http = await httpReceiver(answering(500));
	undo.push(() => http.close());
	const set = setUp({ type: "webhook", url: `http://127.0.0.1:${http.port}/` });
	const { clock, outbox, accept } = set;
	accept(firing);
	await passUntil(set, 100, () => outbox.rows.get("firing")?.delivery.lastError?.includes("500") ?? false);
	http.answer = answering(429, "", { "retry-after": "60" });
	await passUntil(set, 100, () => outbox.rows.get("firing")?.delivery.lastError?.includes("429") ?? false);
	const deferredAt = clock.now();
	const tries = http.requests.length;
	http.answer = () => {};
	await passUntil(set, 1_000, () => clock.now() >= deferredAt + 59_000);
	expect(http.requests).toHaveLength(tries);
	await passUntil(set, 10_000, () => outbox.rows.get("firing")?.delivery.lastError?.includes("no answer") ?? false);
	http.answer = answering(200);
	await passUntil(set, 1_000, () => outbox.endings.length === 1);
	expect(new Set(http.requests.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set(["firing"]));
	expect(new Set(http.requests.map(({ body }) => body)).size).toBe(1);
	expect(outbox.endings).toMatchObject([{ id: "firing", result: "sent" }]);
});

test("a webhook whose endpoint is gone is a dead letter at the first answer", async () => {
	const http = await httpReceiver(answering(410));
	undo.push(() => http.close());
	const set = setUp({ type: "webhook", url: `http://127.0.0.1:${http.port}/` });
	const { outbox, accept } = set;
	accept(firing);
	await passUntil(set, 0, () => outbox.endings.length === 1);
	expect(outbox.endings).toMatchObject([{ result: "dead", detail: expect.stringContaining("the endpoint is gone") }]);
	expect(http.requests).toHaveLength(1);
});
