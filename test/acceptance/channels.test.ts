import { expect, test } from "vitest";
import { answering, closedPort } from "../support/http-receiver.ts";
import { type LiveStory, liveStory as story } from "../support/live-story.ts";
import { mailServer, parseMail } from "../support/mail-server.ts";

const PROBLEM = "alert.firing [get-configuration firing] backend_down";
const RECOVERY = "alert.resolved [get-configuration resolved] backend_down";

/** An outage of five minutes. */
async function outage(it: LiveStory): Promise<void> {
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(300);
	await it.faults.clear();
	await it.pass(120);
}

test("a mail server that is down longer than the outage gets problem and recovery, in order", async () => {
	const port = await closedPort();
	await using it = await story({
		channels: [`mail: { type: email, smtp: "smtp://127.0.0.1:${port}", from: probe@ci.test, to: [ops@ci.test] }`],
		routes: ["- to: [mail]"],
	});
	await outage(it);
	const server = await mailServer({ port });
	try {
		await it.pass(900);
		let subjects = await Promise.all(server.mails.map(async (mail) => (await parseMail(mail)).subject));
		subjects = subjects.filter((subject) => !subject?.includes("dss-probe/self"));
		expect(subjects).toHaveLength(2);
		expect(subjects[0]).toMatch(/^CRITICAL design\/get-configuration: nginx up, DSS backend down/);
		expect(subjects[1]).toMatch(/^RESOLVED design\/get-configuration after 5 min/);
	} finally {
		await server.close();
	}
});

test("a pager that answers 500 during the outage hears of it and of its end afterwards", async () => {
	await using it = await story();
	it.pager.answer = answering(500);
	await outage(it);
	it.pager.answer = answering(204);
	await it.pass(900);
	expect(it.told()).toEqual([PROBLEM, RECOVERY]);
	const [first] = it.pages;
	expect(it.pages.filter(({ id }) => id === first?.id).length).toBeGreaterThan(3);
});

test("a pager that asks for ten minutes of rest (429) is left alone for that long", async () => {
	await using it = await story();
	it.pager.answer = answering(429, "", { "retry-after": "600" });
	await outage(it);
	const [first] = it.pages;
	expect(it.pages).toHaveLength(1);
	it.pager.answer = answering(204);
	await it.pass(900);
	expect(it.told()).toEqual([PROBLEM, RECOVERY]);
	expect((it.pages[1]?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(600);
	expect((it.pages[1]?.at ?? 0) - (first?.at ?? 0)).toBeLessThanOrEqual(660);
});

test("a pager that is gone for good (410) hands over to its fallback, and the recovery follows there", async () => {
	const fallback = await mailServer();
	try {
		await using it = await story({
			channels: [
				`mail: { type: email, smtp: "smtp://127.0.0.1:${fallback.port}", from: probe@ci.test, to: [ops@ci.test] }`,
			],
			pager: "fallback: mail",
		});
		it.pager.answer = answering(410);
		await outage(it);
		await it.pass(120);
		const subjects = await Promise.all(fallback.mails.map(async (mail) => (await parseMail(mail)).subject));
		expect(subjects.filter((subject) => subject?.startsWith("CRITICAL"))).toHaveLength(1);
		expect(subjects.at(-1)).toMatch(/^RESOLVED/);
		expect(it.logged.join("\n")).toContain("its fallback channel takes over");
	} finally {
		await fallback.close();
	}
});

test("a pager that never answers is asked again and again with the same message, and holds nothing up", async () => {
	await using it = await story();
	it.pager.answer = () => {};
	await outage(it);
	const problems = it.pages.filter(({ cause }) => cause === "backend_down");
	expect(new Set(problems.map(({ id }) => id)).size).toBe(1);
	expect(problems.length).toBeGreaterThan(3);
	expect(it.transitions.some(({ change }) => change === "resolved")).toBe(true);
	it.pager.answer = answering(204);
	await it.pass(900);
	expect(it.told()).toEqual([PROBLEM, RECOVERY]);
});

test("a pager that does not take anything for minutes is told of on the other channel, by the program itself", async () => {
	const mail = await mailServer();
	try {
		await using it = await story({
			channels: [
				`mail: { type: email, smtp: "smtp://127.0.0.1:${mail.port}", from: probe@ci.test, to: [ops@ci.test] }`,
			],
			routes: ["- { match: { instance: dss-probe }, to: [mail] }", "- to: [pager]"],
		});
		it.pager.answer = answering(500);
		await outage(it);
		it.pager.answer = answering(204);
		await it.pass(900);
		const subjects = await Promise.all(mail.mails.map(async (one) => (await parseMail(one)).subject));
		expect(subjects).toHaveLength(2);
		expect(subjects[0]).toMatch(/^WARNING dss-probe\/self: /);
		expect(subjects[1]).toMatch(/^RESOLVED dss-probe\/self/);
		expect(it.told()).toEqual([PROBLEM, RECOVERY]);
	} finally {
		await mail.close();
	}
});
