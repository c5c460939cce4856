import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { runOnce } from "../../src/app/once.ts";
import { loadConfig } from "../../src/config/load.ts";
import { silentLog } from "../../src/log.ts";
import { virtualClock } from "../support/clock.ts";
import { memoryDisk } from "../support/config.ts";
import { aFolder } from "../support/folder.ts";
import { answering, httpReceiver } from "../support/http-receiver.ts";

const MINUTE = 60_000;

const CHECK = `name: front
summary: It answers.
probe: { kind: http, path: / }
every: 1s
fail_after: 2
recover_after: 2
`;

describe("runs that cron starts far apart", () => {
	/** A target and a pager on loopback, and runs at the moments that a test says. */
	async function aCrontab() {
		const clock = virtualClock();
		const [target, pager] = [await httpReceiver(answering(200)), await httpReceiver(answering(204))];
		onTestFinished(async () => {
			await target.close();
			await pager.close();
		});
		const store = join(aFolder(), "x.db");
		const run = async (status: number, thenMinutes = 5) => {
			target.answer = answering(status);
			const loaded = loadConfig("alerts.yaml", {
				env: {},
				disk: memoryDisk({
					"alerts.yaml": `instances: { a: { url: "http://127.0.0.1:${target.port}" } }
check_files: [front.yaml]
checks: [front]
channels: { hook: { type: webhook, url: "http://127.0.0.1:${pager.port}/" } }
routes: [{ to: [hook] }]
store: ${store}
`,
					"front.yaml": CHECK,
				}),
			});
			if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
			const around = { clock, log: silentLog, random: () => 0.5, readText: () => "" };
			const result = await runOnce(loaded.config, around, { drainMs: 5_000, signal: new AbortController().signal });
			await clock.advance(thenMinutes * MINUTE);
			return result;
		};
		const heard = () => pager.requests.map(({ body }) => (JSON.parse(body) as { type: string }).type);
		return { run, heard };
	}

	test("count their looks as one streak, however short the interval that the check was written with", async () => {
		const { run, heard } = await aCrontab();
		for (const status of [200, 500, 500, 500, 200, 200]) await run(status);
		expect(heard()).toEqual(["alert.firing", "alert.resolved"]);
	});

	test("begin to count anew after a pause that is longer than three of their own", async () => {
		const { run, heard } = await aCrontab();
		await run(200);
		await run(200);
		await run(500, 60);
		await run(500);
		expect(heard()).toEqual([]);
		await run(500);
		expect(heard()).toEqual(["alert.firing"]);
	});

	test("tell when runs before them did not come", async () => {
		const { run } = await aCrontab();
		for (const pause of [5, 5, 5, 60]) expect(await run(200, pause)).not.toHaveProperty("missed");
		const missed = { sinceMs: 60 * MINUTE, usualMs: 5 * MINUTE, runs: 11 };
		expect(await run(200)).toMatchObject({ ran: true, missed });
		expect(await run(200)).not.toHaveProperty("missed");
	});
});
