import { expect, test } from "vitest";
import { answering } from "../support/http-receiver.ts";
import { liveStory as story } from "../support/live-story.ts";

const PROBLEM = "alert.firing [get-configuration firing] backend_down";
const RECOVERY = "alert.resolved [get-configuration resolved] backend_down";

test("a restart while two of three bad looks were counted goes on counting", async () => {
	await using it = await story();
	await it.pass(120);
	await it.faults.set({ fault: "gateway" });
	await it.passUntil(() => it.transitions.length > 0);
	await it.pass(6);
	expect(it.pages).toEqual([]);
	await it.restart(2);
	const restarted = it.elapsed();
	await it.pass(120);
	expect(it.told()).toEqual([PROBLEM]);
	// One bad look was enough, and the first look comes within 15 s.
	expect((it.pages[0]?.at ?? 0) - restarted).toBeLessThanOrEqual(16);
});

test("a restart after a long rest counts anew: what was bad an hour ago proves nothing now", async () => {
	await using it = await story();
	await it.pass(120);
	await it.faults.set({ fault: "gateway", times: 2 });
	await it.passUntil(() => it.transitions.length > 0);
	await it.pass(6);
	await it.faults.set({ fault: "gateway", times: 2 });
	await it.restart(3_600);
	await it.pass(300);
	expect(it.pages).toEqual([]);
});

test("a restart while firing says nothing again, and the recovery is told by the new program", async () => {
	await using it = await story();
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(120);
	expect(it.told()).toEqual([PROBLEM]);
	for (let round = 0; round < 3; round++) {
		await it.restart(30);
		await it.pass(120);
	}
	expect(it.told()).toEqual([PROBLEM]);
	await it.faults.clear();
	await it.restart(7_200);
	await it.pass(120);
	expect(it.told()).toEqual([PROBLEM, RECOVERY]);
});

test("a recovery that began before a restart is told once after it", async () => {
	await using it = await story();
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(120);
	await it.faults.clear();
	await it.passUntil(() => it.transitions.at(-1)?.change === "recovering");
	await it.restart(1);
	await it.pass(120);
	expect(it.told()).toEqual([PROBLEM, RECOVERY]);
});

test("a message that waits for its channel survives restarts and arrives with the id it always had", async () => {
	await using it = await story();
	it.pager.answer = answering(500);
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(120);
	const ids = () => new Set(it.pages.filter(({ cause }) => cause === "backend_down").map(({ id }) => id));
	expect(it.pages.length).toBeGreaterThan(1);
	await it.restart(60);
	await it.pass(60);
	await it.restart(60);
	it.pager.answer = answering(204);
	await it.pass(600);
	expect(it.told()).toEqual([PROBLEM]);
	expect(ids().size).toBe(1);
});

test("problem and recovery that both waited through a restart arrive in their order", async () => {
	await using it = await story();
	it.pager.answer = answering(503);
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(120);
	await it.faults.clear();
	await it.pass(120);
	await it.restart(300);
	it.pager.answer = answering(204);
	await it.pass(3_600);
	expect(it.told()).toEqual([PROBLEM, RECOVERY]);
});

test("what the program was about to tell when its group was not yet due is told after the restart", async () => {
	const routes = ["- { to: [pager], group_by: [instance], group_wait: 1m }"];
	await using it = await story({ routes });
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.passUntil(() => it.transitions.some(({ change }) => change === "fired"));
	await it.restart(5);
	expect(it.pages).toEqual([]);
	await it.pass(90);
	expect(it.told()).toEqual([PROBLEM]);
});
