import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { mailExamination } from "../../src/examine/channel-mail.ts";
import { sendExamination } from "../../src/examine/channel-send.ts";
import { judgeMessages } from "../../src/examine/channel-state.ts";
import { silentLog } from "../../src/log.ts";
import { emailOptions } from "../../src/notify/email.ts";
import { channelOptions } from "../../src/notify/notify.ts";
import type { OutboxRow } from "../../src/store/store.ts";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { mailServer, USER } from "../support/mail-server.ts";
import { notification } from "../support/notifications.ts";

const signal = new AbortController().signal;
const deps = { log: silentLog, readText: () => "" };

const PASSWORD = "p4ss-word-of-mail";

async function greeted(password: string | undefined, given = PASSWORD) {
	const server = await mailServer(password === undefined ? {} : { password });
	onTestFinished(() => server.close());
	const user = password === undefined ? "" : `${USER}:${given}@`;
	const options = emailOptions.parse({
		type: "email",
		smtp: `smtp://${user}127.0.0.1:${server.port}`,
		from: "probe@dss.example",
		to: ["ops@example.com"],
	});
	const findings = await mailExamination(options, deps).examine(signal);
	expect(server.mails).toEqual([]);
	return findings;
}

test("a mail server is greeted and logged in to, and gets no mail", async () => {
	expect(await greeted(PASSWORD)).toEqual([{ level: "ok", seen: `logged in as ${USER}` }]);
	expect(await greeted(undefined)).toEqual([{ level: "ok", seen: "the mail server greets; no login is set" }]);
});

test("a login that is refused says so, without the password that the server repeats", async () => {
	const [finding] = await greeted(PASSWORD, "another-pass-word");
	expect(finding).toMatchObject({
		level: "critical",
		seen: expect.stringMatching(/^the mail server does not accept user and password: .*535.*\[secret\]/),
		todo: expect.stringMatching(/^Set user and password in smtp: anew/),
	});
	expect(JSON.stringify(finding)).not.toContain("another-pass-word");
});

/** A mail server of a few words: it greets, then answers each line. */
async function curtServer(greeting: string | undefined, answer: (line: string) => string = () => "250 fine") {
	const heard: string[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => sockets.delete(socket));
		if (greeting !== undefined) socket.write(`${greeting}\r\n`);
		socket.on("data", (data) => {
			for (const line of data.toString("latin1").split("\r\n").slice(0, -1)) {
				heard.push(line);
				socket.write(`${answer(line)}\r\n`);
			}
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	const examined = (scheme = "smtp", abort = signal) =>
		mailExamination(
			emailOptions.parse({
				type: "email",
				smtp: `${scheme}://${USER}:${PASSWORD}@127.0.0.1:${port}`,
				from: "probe@dss.example",
				to: ["ops@example.com"],
			}),
			deps,
		).examine(abort);
	return { heard, sockets, examined };
}

test("a server that offers no login is not said to have taken one, and is not shown the password", async () => {
	const { heard, examined } = await curtServer("220 mail");
	expect(await examined()).toMatchObject([
		{ level: "warning", seen: "the mail server offers no login: user and password of smtp: are not used" },
	]);
	expect(heard.join("\n")).not.toMatch(/AUTH/);
});

test.each([
	["421 too busy", /^it greets with "421 too busy"$/, /^Try again in some minutes/],
	["554 no thanks", /^it greets with "554 no thanks"$/, /takes mail from this address/],
	["HTTP/1.1 400 Bad Request", /^it greets with "HTTP\/1.1 400 Bad Request"$/, /correct host and port/],
])("a mail server that greets with %s is told in its words", async (greeting, seen, todo) => {
	const { examined } = await curtServer(greeting);
	expect(await examined()).toMatchObject([
		{ level: "critical", seen: expect.stringMatching(seen), todo: expect.stringMatching(todo) },
	]);
});

test("a login that is put off is no wrong password", async () => {
	const { examined } = await curtServer("220 mail", (line) =>
		/^EHLO/.test(line) ? "250-mail\r\n250 AUTH PLAIN" : /^AUTH/.test(line) ? "454 not now" : "250 fine",
	);
	expect(await examined()).toMatchObject([
		{ level: "critical", seen: expect.stringContaining("454 not now"), todo: expect.stringMatching(/^Try again/) },
	]);
});

test("smtps to a server that begins without TLS names the scheme", async () => {
	const { examined } = await curtServer("220 mail");
	expect(await examined("smtps")).toMatchObject([
		{
			level: "critical",
			seen: "its port does not speak TLS from the first byte on",
			todo: expect.stringMatching(/^smtps:\/\/ is for port 465/),
		},
	]);
});

test("the talk with a mail server that says nothing ends with the examination", async () => {
	const { sockets, examined } = await curtServer(undefined);
	const late = new AbortController();
	const findings = examined("smtp", late.signal);
	await expect.poll(() => sockets.size).toBe(1);
	late.abort();
	expect(await findings).toMatchObject([{ level: "critical" }]);
	await expect.poll(() => sockets.size).toBe(0);
});

test("a message goes out only by the examination that sends", async () => {
	const receiver = await httpReceiver(answering(204));
	onTestFinished(() => receiver.close());
	const options = channelOptions.parse({ type: "webhook", url: `http://127.0.0.1:${receiver.port}/` });
	const send = sendExamination("pager", options, { ...deps, clock: systemClock });
	expect(await send.examine(signal)).toEqual([{ level: "ok", seen: "sent (HTTP 204)" }]);
	expect(receiver.requests).toHaveLength(1);
	receiver.answer = answering(410);
	expect(await send.examine(signal)).toMatchObject([
		{ level: "critical", seen: expect.stringMatching(/^not sent: .*410/) },
	]);
});

const NOW = Date.UTC(2026, 0, 5, 12);
const row = (given: { ending?: OutboxRow["ending"]; attempts?: number; dueAt?: number }): OutboxRow => ({
	notification: notification({ dueAt: given.dueAt ?? NOW }),
	delivery: { attempts: given.attempts ?? 0, nextAt: NOW, lastError: "HTTP 500" },
	...(given.ending && { ending: given.ending }),
});

test("what is stuck, given up or disabled is told of a channel", () => {
	const judged = (messages: Parameters<typeof judgeMessages>[0]) =>
		judgeMessages(messages, NOW).map(({ level, seen }) => `${level}: ${seen}`);
	expect(judged({ waiting: [], dead: [] })).toEqual(["ok: nothing is stuck, nothing was given up"]);
	// Waiting for its group, or tried for a short time only.
	expect(
		judged({ waiting: [row({ dueAt: NOW - 3_600_000 }), row({ attempts: 2, dueAt: NOW - 60_000 })], dead: [] }),
	).toEqual(["ok: nothing is stuck, nothing was given up"]);
	expect(judged({ waiting: [row({ attempts: 9, dueAt: NOW - 7_200_000 })], dead: [] })).toEqual([
		"critical: 1 message cannot be delivered, since 2 h: HTTP 500",
	]);
	const ending = { id: "x", result: "dead", at: NOW - 86_400_000, detail: "refused: HTTP 404" } as const;
	expect(judged({ waiting: [], dead: [row({ ending }), row({ ending })], disabled: "HTTP 410" })).toEqual([
		"critical: the daemon has disabled it: HTTP 410",
		"warning: 2 messages were given up, the last 1 d ago: refused: HTTP 404",
	]);
});
