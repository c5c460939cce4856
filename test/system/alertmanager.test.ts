import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createApp } from "../../src/app/app.ts";
import { systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config/load.ts";
import { silentLog } from "../../src/log.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { webhookV4 } from "../notify/body-schemas.ts";
import { channelOf, sendOnce } from "../notify/contract.ts";
import { startAlertmanager } from "../support/alertmanager.ts";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { notification, snapshot } from "../support/notifications.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
	for (const one of undo.splice(0).reverse()) await one();
});

const patiently = { timeout: 20_000, interval: 50 };

/** An Alertmanager and who it notifies in turn. */
async function setUp(resolveTimeout = "5m") {
	const hook = await httpReceiver(answering(200));
	undo.push(() => hook.close());
	const alertmanager = await startAlertmanager(`http://127.0.0.1:${hook.port}/hook`, resolveTimeout);
	undo.push(() => alertmanager.close());
	const channel = channelOf({ type: "webhook", url: `${alertmanager.url}/api/v2/alerts`, body: "alertmanager" });
	undo.push(() => channel.close());
	const names = async () => (await alertmanager.firing()).map(({ labels }) => labels["alertname"]).toSorted();
	return { alertmanager, hook, channel, names };
}

test("a problem fires in Alertmanager with its labels and words, and its recovery ends it", async () => {
	const { alertmanager, hook, channel, names } = await setUp();
	const since = Date.now() - 60_000;
	const labels = { instance: "design", severity: "critical", "cost-center": "ü 7", "1st": "x", empty: "" };
	const firing = snapshot({ since, labels });
	expect(await sendOnce(channel, notification({ alerts: [firing] }))).toEqual({ result: "sent", detail: "HTTP 200" });
	await expect.poll(names, patiently).toEqual(["get-configuration"]);
	expect((await alertmanager.firing())[0]).toMatchObject({
		labels: { alertname: "get-configuration", instance: "design", severity: "critical", cost_center: "ü 7", _1st: "x" },
		annotations: {
			summary: "CRITICAL design/get-configuration: nginx up, DSS backend down or starting",
			runbook_url: "https://wiki.example/dss/backend-down",
		},
		startsAt: expect.stringContaining(new Date(since).toISOString().slice(0, 19)),
		generatorURL: "https://design.example:11200",
	});
	const over = { ...firing, state: "resolved" as const, resolvedAt: Date.now() };
	await sendOnce(channel, notification({ type: "alert.resolved", alerts: [over] }));
	await expect.poll(names, patiently).toEqual([]);
	const bodies = () => hook.requests.map(({ body }) => webhookV4.parse(JSON.parse(body)));
	await expect.poll(() => bodies().map(({ status }) => status), patiently).toEqual(["firing", "resolved"]);
	// What Alertmanager itself sends is the shape that our own body "alertmanager-webhook" is tested against.
	expect(bodies()[0]?.alerts[0]).toMatchObject({ status: "firing", endsAt: "0001-01-01T00:00:00Z" });
});

test("five hundred alerts arrive in several requests, hostile words included", async () => {
	const { channel, names } = await setUp();
	const alerts = Array.from({ length: 500 }, (_, index) =>
		snapshot({ check: `check-${index}`, summary: `"\\ \u0000 \ud800 <b> ${"é".repeat(400)}`, since: Date.now() }),
	);
	expect(await sendOnce(channel, notification({ alerts }))).toMatchObject({ result: "sent" });
	await expect.poll(async () => (await names()).length, patiently).toBe(500);
});

test("a test message and an alert about dss-probe itself, which has no address, are taken", async () => {
	const { channel, names } = await setUp();
	const self = snapshot({ instance: "dss-probe", check: "self", url: "", since: Date.now() });
	expect(await sendOnce(channel, notification({ alerts: [self] }))).toMatchObject({ result: "sent" });
	const now = Date.now();
	const trial = notification({ type: "test", severity: "test", alerts: [], createdAt: now, dueAt: now });
	expect(await sendOnce(channel, trial)).toMatchObject({ result: "sent" });
	await expect.poll(names, patiently).toEqual(["self", "test"]);
});

test("what nobody repeats is over for Alertmanager: the program repeats it, and takes it up again after a restart", async () => {
	const { alertmanager, names } = await setUp("3s");
	const simulator = createSimulator({ apiKey: "a-key-of-the-test", clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	undo.push(() => simulator.close());
	const folder = mkdtempSync(join(tmpdir(), "system-"));
	undo.push(() => rmSync(folder, { recursive: true, force: true }));
	const file = join(folder, "alerts.yaml");
	writeFileSync(
		file,
		`instances: { design: { url: "${url}" } }
check_files: [${JSON.stringify(resolve(import.meta.dirname, "../../checks/get-configuration.yaml"))}]
checks: [{ use: get-configuration, every: 1s, timeout: 800ms, fail_after: 1, recover_after: 1, flapping: false }]
channels:
  am: { type: webhook, url: "${alertmanager.url}/api/v2/alerts", body: alertmanager, resend: 1s }
routes: [{ to: [am] }]
store: ${join(folder, "store.db")}
`,
	);
	const launch = async () => {
		const loaded = loadConfig(file, { env: {} });
		if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
		const around = { clock: systemClock, log: silentLog, random: Math.random, readText: () => "" };
		const app = createApp(loaded.config, around, { version: "0", nodeVersion: "0", pid: process.pid });
		await app.start();
		return app;
	};
	let app = await launch();
	undo.push(() => app.stop(1_000));
	await simulator.faults.set({ fault: "gateway" });
	await expect.poll(names, patiently).toEqual(["get-configuration"]);
	for (const until = Date.now() + 6_000; Date.now() < until; ) {
		expect(await names()).toEqual(["get-configuration"]);
		await systemClock.sleep(250);
	}
	await app.stop(1_000);
	await expect.poll(names, patiently).toEqual([]);
	app = await launch();
	await expect.poll(names, { ...patiently, timeout: 3_000 }).toEqual(["get-configuration"]);
	await simulator.faults.clear();
	// Sooner than by its timeout: the recovery says so.
	await expect.poll(names, { ...patiently, timeout: 2_900 }).toEqual([]);
});
