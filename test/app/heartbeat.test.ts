import { afterEach, expect, test } from "vitest";
import { createHeartbeats, pingAll } from "../../src/app/heartbeat.ts";
import type { Config } from "../../src/config/alerts.ts";
import type { Log } from "../../src/log.ts";
import { heartbeatOptions } from "../../src/notify/heartbeat.ts";
import { virtualClock } from "../support/clock.ts";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { quiet } from "../support/quiet.ts";

const MINUTE = 60_000;
const opened: { close(): unknown }[] = [];
afterEach(async () => {
	for (const one of opened.splice(0)) await one.close();
});

interface Watch {
	readonly key: string;
	readonly everyMs: number;
	/** Takes part in the rounds of looks. */
	looked: boolean;
}

async function setUp(every: string, checks: Watch[]) {
	const clock = virtualClock(undefined, quiet);
	const pings: number[] = [];
	const http = await httpReceiver((response) => {
		pings.push(clock.monotonic() / 1_000);
		response.end("ok");
	});
	opened.push(http);
	const lines: string[] = [];
	const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
	const log: Log = { debug: write, info: write, warn: write, error: write };
	const health: { fault?: string; pending: Map<string, object> } = { pending: new Map() };
	let written = 0;
	const parts = {
		keeper: { fault: () => health.fault },
		notifier: { pending: () => health.pending },
		remember: () => void written++,
	} as unknown as Parameters<typeof createHeartbeats>[0]["parts"];
	const stop = new AbortController();
	const deps = { parts, clock, log, stop: stop.signal };
	const heartbeats = createHeartbeats(deps);
	const options = heartbeatOptions.parse({ type: "heartbeat", url: `http://127.0.0.1:${http.port}/`, every });
	const config = {
		channels: new Map([["alive", options]]),
		checks: checks.map(({ key, everyMs }) => ({ key, timing: { every: everyMs }, timeoutMs: 1_000 })),
	} as unknown as Config;
	heartbeats.use(config);
	/** Lets time pass: every check is looked at in its interval, half a second after the full second. */
	const pass = async (seconds: number) => {
		for (let second = 0; second < seconds; second++) {
			heartbeats.look();
			await clock.advance(500);
			const now = clock.monotonic() + 500;
			for (const { key, everyMs, looked } of checks) if (looked && now % everyMs < 1_000) heartbeats.looked(key);
			await clock.advance(500);
		}
	};
	return { clock, http, pings, lines, health, pass, heartbeats, config, deps, written: () => written };
}

const watch = (key: string, everyMs: number, looked = true): Watch => ({ key, everyMs, looked });

test("a heartbeat is pinged after the first full round of looks, and then at its interval", async () => {
	const { pings, pass, written } = await setUp("1m", [watch("a", 10_000), watch("b", 30_000)]);
	await pass(29);
	expect(pings).toEqual([]);
	await pass(200);
	expect(pings).toEqual([30, 90, 150, 210]);
	expect(written()).toBeGreaterThanOrEqual(4);
});

test("one check that is not looked at any more withholds it, and its next look lets it go on", async () => {
	const b = watch("b", 30_000);
	const { pings, pass, lines } = await setUp("1m", [watch("a", 10_000), b]);
	await pass(100);
	expect(pings).toEqual([30, 90]);
	b.looked = false;
	await pass(300);
	expect(pings).toEqual([30, 90]);
	expect(lines.filter((line) => line.startsWith("the heartbeat is withheld"))).toHaveLength(1);
	expect(lines.join("\n")).toContain("b was not looked at");
	b.looked = true;
	await pass(60);
	expect(pings).toHaveLength(3);
	expect(lines.join("\n")).toContain("the heartbeat goes on");
});

test("a check that is due less often than the heartbeat counts as long as it is not late", async () => {
	const b = watch("b", 10 * MINUTE);
	const { pings, pass } = await setUp("1m", [watch("a", 10_000), b]);
	await pass(300);
	expect(pings).toEqual([10, 70, 130, 190, 250]);
	b.looked = false;
	await pass(600);
	// Ten minutes of its interval, one second of its timeout, fifteen of patience, from the beginning on.
	expect(Math.max(...pings)).toBeLessThanOrEqual(616);
});

test("a channel that is stuck or disabled withholds it", async () => {
	const { pings, pass, health, lines } = await setUp("1m", [watch("a", 10_000)]);
	await pass(20);
	health.pending.set("mail", { oldestAgeMs: 61_000, lastError: "ECONNREFUSED" });
	await pass(120);
	expect(pings).toEqual([10]);
	expect(lines.join("\n")).toContain("channel mail takes no messages: ECONNREFUSED");
	health.pending.set("mail", { oldestAgeMs: 0, disabled: "HTTP 410" });
	await pass(60);
	expect(pings).toEqual([10]);
	health.pending.set("mail", { oldestAgeMs: 5_000, lastError: "HTTP 503" });
	await pass(10);
	expect(pings).toHaveLength(2);
});

test("a store that cannot be written withholds it", async () => {
	const { pings, pass, health, lines } = await setUp("1m", [watch("a", 10_000)]);
	await pass(20);
	health.fault = "disk full";
	await pass(120);
	expect(pings).toEqual([10]);
	expect(lines.join("\n")).toContain("the store cannot be written: disk full");
});

test("a ping that does not arrive is tried again soon, and told", async () => {
	const { pings, pass, http, lines } = await setUp("1m", [watch("a", 10_000)]);
	const answer = http.answer;
	await pass(20);
	http.answer = answering(500);
	await pass(75);
	expect(http.requests.length).toBeGreaterThan(2);
	http.answer = answer;
	await pass(15);
	expect(pings).toHaveLength(2);
	expect(lines.join("\n")).toMatch(/a heartbeat did not arrive.*HTTP 500/);
});

test("a reload keeps the rhythm, and takes heartbeats away", async () => {
	const { pings, pass, heartbeats, config } = await setUp("1m", [watch("a", 10_000)]);
	await pass(20);
	heartbeats.use(config);
	await pass(40);
	expect(pings).toEqual([10]);
	await pass(20);
	expect(pings).toEqual([10, 70]);
	heartbeats.use({ ...config, channels: new Map() });
	await pass(200);
	expect(pings).toHaveLength(2);
});

test("after a single run every heartbeat is pinged once, unless a channel is stuck", async () => {
	const { pings, config, deps, health, lines } = await setUp("1m", []);
	await pingAll(config, deps);
	expect(pings).toHaveLength(1);
	health.pending.set("mail", { oldestAgeMs: 0, disabled: "HTTP 410" });
	await pingAll(config, deps);
	expect(pings).toHaveLength(1);
	expect(lines.join("\n")).toContain("the heartbeat is withheld");
});
