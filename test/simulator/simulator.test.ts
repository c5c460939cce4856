import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { virtualClock } from "../support/clock.ts";
import { type SimulatedNode, simulatedNode, until } from "../support/simulator.ts";

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const reached = () =>
	node.call("/").then(
		({ status }) => status,
		(cause: NodeJS.ErrnoException) => cause.code,
	);

test("refuse closes the port and cuts what is connected; the control port lifts it", async () => {
	expect(await reached()).toBe(200);
	await node.simulator.faults.set({ fault: "hang", times: 1 });
	const hanging = reached();
	await until(() => node.simulator.faults.list().length === 0);
	const posted = await node.call("/_simulator/faults", { method: "POST", body: { fault: "refuse" }, key: null });
	expect([posted.status, posted.json.faults[0].fault]).toEqual([200, "refuse"]);
	expect(await hanging).toBe("ECONNRESET");
	expect(await reached()).toBe("ECONNREFUSED");
	expect((await node.control("GET", "/faults")).json.faults).toHaveLength(1);
	expect((await node.control("DELETE", "/faults/refuse")).status).toBe(200);
	expect(await reached()).toBe(200);
});

test("refuse ends by itself after its time", async () => {
	await node.simulator.faults.set({ fault: "refuse", for_ms: 20_000 });
	await node.clock.advance(19_999);
	expect(await reached()).toBe("ECONNREFUSED");
	await node.clock.advance(1);
	await until(() => node.simulator.faults.list().length === 0);
	await expect.poll(reached, { interval: 5, timeout: 1_000 }).toBe(200);
});

test("refuse set again counts anew, and nothing opens the port in between", async () => {
	await node.simulator.faults.set({ fault: "refuse", for_ms: 1_000 });
	await node.simulator.faults.set({ fault: "refuse" });
	expect(node.clock.pending()).toBe(0);
	await node.clock.advance(5_000);
	expect(await reached()).toBe("ECONNREFUSED");
	await node.simulator.faults.clear();
	expect(await reached()).toBe(200);
});

test("a port that somebody else took meanwhile is waited for", async () => {
	await node.simulator.faults.set({ fault: "refuse" });
	const squatter = createServer().listen(Number(new URL(node.url).port), "127.0.0.1");
	await once(squatter, "listening");
	let isBack = false;
	const clearing = node.simulator.faults.clear().then(() => {
		isBack = true;
	});
	await until(() => node.clock.pending() === 1);
	squatter.close();
	await once(squatter, "close");
	expect(isBack).toBe(false);
	await node.clock.advance(250);
	await clearing;
	expect(await reached()).toBe(200);
});

test("a simulator listens where it is told and frees the ports when closed", async () => {
	const other = createSimulator({ apiKey: "k", clock: virtualClock() });
	const addresses = await other.listen("127.0.0.1", 0);
	expect(addresses.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
	expect(addresses.controlUrl).not.toBe(addresses.url);
	const second = createSimulator({ apiKey: "k", clock: virtualClock() });
	await expect(second.listen("127.0.0.1", Number(new URL(addresses.url).port))).rejects.toMatchObject({
		code: "EADDRINUSE",
	});
	await second.close();
	await other.close();
	await expect(fetch(addresses.controlUrl)).rejects.toThrow();
	const third = createSimulator({ apiKey: "k", clock: virtualClock() });
	const ports = [addresses.url, addresses.controlUrl].map((url) => Number(new URL(url).port));
	expect(await third.listen("127.0.0.1", ports[0] as number, ports[1] as number)).toEqual(addresses);
	await third.close();
});

test("a fault set before listening acts from the start", async () => {
	const other = createSimulator({ apiKey: "k", clock: virtualClock() });
	await other.faults.set({ fault: "refuse" });
	const { url } = await other.listen("127.0.0.1", 0);
	await expect(fetch(url)).rejects.toThrow();
	await other.faults.clear();
	expect((await fetch(url)).status).toBe(200);
	await other.close();
});

test("thousands of jobs do not stay in memory, and runs keep theirs", { timeout: 30_000 }, async () => {
	const first = await node.build("canary_out");
	await node.call("/projects/DKU_MONITORING/scenarios/canary_fail/run", { method: "POST", body: {} });
	for (let count = 0; count < 620; count++) {
		await node.build("canary_out");
		await node.clock.advance(1_000);
	}
	const { rememberedJobs } = (await node.control("GET", "/state")).json;
	expect(rememberedJobs).toBeLessThanOrEqual(600);
	expect((await node.call(`/projects/DKU_MONITORING/jobs/${first}/`)).status).toBe(404);
	const [run] = (await node.call("/projects/DKU_MONITORING/scenarios/canary_fail/get-last-runs")).json;
	expect(run.result.outcome).toBe("FAILED");
});

test("nothing that a simulator does leaves a timer behind", async () => {
	await node.build("canary_slow");
	await node.call("/projects/DKU_MONITORING/scenarios/canary_slow/run", { method: "POST", body: {} });
	await node.simulator.faults.set({ fault: "job_stuck", for_ms: 1_000 });
	expect(node.clock.pending()).toBe(0);
});
