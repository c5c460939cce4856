import { expect, test } from "vitest";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { liveStory as story } from "../support/live-story.ts";

/** A dead man's switch that notes when it was asked for. */
async function deadMansSwitch() {
	let now = () => 0;
	const pings: number[] = [];
	const http = await httpReceiver((response) => {
		pings.push(now());
		response.end("OK");
	});
	const channel = `alive: { type: heartbeat, url: "http://127.0.0.1:${http.port}/ping", every: 1m }`;
	const watch = (elapsed: () => number) => {
		now = elapsed;
	};
	return { http, pings, channel, watch };
}

test("the heartbeat beats while everything works, through an outage of DSS, and stops while nobody can be told", async () => {
	const { http, pings, channel, watch } = await deadMansSwitch();
	try {
		await using it = await story({ channels: [channel] });
		watch(it.elapsed);
		await it.pass(300);
		expect(pings.length).toBeGreaterThanOrEqual(4);
		expect(pings[0]).toBeLessThanOrEqual(35);
		for (const [index, at] of pings.slice(1).entries()) expect(at - (pings[index] ?? 0)).toBeLessThanOrEqual(62);

		// DSS is down: that is what the alerts are for. The program itself is well.
		await it.faults.set({ fault: "gateway" });
		const during = pings.length;
		await it.pass(180);
		expect(pings.length).toBeGreaterThanOrEqual(during + 2);

		// Nobody can be told: the recovery is stuck.
		it.pager.answer = answering(500);
		await it.faults.clear();
		await it.pass(180);
		const stuck = pings.length;
		await it.pass(180);
		expect(pings).toHaveLength(stuck);
		expect(it.logged.join("\n")).toContain("the heartbeat is withheld");

		it.pager.answer = answering(204);
		await it.pass(180);
		expect(pings.length).toBeGreaterThan(stuck);
		expect(it.told().at(-1)).toContain("alert.resolved");
	} finally {
		await http.close();
	}
});

test("a reload begins a heartbeat and ends it", async () => {
	const { http, pings, channel, watch } = await deadMansSwitch();
	try {
		await using it = await story();
		watch(it.elapsed);
		await it.pass(120);
		it.reload({ channels: [channel] });
		await it.pass(120);
		expect(pings.length).toBeGreaterThanOrEqual(1);
		it.reload({});
		const before = pings.length;
		await it.pass(180);
		expect(pings).toHaveLength(before);
	} finally {
		await http.close();
	}
});
