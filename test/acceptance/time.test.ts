import { describe, expect, test } from "vitest";
import { answering } from "../support/http-receiver.ts";
import { liveStory as story } from "../support/live-story.ts";

const HOUR_MS = 3_600_000;
const PROBLEM = "alert.firing [get-configuration firing] backend_down";
const RECOVERY = "alert.resolved [get-configuration resolved] backend_down";
const DEPTHS = ["- get-configuration", "- public-api"];

test("a machine that slept for five minutes raises no alarm", async () => {
	await using it = await story({ checks: DEPTHS });
	await it.pass(125);
	it.suspend(300);
	expect(it.transitions).toEqual([]);
	await it.pass(300);
	expect(it.pages).toEqual([]);
});

test("a machine that slept while a look was bad does not take the looks before and after for a row", async () => {
	await using it = await story();
	await it.pass(120);
	await it.faults.set({ fault: "gateway", times: 2 });
	await it.passUntil(() => it.transitions.length > 0);
	await it.pass(6);
	it.suspend(300);
	await it.faults.set({ fault: "gateway", times: 2 });
	await it.pass(300);
	expect(it.pages).toEqual([]);
});

test("a program that was held for a minute blames itself, not the target", async () => {
	await using it = await story({ checks: DEPTHS });
	await it.pass(120);
	await it.faults.set({ fault: "hang" });
	// Held in the middle of looks that nobody answers.
	for (let round = 0; round < 4; round++) {
		await it.pass(7);
		await it.clock.stall(60_000);
		await it.faults.clear();
		await it.pass(60);
		await it.faults.set({ fault: "hang", times: 1 });
	}
	expect(it.pages).toEqual([]);
});

describe.each([
	["back", -HOUR_MS],
	["forward", HOUR_MS],
])("a clock that is set %s by an hour", (_way, jump) => {
	test("tells nobody anything while all is well", async () => {
		await using it = await story({ checks: DEPTHS });
		await it.pass(125);
		it.clock.jumpWall(jump);
		await it.pass(600);
		expect(it.pages).toEqual([]);
	});

	test("delays an outage that begins afterwards by nothing", async () => {
		await using it = await story({ checks: DEPTHS });
		await it.pass(125);
		it.clock.jumpWall(jump);
		await it.pass(60);
		const begun = it.elapsed();
		await it.faults.set({ fault: "gateway" });
		await it.pass(200);
		expect(it.told()).toEqual([PROBLEM]);
		expect((it.pages[0]?.at ?? 0) - begun).toBeLessThanOrEqual(60);
		await it.faults.clear();
		await it.pass(200);
		expect(it.told()).toEqual([PROBLEM, RECOVERY]);
	});

	test("in the middle of an outage repeats nothing, and the recovery comes at once", async () => {
		await using it = await story({ checks: DEPTHS });
		await it.pass(125);
		await it.faults.set({ fault: "gateway" });
		await it.pass(200);
		it.clock.jumpWall(jump);
		await it.pass(200);
		expect(it.told()).toEqual([PROBLEM]);
		await it.faults.clear();
		await it.pass(60);
		expect(it.told()).toEqual([PROBLEM, RECOVERY]);
	});

	test("while a message waits for its group lets it leave in time", async () => {
		await using it = await story({ routes: ["- { to: [pager], group_by: [instance], group_wait: 30s }"] });
		await it.pass(120);
		await it.faults.set({ fault: "gateway" });
		await it.passUntil(() => it.transitions.some(({ change }) => change === "fired"));
		await it.pass(5);
		it.clock.jumpWall(jump);
		await it.pass(60);
		expect(it.told()).toEqual([PROBLEM]);
		await it.faults.clear();
		await it.pass(120);
		expect(it.told()).toEqual([PROBLEM, RECOVERY]);
	});

	test("while a message waits for its next try does not hold it back", async () => {
		await using it = await story();
		it.pager.answer = answering(429, "", { "retry-after": "60" });
		await it.pass(120);
		await it.faults.set({ fault: "gateway" });
		await it.pass(90);
		it.clock.jumpWall(jump);
		await it.pass(130);
		it.pager.answer = answering(204);
		await it.pass(65);
		expect(it.told()).toEqual([PROBLEM]);
	});

	test("after a parent has recovered keeps no child quiet", async () => {
		await using it = await story({ checks: DEPTHS });
		await it.pass(120);
		await it.faults.set({ fault: "gateway" });
		await it.pass(200);
		await it.faults.clear();
		await it.pass(200);
		it.clock.jumpWall(jump);
		await it.pass(120);
		await it.faults.set({ fault: "key_revoked" });
		await it.pass(240);
		expect(it.told().slice(2)).toEqual(["alert.firing [public-api firing] key_rejected"]);
	});

	test("shifts an escalation and a repetition by a minute at most", async () => {
		await using it = await story({
			routes: ["- { to: [], repeat_every: 10m, escalate: [{ after: 10m, to: [pager] }] }"],
		});
		await it.pass(120);
		const begun = it.elapsed();
		await it.faults.set({ fault: "gateway" });
		await it.pass(200);
		it.clock.jumpWall(jump);
		await it.pass(600);
		expect(it.pages.map(({ type }) => type)).toEqual(["alert.escalated"]);
		expect((it.pages[0]?.at ?? 0) - begun).toBeGreaterThan(600);
		await it.pass(600);
		expect(it.pages.map(({ type }) => type)).toEqual(["alert.escalated", "alert.reminder"]);
	});
});
