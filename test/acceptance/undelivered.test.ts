import { expect, test } from "vitest";
import { answering } from "../support/http-receiver.ts";
import { liveStory as story } from "../support/live-story.ts";
import { mailServer, parseMail } from "../support/mail-server.ts";

test("where the problem was refused, the recovery says that it could not be delivered, and the program tells of itself", async () => {
	await using it = await story();
	await it.pass(60);
	it.pager.answer = answering(404);
	await it.faults.set({ fault: "gateway" });
	await it.passUntil(() => it.pages.some(({ cause }) => cause === "backend_down"));
	it.pager.answer = answering(204);
	await it.pass(120);
	expect(it.toldOfSelf()).toEqual(["alert.firing [self firing] prober_delivery"]);
	await it.faults.clear();
	await it.pass(120);
	expect(it.told()).toEqual(["alert.resolved [get-configuration resolved] backend_down"]);
	const recovery = it.pages.find(({ type }) => type === "alert.resolved");
	expect(recovery?.text).toContain("The problem itself could not be delivered here (refused: HTTP 404).");
	// A message that was lost is a trouble for an hour.
	await it.pass(3_600);
	expect(it.toldOfSelf().at(-1)).toBe("alert.resolved [self resolved] prober_delivery");
});

test("a recovery that already waits behind its problem says so too when the problem is given up", async () => {
	await using it = await story({ pager: "give_up_after: 5m" });
	await it.pass(60);
	const problemOnly = (answer: number) =>
		((response, { body }) =>
			response.writeHead(body.includes("alert.firing") ? answer : 204).end()) satisfies typeof it.pager.answer;
	it.pager.answer = problemOnly(500);
	await it.faults.set({ fault: "gateway" });
	await it.passUntil(() => it.pages.some(({ cause }) => cause === "backend_down"));
	await it.faults.clear();
	await it.passUntil(() => it.transitions.some(({ change }) => change === "resolved"));
	await it.pass(900);
	expect(it.told()).toEqual(["alert.resolved [get-configuration resolved] backend_down"]);
	expect(it.pages.find(({ type, status }) => type === "alert.resolved" && status === 204)?.text).toContain(
		"The problem itself could not be delivered here (given up after",
	);
});

test("a pager that is gone is disabled, told of on the other channel, and asked again after a reload", async () => {
	const mail = await mailServer();
	try {
		const options = {
			channels: [
				`mail: { type: email, smtp: "smtp://127.0.0.1:${mail.port}", from: probe@ci.test, to: [ops@ci.test] }`,
			],
			routes: ["- { match: { instance: dss-probe }, to: [mail] }", "- to: [pager]"],
		};
		await using it = await story(options);
		await it.pass(60);
		it.pager.answer = answering(410);
		await it.faults.set({ fault: "gateway" });
		await it.pass(120);
		await it.faults.clear();
		await it.pass(120);
		expect(it.pages).toHaveLength(1);
		const [told] = await Promise.all(mail.mails.map(parseMail));
		expect(told?.subject).toMatch(/^WARNING dss-probe\/self: the prober cannot deliver its messages/);
		expect(told?.text).toContain("channel pager takes no messages: disabled until the next reload: HTTP 410");
		it.pager.answer = answering(204);
		it.reload(options);
		await it.faults.set({ fault: "gateway" });
		await it.pass(120);
		expect(it.told()).toEqual(["alert.firing [get-configuration firing] backend_down"]);
	} finally {
		await mail.close();
	}
});
