import { expect, test } from "vitest";
import { liveStory as story } from "../support/live-story.ts";

test("a long outage is repeated at its interval, and no more after it is over", async () => {
	await using it = await story({ routes: ["- { to: [pager], repeat_every: 10m }"] });
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(1_500);
	await it.faults.clear();
	await it.pass(1_500);
	expect(it.pages.map(({ type }) => type)).toEqual([
		"alert.firing",
		"alert.reminder",
		"alert.reminder",
		"alert.resolved",
	]);
	const [first, second, third] = it.pages.map(({ at }) => at) as [number, number, number];
	expect(second - first).toBeCloseTo(600, 0);
	expect(third - second).toBeCloseTo(600, 0);
});

test("an outage that nobody ends in time is escalated once, with its recovery", async () => {
	await using it = await story({ routes: ["- { to: [], escalate: [{ after: 10m, to: [pager] }] }"] });
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(300);
	expect(it.pages).toEqual([]);
	await it.pass(1_200);
	expect(it.pages.map(({ type }) => type)).toEqual(["alert.escalated"]);
	await it.faults.clear();
	await it.pass(120);
	expect(it.pages.map(({ type }) => type)).toEqual(["alert.escalated", "alert.resolved"]);
});

test("an outage that ends before its escalation is never heard of on the second step", async () => {
	await using it = await story({ routes: ["- { to: [], escalate: [{ after: 10m, to: [pager] }] }"] });
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(400);
	await it.faults.clear();
	await it.pass(1_200);
	expect(it.pages).toEqual([]);
});

test("alerts of one group that fire together are one message, and so are their recoveries", async () => {
	const copies = ["one", "two", "three"].map((name) => `- { use: get-configuration, as: ${name} }`);
	await using it = await story({
		checks: copies,
		routes: ["- { to: [pager], group_by: [instance], group_wait: 1m }"],
	});
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(300);
	await it.faults.clear();
	await it.pass(300);
	expect(it.pages.map(({ type, alerts }) => [type, alerts.toSorted()])).toEqual([
		["alert.firing", ["one firing", "three firing", "two firing"]],
		["alert.resolved", ["one resolved", "three resolved", "two resolved"]],
	]);
});

test("an outage that is over before its group was due is told to nobody", async () => {
	await using it = await story({ routes: ["- { to: [pager], group_by: [instance], group_wait: 5m }"] });
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(120);
	await it.faults.clear();
	await it.pass(900);
	expect(it.transitions.map(({ change }) => change)).toContain("fired");
	expect(it.pages).toEqual([]);
});

test("a check that the configuration drops while it fires is told to be over, and a new one is watched", async () => {
	await using it = await story({ checks: ["- get-configuration"] });
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(200);
	it.reload({ checks: ["- public-api"] });
	await it.pass(1);
	expect(it.told()).toEqual([
		"alert.firing [get-configuration firing] backend_down",
		"alert.resolved [get-configuration resolved] backend_down",
	]);
	expect(it.pages[1]?.text).toContain("removed from the configuration");
	await it.pass(300);
	expect(it.told().slice(2)).toEqual(["alert.firing [public-api firing] backend_down"]);
});

test("a reload that changes nothing about a firing check says nothing", async () => {
	await using it = await story({ checks: ["- get-configuration"] });
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(200);
	for (let round = 0; round < 5; round++) {
		it.reload({ checks: ["- get-configuration", "- public-api"] });
		await it.pass(60);
		it.reload({ checks: ["- get-configuration"] });
		await it.pass(60);
	}
	expect(it.told()).toEqual(["alert.firing [get-configuration firing] backend_down"]);
});
