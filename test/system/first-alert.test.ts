import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { answering, httpReceiver } from "../support/http-receiver.ts";
import { type Packed, packed } from "../support/packed.ts";
import { aDss, SECRETS } from "../support/program.ts";

/** The check whose time is promised; others may notice the same outage, too. */
const isPromised = ({ check }: { readonly check: string }) => check === "get-configuration";

let installed: Packed;
beforeAll(async () => {
	installed = await packed();
});
afterAll(() => installed.remove());

test("from an empty folder to a first alert: init, run, an outage, a webhook", async () => {
	const { url, faults } = await aDss();
	const receiver = await httpReceiver(answering(204));
	onTestFinished(() => receiver.close());
	const folder = join(installed.home, "empty");
	mkdirSync(folder);
	const env = { ...installed.env, DSS_API_KEY: SECRETS.DSS_KEY, HOOK_URL: `http://127.0.0.1:${receiver.port}/` };
	const began = performance.now();
	const flags = ["--key-from", "DSS_API_KEY", "--webhook-url-from", "HOOK_URL", "--listen", "127.0.0.1:0", "--yes"];
	const { stdout } = await promisify(execFile)("dss-probe", ["init", "--url", url, ...flags], { cwd: folder, env });
	const initMs = performance.now() - began;
	expect(stdout).toMatch(/SENT +hook/);
	expect(stdout).toContain("  watch       dss-probe run\n");
	expect(readdirSync(folder).toSorted()).toEqual(["alerts.env", "alerts.yaml"]);
	expect(receiver.requests.map(({ body }) => JSON.parse(body).type)).toEqual(["test"]);

	// Only the path is left of the environment: everything else lies in the folder.
	const daemon = spawn("dss-probe", ["run"], { cwd: folder, env: installed.env, stdio: ["ignore", "ignore", "pipe"] });
	const ended = once(daemon, "close");
	let log = "";
	daemon.stderr.on("data", (part) => {
		log += part;
	});
	try {
		await expect.poll(() => log, { timeout: 10_000 }).toContain('"watching"');
		const failed = performance.now();
		await faults.set({ fault: "gateway", status: 502 });
		const alert = () =>
			receiver.requests
				.map(({ body }) => JSON.parse(body))
				.find(({ type, data }) => type === "alert.firing" && data.alerts.some(isPromised));
		await expect.poll(alert, { timeout: 75_000 }).toBeDefined();
		const outageMs = performance.now() - failed;
		expect(alert().data.alerts.find(isPromised).cause.text).toContain("backend down");
		// What validate promises for this check.
		expect(outageMs).toBeLessThan(61_000);
		const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
		process.stdout.write(
			`init ${seconds(initMs)}, outage to alert ${seconds(outageMs)}, from nothing to the alert ${seconds(performance.now() - began)}\n`,
		);
	} finally {
		daemon.kill("SIGTERM");
		await ended;
	}
}, 120_000);
