import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type Log, silentLog } from "../../src/log.ts";
import type { Notification } from "../../src/model/notification.ts";
import { channelOptions, createChannel, createNotifier } from "../../src/notify/notify.ts";
import { type Authority, makeAuthority } from "../support/certificates.ts";
import { type Exim, setUpExim } from "../support/exim.ts";
import { header, parseMail } from "../support/mail-server.ts";
import { notification, snapshot } from "../support/notifications.ts";
import { memoryOutbox } from "../support/outbox.ts";
import { expectNoSecret } from "../support/secret-search.ts";

const PASSWORD = "s3cret-of-exim";

let authority: Authority;
let exim: Exim;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
	authority = makeAuthority();
	exim = await setUpExim(authority.issue("IP:127.0.0.1"), PASSWORD);
	await exim.start();
});

afterEach(() => {
	for (const one of undo.splice(0)) one();
});

afterAll(async () => {
	await exim?.close();
	authority?.close();
});

/** A notifier with one mail channel that leads to Exim. */
function setUp(given: Record<string, unknown> = {}) {
	const lines: string[] = [];
	const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
	const log: Log = { ...silentLog, info: write, warn: write, error: write };
	const options = channelOptions.parse({
		type: "email",
		smtp: `smtp://alerts:${PASSWORD}@127.0.0.1:${exim.port}?requireTLS=true`,
		from: "DSS probe <probe@ci.test>",
		to: ["ops@ci.test"],
		tls: { ca: authority.ca },
		...given,
	});
	const channel = createChannel("ops", options, { log, readText: () => "" });
	const outbox = memoryOutbox();
	const notifier = createNotifier({
		channels: new Map([["ops", channel]]),
		outbox,
		clock: systemClock,
		log,
		random: () => 0,
	});
	undo.push(() => notifier.stop());
	const accept = (given: Notification) => {
		const one = { ...given, createdAt: Date.now(), dueAt: Date.now() };
		const entry = { notification: one, delivery: { attempts: 0, nextAt: one.dueAt } };
		outbox.rows.set(one.id, entry);
		notifier.accept([entry]);
	};
	return { outbox, accept, lines };
}

/** The mails in the mailbox with this id. */
const mailsOf = async (id: string) => {
	const mails = await Promise.all(exim.inbox().map((raw) => parseMail({ raw })));
	return mails.filter(({ messageId }) => messageId?.startsWith(`<${id}@`));
};

const patiently = { timeout: 15_000, interval: 50 };

test("a real mail server takes the alert inside TLS and puts it into the mailbox with its headers", async () => {
	const { outbox, accept, lines } = setUp();
	outbox.threads.set("ops inc-1", "first-message");
	const alerts = [snapshot({ incident: "inc-1", check: "prüfung" })];
	accept(notification({ id: "sent-1", alerts }));
	await expect.poll(() => mailsOf("sent-1"), patiently).toHaveLength(1);
	const [mail] = await mailsOf("sent-1");
	if (mail === undefined) throw new Error("the mail has gone");
	expect(mail.subject).toBe("CRITICAL design/prüfung: nginx up, DSS backend down or starting");
	expect(mail.from).toMatchObject({ name: "DSS probe", address: "probe@ci.test" });
	expect(mail.to?.map(({ address }) => address)).toEqual(["ops@ci.test"]);
	expect(mail.messageId).toBe("<sent-1@dss-probe.ci.test>");
	expect(mail.inReplyTo).toBe("<first-message@dss-probe.ci.test>");
	expect(mail.references).toBe("<first-message@dss-probe.ci.test>");
	expect(header(mail, "auto-submitted")).toBe("auto-generated");
	expect(header(mail, "x-auto-response-suppress")).toBe("All");
	expect(header(mail, "envelope-to")).toBe("ops@ci.test");
	// Exim says esmtpsa for a mail that came inside TLS from somebody who had logged in.
	expect(header(mail, "received")).toContain("with esmtpsa");
	expect(mail.text).toContain("HTTP 502 in 12 ms");
	expect(mail.html).toContain("HTTP 502 in 12 ms");
	expectNoSecret([...lines, ...exim.inbox()], [PASSWORD]);
});

test("a wrong password, an unknown authority and a foreign domain are told apart", async () => {
	const wrong = setUp({ smtp: `smtp://alerts:wrong-one@127.0.0.1:${exim.port}?requireTLS=true` });
	const unknown = setUp({ tls: { verify: true } });
	const foreign = setUp({ to: ["ops@elsewhere.test"] });
	const id = "refused-1";
	for (const { accept } of [wrong, unknown, foreign]) accept(notification({ id }));
	const errorOf = ({ outbox }: typeof wrong) => outbox.rows.get(id)?.delivery.lastError ?? "";
	await expect.poll(() => errorOf(wrong), patiently).toMatch(/does not accept user and password.*535/);
	await expect.poll(() => errorOf(unknown), patiently).toMatch(/certificate/i);
	await expect
		.poll(() => foreign.outbox.endings, patiently)
		.toMatchObject([{ id, result: "dead", detail: expect.stringContaining("relay not permitted") }]);
	expectNoSecret([...wrong.lines, ...unknown.lines, ...foreign.lines], [PASSWORD, "wrong-one"]);
});

test("while the mail server is stopped the alert waits, and it arrives once when the server is back", async () => {
	await exim.stop();
	const { outbox, accept } = setUp();
	accept(notification({ id: "outage-1" }));
	accept(notification({ id: "outage-2", type: "alert.resolved", alerts: [snapshot({ state: "resolved" })] }));
	await expect.poll(() => outbox.rows.get("outage-1")?.delivery.attempts ?? 0, patiently).toBeGreaterThanOrEqual(2);
	expect(outbox.rows.get("outage-1")?.delivery.lastError).toContain("ECONNREFUSED");
	await exim.start();
	await expect
		.poll(() => outbox.endings.map(({ id, result }) => `${id} ${result}`), patiently)
		.toEqual(["outage-1 sent", "outage-2 sent"]);
	await expect.poll(() => mailsOf("outage-2"), patiently).toHaveLength(1);
	expect(await mailsOf("outage-1")).toHaveLength(1);
});
