import { expect, test } from "vitest";
import { liveStory as story } from "../support/live-story.ts";

const DEPTHS = ["- get-configuration", "- public-api"];
const UP = "/dip/api/get-configuration";

test("a child that is still bad when its parent recovers is told then, and not before", async () => {
	await using it = await story({ checks: DEPTHS });
	await it.pass(120);
	await it.faults.set({ fault: "key_revoked" });
	await it.faults.set({ fault: "gateway" });
	await it.pass(300);
	expect(it.told()).toEqual(["alert.firing [get-configuration firing] backend_down"]);
	await it.faults.clear("gateway");
	await it.pass(300);
	expect(it.told()).toEqual([
		"alert.firing [get-configuration firing] backend_down",
		"alert.resolved [get-configuration resolved] backend_down",
		"alert.firing [public-api firing] key_rejected",
	]);
	await it.faults.clear();
	await it.pass(300);
	expect(it.told().at(-1)).toBe("alert.resolved [public-api resolved] key_rejected");
	expect(it.told()).toHaveLength(4);
});

test("a child that was broken and told before its parent gets its recovery, and nothing in between", async () => {
	await using it = await story({ checks: DEPTHS });
	await it.pass(120);
	await it.faults.set({ fault: "key_revoked" });
	await it.pass(300);
	await it.faults.set({ fault: "refuse" });
	await it.pass(300);
	await it.faults.clear();
	await it.pass(300);
	expect(it.told().toSorted()).toEqual([
		"alert.firing [get-configuration firing] connection_refused",
		"alert.firing [public-api firing] key_rejected",
		"alert.resolved [get-configuration resolved] connection_refused",
		expect.stringMatching(/^alert\.resolved \[public-api resolved\]/),
	]);
});

test("a child that breaks a moment before its parent waits for it and stays quiet", async () => {
	await using it = await story({
		checks: [...DEPTHS.slice(0, 1), "- { use: public-api, every: 20s, retry_every: 1s }"],
	});
	await it.pass(120);
	await it.faults.set({ fault: "refuse" });
	await it.pass(600);
	await it.faults.clear();
	await it.pass(300);
	expect(it.told()).toEqual([
		"alert.firing [get-configuration firing] connection_refused",
		"alert.resolved [get-configuration resolved] connection_refused",
	]);
});

test("a maintenance window keeps an outage quiet that ends within it", async () => {
	const window = 'maintenance: [{ name: restart, cron: "10 8 * * *", for: 20m, timezone: UTC }]';
	await using it = await story({ sections: [window] });
	await it.pass(660);
	await it.faults.set({ fault: "gateway" });
	await it.pass(600);
	await it.faults.clear();
	await it.pass(1_200);
	expect(it.transitions.map(({ change }) => change)).toContain("fired");
	expect(it.pages).toEqual([]);
});

test("an outage that outlasts its maintenance window is told when the window ends", async () => {
	const window = 'maintenance: [{ name: restart, cron: "10 8 * * *", for: 20m, timezone: UTC }]';
	await using it = await story({ sections: [window] });
	await it.pass(660);
	await it.faults.set({ fault: "gateway" });
	await it.pass(1_800);
	expect(it.told()).toEqual(["alert.firing [get-configuration firing] backend_down"]);
	expect(it.pages[0]?.at).toBeGreaterThanOrEqual(1_800);
	expect(it.pages[0]?.at).toBeLessThanOrEqual(1_801);
	await it.faults.clear();
	await it.pass(60);
	expect(it.told()).toHaveLength(2);
});

test("the recovery of an outage that was told before the window is told within it", async () => {
	const window = 'maintenance: [{ name: restart, cron: "10 8 * * *", for: 2h, timezone: UTC }]';
	await using it = await story({ sections: [window] });
	await it.pass(120);
	await it.faults.set({ fault: "gateway" });
	await it.pass(900);
	await it.faults.clear();
	await it.pass(120);
	expect(it.told()).toEqual([
		"alert.firing [get-configuration firing] backend_down",
		"alert.resolved [get-configuration resolved] backend_down",
	]);
});

test("a path that something in between blocks is told as such, because the API answers", async () => {
	await using it = await story({ checks: DEPTHS });
	await it.pass(120);
	await it.faults.set({ fault: "gateway", path: UP });
	await it.pass(300);
	expect(it.told()).toEqual(["alert.firing [get-configuration firing] path_blocked"]);
});
