import { expect, test } from "vitest";
import { liveStory as story } from "../support/live-story.ts";

const FIRING = "alert.firing [get-configuration firing] backend_down";
const RESOLVED = "alert.resolved [get-configuration resolved] backend_down";
const silence = (seconds: number) => ({
	match: { instance: "design" },
	for: `${seconds}s`,
	comment: "restart",
	author: "ada",
});

test("the recovery of an outage that was told before a silence is told within the silence", async () => {
	await using it = await story();
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(120);
	await it.ask("/silence/add", silence(3_600));
	await it.faults.clear();
	await it.pass(300);
	expect(it.told()).toEqual([FIRING, RESOLVED]);
});

test("an outage within a silence is told to nobody, neither then nor afterwards", async () => {
	await using it = await story();
	await it.pass(60);
	await it.ask("/silence/add", silence(900));
	await it.faults.set({ fault: "gateway" });
	await it.pass(300);
	await it.faults.clear();
	await it.pass(1_200);
	expect(it.told()).toEqual([]);
});

test("an outage that outlasts its silence is told when the silence ends, by its time or by hand", async () => {
	await using it = await story();
	await it.pass(60);
	await it.ask("/silence/add", silence(600));
	await it.faults.set({ fault: "gateway" });
	await it.pass(500);
	expect(it.told()).toEqual([]);
	await it.pass(200);
	expect(it.told()).toEqual([FIRING]);
	await it.faults.clear();
	await it.pass(300);
	const { value } = (await it.ask("/silence/add", silence(3_600))) as { value: { silence: { id: string } } };
	await it.faults.set({ fault: "gateway" });
	await it.pass(300);
	expect(it.told()).toEqual([FIRING, RESOLVED]);
	await it.ask("/silence/end", { id: value.silence.id });
	await it.pass(5);
	expect(it.told()).toEqual([FIRING, RESOLVED, FIRING]);
});

test("an acknowledgement is told, ends repeats and escalation, and ends with its incident", async () => {
	await using it = await story({
		routes: ["- { to: [pager], repeat_every: 10m, escalate: [{ after: 20m, to: [boss] }] }"],
		channels: ['boss: { type: webhook, url: "http://127.0.0.1:9/" }'],
	});
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.pass(120);
	await it.ask("/ack", { instance: "design", check: "get-configuration", comment: "on it", author: "ada" });
	await it.pass(3_600);
	expect(it.told()).toEqual([FIRING, "alert.acknowledged [get-configuration firing] backend_down"]);
	expect(it.logged.filter((line) => line.includes("boss"))).toEqual([]);
	await it.faults.clear();
	await it.pass(300);
	await it.faults.set({ fault: "gateway" });
	await it.pass(800);
	expect(it.told().slice(2)).toEqual([RESOLVED, FIRING, "alert.reminder [get-configuration firing] backend_down"]);
});

test("a reload while two of three bad looks were counted goes on counting", async () => {
	await using it = await story();
	await it.pass(60);
	await it.faults.set({ fault: "gateway" });
	await it.passUntil(() => it.transitions.some(({ change }) => change === "pending"));
	it.reload({ routes: ["- { match: { severity: critical }, to: [pager] }", "- { to: [pager] }"] });
	await it.pass(12);
	expect(it.told()).toEqual([FIRING]);
});

/** Down for `bad` seconds, up for `good`, `times` over. */
async function turns(it: Awaited<ReturnType<typeof story>>, times: number, bad: number, good: number): Promise<void> {
	for (let turn = 0; turn < times; turn++) {
		await it.faults.set({ fault: "gateway" });
		await it.pass(bad);
		await it.faults.clear();
		await it.pass(good);
	}
}

const RESTLESS = {
	checks: ["- { use: get-configuration, every: 5s, timeout: 2s, retry_every: 5s, fail_after: 1, recover_after: 1 }"],
};

test("an alert that goes to and fro beyond the bound is told as flapping once, and once when it has calmed down", async () => {
	await using it = await story(RESTLESS);
	await it.pass(60);
	await turns(it, 20, 10, 10);
	const during = it.told();
	expect(during.filter((line) => line.startsWith("alert.flapping"))).toHaveLength(1);
	expect(during.at(-1)).toMatch(/^alert\.flapping/);
	await it.pass(1_200);
	expect(it.told().slice(during.length)).toEqual([RESOLVED]);
});

test("an alert that comes and goes more slowly than the bound is told turn by turn", async () => {
	await using it = await story(RESTLESS);
	await it.pass(60);
	await turns(it, 4, 60, 120);
	expect(it.told()).toEqual(Array.from({ length: 4 }, () => [FIRING, RESOLVED]).flat());
});
