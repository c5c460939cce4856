import { expect, test } from "vitest";
import { liveStory as story } from "../support/live-story.ts";

const DEPTHS = [
	"- get-configuration",
	"- public-api",
	"- { use: canary-job, with: { project: DKU_MONITORING, output: canary_out } }",
];

test("an outage is paged once, with its cause and in time, and once when it is over", async () => {
	await using it = await story();
	await it.pass(120);
	const begun = it.elapsed();
	await it.faults.set({ fault: "gateway", status: 502 });
	await it.pass(900);
	await it.faults.clear();
	await it.pass(900);

	expect(it.told()).toEqual([
		"alert.firing [get-configuration firing] backend_down",
		"alert.resolved [get-configuration resolved] backend_down",
	]);
	// every 30s + timeout 10s + 2 more looks, each a timeout apart at most: what validate prints.
	expect((it.pages[0]?.at ?? 0) - begun).toBeLessThanOrEqual(60);
	expect((it.pages[1]?.at ?? 0) - begun).toBeLessThanOrEqual(900 + 35);
	expect(it.pages[0]?.title).toBe("CRITICAL design/get-configuration: nginx up, DSS backend down or starting");
});

test("three checks that fail together are one page that names the layer behind them", async () => {
	await using it = await story({ checks: DEPTHS });
	await it.pass(900);
	await it.faults.set({ fault: "refuse" });
	await it.pass(900);
	await it.faults.clear();
	await it.pass(900);

	expect(it.told()).toEqual([
		"alert.firing [get-configuration firing] connection_refused",
		"alert.resolved [get-configuration resolved] connection_refused",
	]);
	const fired = it.transitions.filter(({ change }) => change === "fired").map(({ key }) => key);
	expect(fired.toSorted()).toEqual(["design/canary-job", "design/get-configuration", "design/public-api"]);
});

test("a blip of two looks tells nobody", async () => {
	await using it = await story();
	await it.pass(120);
	for (let round = 0; round < 8; round++) {
		await it.faults.set({ fault: "gateway", status: 502, times: 2 });
		await it.pass(300);
	}
	expect(it.transitions.filter(({ change }) => change === "pending")).toHaveLength(8);
	expect(it.pages).toEqual([]);
});

test("a backend that accepts and never answers is told as hanging, not as an unreachable machine", async () => {
	await using it = await story();
	await it.pass(60);
	await it.faults.set({ fault: "hang" });
	await it.pass(300);
	await it.faults.clear();
	await it.pass(300);
	expect(it.told()).toEqual([
		"alert.firing [get-configuration firing] backend_hanging",
		"alert.resolved [get-configuration resolved] backend_hanging",
	]);
});

test("a revoked key is told as the key's fault while DSS itself counts as up", async () => {
	await using it = await story({ checks: DEPTHS });
	await it.pass(900);
	await it.faults.set({ fault: "key_revoked" });
	await it.pass(1_800);
	await it.faults.clear();
	await it.pass(1_800);
	expect(it.told()).toEqual([
		"alert.firing [public-api firing] key_rejected",
		"alert.resolved [public-api resolved] key_rejected",
	]);
});

test("job kernels that are all taken are told as such, while both other layers are up", async () => {
	await using it = await story({ checks: DEPTHS });
	await it.pass(900);
	await it.faults.set({ fault: "job_queued" });
	await it.pass(3_000);
	await it.faults.clear();
	await it.pass(1_800);
	expect(it.told()).toEqual([
		"alert.firing [canary-job firing] no_free_jek",
		"alert.resolved [canary-job resolved] no_free_jek",
	]);
});
