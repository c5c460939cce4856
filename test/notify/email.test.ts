import { expect, test } from "vitest";
import { silentLog } from "../../src/log.ts";
import { channelOptions, createChannel } from "../../src/notify/notify.ts";
import { makeAuthority } from "../support/certificates.ts";
import { header, type MailServer, mailServer, parseMail, USER } from "../support/mail-server.ts";
import { notification, snapshot } from "../support/notifications.ts";
import { expectNoSecret } from "../support/secret-search.ts";
import { channelContract, channelOf, type Receiver, sendOnce } from "./contract.ts";

const PASSWORD = "pa:ss/w0rd+secret";

type MailReceiver = Receiver & { server: MailServer };

async function open(more: Record<string, unknown> = {}): Promise<MailReceiver> {
	const server = await mailServer({ password: PASSWORD });
	return {
		server,
		options: {
			type: "email",
			smtp: `smtp://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}`,
			from: "DSS probe <probe@dss.example>",
			to: ["ops@example.com", "Night Shift <night@example.com>"],
			...more,
		},
		secrets: [PASSWORD],
		taken: () =>
			Promise.all(
				server.mails.map(async (mail) => {
					const { subject, text, messageId } = await parseMail(mail);
					return { id: String(messageId), words: `${subject}\n${text}` };
				}),
			),
		close: () => server.close(),
	};
}

const refusing = (code: number) => () => ({ code, words: `no, says ${PASSWORD}` });
const all = ({ server }: MailReceiver, code: number) => {
	server.onRecipient = refusing(code);
};

channelContract("email", open, [
	{ when: "250 after the data", arrange: () => {}, result: "sent" },
	{
		when: "421 as greeting",
		arrange: ({ server }) => {
			server.onConnect = refusing(421);
		},
		result: "retry",
		words: "421",
	},
	{
		when: "554 as greeting",
		arrange: ({ server }) => {
			server.onConnect = refusing(554);
		},
		result: "retry",
		words: "554",
	},
	{
		when: "451 for the sender",
		arrange: ({ server }) => {
			server.onFrom = refusing(451);
		},
		result: "retry",
	},
	{
		when: "530 for the sender",
		arrange: ({ server }) => {
			server.onFrom = refusing(530);
		},
		result: "retry",
	},
	{
		when: "550 for the sender",
		arrange: ({ server }) => {
			server.onFrom = refusing(550);
		},
		result: "rejected",
		words: "550",
	},
	{ when: "450 for all recipients", arrange: (receiver) => all(receiver, 450), result: "retry", words: "450" },
	{ when: "550 for all recipients", arrange: (receiver) => all(receiver, 550), result: "rejected", words: "550" },
	{
		when: "450 for one and 550 for the other recipient",
		arrange: ({ server }) => {
			server.onRecipient = (address) => ({ code: address.startsWith("ops") ? 450 : 550, words: "no" });
		},
		result: "retry",
	},
	{
		when: "550 for one recipient only",
		arrange: ({ server }) => {
			server.onRecipient = (address) =>
				address.startsWith("ops") ? { code: 550, words: `unknown ${PASSWORD}` } : undefined;
		},
		result: "sent",
		words: /not to all recipients: ops@example.com: .*550/,
	},
	{
		when: "452 after the data",
		arrange: ({ server }) => {
			server.onData = refusing(452);
		},
		result: "retry",
		words: "452",
	},
	{
		when: "554 after the data",
		arrange: ({ server }) => {
			server.onData = refusing(554);
		},
		result: "rejected",
		words: "554",
	},
	{
		when: "silence after the data",
		hangs: true,
		arrange: ({ server }) => {
			server.onData = () => "silence";
		},
		result: "retry",
	},
]);

async function withServer(
	options: Record<string, unknown>,
	use: (server: MailServer, options: Record<string, unknown>) => Promise<void>,
) {
	const { server, options: base, close } = await open(options);
	try {
		await use(server, base);
	} finally {
		await close();
	}
}

test("a wrong password is tried again, because people mend it, and it is shown nowhere", () =>
	withServer({}, async (server, options) => {
		const wrong = "wrong-password-4711";
		const channel = channelOf({ ...options, smtp: `smtp://${USER}:${wrong}@127.0.0.1:${server.port}` });
		const outcome = await sendOnce(channel, notification());
		expect(outcome).toMatchObject({
			result: "retry",
			error: expect.stringMatching(/does not accept user and password.*535/),
		});
		expectNoSecret([JSON.stringify(outcome)], [wrong]);
		channel.close();
	}));

test("recipients who were put off get the mail later, and the others get it once", () =>
	withServer({}, async (server, options) => {
		server.onRecipient = (address) => (address.startsWith("night") ? { code: 450, words: "later" } : undefined);
		const channel = channelOf(options);
		expect(await sendOnce(channel, notification())).toMatchObject({
			result: "retry",
			error: expect.stringContaining("night@example.com"),
		});
		server.onRecipient = () => undefined;
		expect(await sendOnce(channel, notification())).toEqual({ result: "sent" });
		expect(server.mails.map(({ to }) => to)).toEqual([["ops@example.com"], ["night@example.com"]]);
		channel.close();
	}));

test("the headers say who, when, what it belongs to, and that no program should answer", () =>
	withServer({}, async (server, options) => {
		const channel = channelOf(options);
		await sendOnce(channel, notification({ id: "n 2/ü", type: "alert.reminder" }), "n-1");
		const [received] = server.mails;
		if (received === undefined) throw new Error("nothing was received");
		expect(received).toMatchObject({
			from: "probe@dss.example",
			to: ["ops@example.com", "night@example.com"],
			user: USER,
		});
		const mail = await parseMail(received);
		expect(mail.from).toMatchObject({ address: "probe@dss.example", name: "DSS probe" });
		expect(mail.to?.map(({ address }) => address)).toEqual(["ops@example.com", "night@example.com"]);
		expect(mail.subject).toBe(
			"CRITICAL design/get-configuration (reminder, for 2 min): nginx up, DSS backend down or starting",
		);
		expect(mail.messageId).toBe("<n%202%2F%C3%BC@dss-probe.dss.example>");
		expect(mail.inReplyTo).toBe("<n-1@dss-probe.dss.example>");
		expect(mail.references).toBe("<n-1@dss-probe.dss.example>");
		expect(header(mail, "auto-submitted")).toBe("auto-generated");
		expect(header(mail, "x-auto-response-suppress")).toBe("All");
		expect(new Date(mail.date ?? "").toISOString()).toBe("2026-01-05T08:02:00.000Z");
		channel.close();
	}));

test("the first message of an incident refers to no other", () =>
	withServer({}, async (server, options) => {
		const channel = channelOf(options);
		await sendOnce(channel, notification({ id: "n-1" }), "n-1");
		const mail = await parseMail(server.mails[0] ?? { raw: "" });
		expect(mail.messageId).toBe("<n-1@dss-probe.dss.example>");
		expect(mail.inReplyTo).toBeUndefined();
		channel.close();
	}));

test("a check with a line feed in its name starts no header", () =>
	withServer({}, async (server, options) => {
		const channel = channelOf(options);
		await sendOnce(channel, notification({ alerts: [snapshot({ check: "x\r\nBcc: evil@example.com" })] }));
		const mail = await parseMail(server.mails[0] ?? { raw: "" });
		expect(mail.bcc ?? []).toEqual([]);
		expect(header(mail, "bcc")).toBeUndefined();
		expect(server.mails[0]?.to).toHaveLength(2);
		channel.close();
	}));

test("the HTML part escapes what it shows and loads nothing", () =>
	withServer({}, async (server, options) => {
		const channel = channelOf(options);
		await sendOnce(
			channel,
			notification({ alerts: [snapshot({ summary: "<img src=x onerror=alert(1)>", runbook: "javascript:alert(1)" })] }),
		);
		const { html = "" } = await parseMail(server.mails[0] ?? { raw: "" });
		expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
		expect(html).not.toMatch(/<img|<script|href="javascript/);
		expect(html).toContain('<a href="https://design.example:11200"');
		channel.close();
	}));

test("STARTTLS is used where it is offered, and its certificate is checked", async () => {
	const authority = makeAuthority();
	const server = await mailServer({ password: PASSWORD, starttls: authority.issue("IP:127.0.0.1") });
	const options = {
		type: "email",
		smtp: `smtp://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}?requireTLS=true`,
		from: "probe@dss.example",
		to: ["ops@example.com"],
	};
	const [strict, lax] = [channelOf(options), channelOf({ ...options, tls: { verify: false } })];
	const trusting = createChannel("ops", channelOptions.parse({ ...options, tls: { ca: "/etc/ssl/own.pem" } }), {
		log: silentLog,
		readText: (path) => (path === "/etc/ssl/own.pem" ? authority.ca : ""),
	});
	expect(await sendOnce(strict, notification())).toMatchObject({
		result: "retry",
		error: expect.stringMatching(/certificate/i),
	});
	expect(await sendOnce(lax, notification())).toEqual({ result: "sent" });
	expect(await sendOnce(trusting, notification())).toEqual({ result: "sent" });
	expect(server.mails.map(({ secure }) => secure)).toEqual([true, true]);
	for (const channel of [strict, lax, trusting]) channel.close();
	await server.close();
	authority.close();
});

test("a server that offers no STARTTLS never sees the password where TLS is required", () =>
	withServer({}, async (server, options) => {
		const channel = channelOf({
			...options,
			smtp: `smtp://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}?requireTLS=true`,
		});
		expect(await sendOnce(channel, notification())).toMatchObject({ result: "retry" });
		expect(server.mails).toEqual([]);
		channel.close();
	}));

test.for([
	[{ smtp: "http://mail.example/" }, "is not an smtp:// or smtps:// address"],
	[{ smtp: "smtp://mail.example/?requireTls=true" }, "has an unknown parameter"],
	[{ smtp: "smtp://mail.example/?requireTLS=yes" }, "needs true or false for requireTLS"],
	[{ smtp: "smtp://u:hunter2@mail.example/?ignoreTLS=true" }, "sends a password without TLS"],
	[{ smtp: "smtp://mail.example/hunter2" }, "has a path"],
	[{ from: "probe" }, "is not a mail address"],
	[{ from: "a@b.example\r\nBcc: evil@example.com" }, "is not a mail address"],
	[{ to: ["a@b.example, evil@example.com"] }, "is not a mail address"],
	[{ to: [] }, "too_small"],
] as const)("options %j are refused: %s", ([options, message]) => {
	const parsed = channelOptions.safeParse({
		type: "email",
		smtp: "smtp://mail.example",
		from: "a@b.example",
		to: ["c@d.example"],
		...options,
	});
	expect(parsed.success).toBe(false);
	expect(JSON.stringify(parsed.error?.issues)).toContain(message);
	expect(JSON.stringify(parsed.error?.issues)).not.toContain("hunter2");
});
