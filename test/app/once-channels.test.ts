import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runOnce } from "../../src/app/once.ts";
import { loadConfig } from "../../src/config/load.ts";
import { silentLog } from "../../src/log.ts";
import { virtualClock } from "../support/clock.ts";
import { memoryDisk } from "../support/config.ts";
import { aFolder } from "../support/folder.ts";
import { answering, closedPort, httpReceiver } from "../support/http-receiver.ts";

/** Single runs on one store, with an Alertmanager to tell and a dead man's switch. */
async function aCrontab() {
	const clock = virtualClock();
	const target = await httpReceiver(answering(500));
	const receiver = await httpReceiver(answering(200));
	onTestFinished(async () => {
		await target.close();
		await receiver.close();
	});
	const store = join(aFolder(), "x.db");
	const run = async (signal = new AbortController().signal, port = receiver.port) => {
		const loaded = loadConfig("alerts.yaml", {
			env: {},
			disk: memoryDisk({
				"alerts.yaml": `instances: { a: { url: "http://127.0.0.1:${target.port}" } }
check_files: [front.yaml]
checks: [front]
channels:
  am: { type: webhook, url: "http://127.0.0.1:${port}/api/v2/alerts", body: alertmanager }
  alive: { type: heartbeat, url: "http://127.0.0.1:${receiver.port}/ping", every: 10m }
routes: [{ to: [am] }]
store: ${store}
`,
				"front.yaml":
					"name: front\nsummary: It answers.\nprobe: { kind: http, path: / }\nevery: 1s\nfail_after: 1\nrecover_after: 1\n",
			}),
		});
		if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
		const around = { clock, log: silentLog, random: () => 0.5, readText: () => "" };
		receiver.requests.length = 0;
		const ran = runOnce(loaded.config, around, { drainMs: 5_000, signal });
		for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
		await clock.advance(5_000);
		await ran;
		await clock.advance(300_000);
		return receiver.requests.map(({ path, body }) => {
			if (path === "/ping") return "ping";
			const [alert] = JSON.parse(body) as { endsAt?: string }[];
			return alert?.endsAt === undefined ? "firing" : "over";
		});
	};
	return { run, target };
}

test("every single run repeats what is open, and asks for the heartbeat at its end", async () => {
	const { run, target } = await aCrontab();
	expect(await run()).toEqual(["firing", "ping"]);
	expect(await run()).toEqual(["firing", "ping"]);
	expect(await run()).toEqual(["firing", "ping"]);
	target.answer = answering(200);
	expect(await run()).toEqual(["over", "ping"]);
	expect(await run()).toEqual(["ping"]);
});

test("a run that was cut short before it saw everything asks for no heartbeat", async () => {
	const { run } = await aCrontab();
	expect(await run(AbortSignal.abort())).not.toContain("ping");
});

test("a run whose messages do not get through asks for no heartbeat", async () => {
	const { run } = await aCrontab();
	const nobody = await closedPort();
	await run(undefined, nobody);
	expect(await run(undefined, nobody)).not.toContain("ping");
});
