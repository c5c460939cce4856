import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";

const KEY = "key-of-the-python-test";

/** Runs the script; it ends with 1 when a call is refused. */
async function script(url: string, ...keys: readonly string[]): Promise<Record<string, unknown>> {
	const run = promisify(execFile)("python3", [join(import.meta.dirname, "dss_client.py"), url, ...keys]);
	const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => {
		if (!error.stdout) throw new Error(error.stderr);
		return error;
	});
	return JSON.parse(stdout);
}

test("the simulator answers a Python client as DSS answers the official one", async () => {
	const simulator = createSimulator({ apiKey: KEY, clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	onTestFinished(() => simulator.close());
	expect(await script(url, KEY)).toMatchObject({
		version: "14.3.1",
		projects: ["DKU_MONITORING"],
		scenarios: ["canary_fail", "canary_ok", "canary_slow"],
		good: { state: "DONE", listed: true },
		bad: { state: "FAILED", listed: true },
		aborted: "ABORTED",
		scenario: { outcome: "SUCCESS" },
		failing_scenario: { outcome: "FAILED" },
		forbidden: expect.stringMatching(/^com\.dataiku\..*(?:Unauthorized|Forbidden|NotFound)/),
	});
});

test("a key that is wrong is refused as DSS refuses it", async () => {
	const simulator = createSimulator({ apiKey: KEY, clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	onTestFinished(() => simulator.close());
	expect(await script(url, "another")).toEqual({ refused: expect.stringContaining("Unknown API Key") });
});

test("an administrator's client finds what is inside the simulated node, and its faults", async () => {
	const simulator = createSimulator({ apiKey: KEY, adminKey: "key-of-the-admin", clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	onTestFinished(() => simulator.close());
	await simulator.faults.set({ fault: "kernels", count: 7 });
	await simulator.faults.set({ fault: "connection_broken", name: "postgres" });
	await simulator.faults.set({ fault: "key_expiring", key: "admin", days: 9 });
	await simulator.faults.set({ fault: "webapp_down" });
	expect(await script(url, KEY, "key-of-the-admin")).toEqual({
		node: "design-1",
		who: "api:admin",
		tasks: [expect.any(String)],
		kernels: 9,
		tabs: 3,
		active: 3,
		licence: true,
		counts: [2, true, 0],
		keys: { canary: false, admin: true },
		connections: { filesystem_managed: true, postgres: false },
		webapps: [false],
	});
});

test("a client makes a Flow, builds it, lets a scenario build it, and deletes it", async () => {
	const simulator = createSimulator({ apiKey: KEY, adminKey: "key-of-the-admin", clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	onTestFinished(() => simulator.close());
	expect(await script(url, KEY, "key-of-the-admin", "flow")).toEqual({
		payload: "1",
		built: "DONE",
		metrics: ["reporting:BUILD_START_DATE", "reporting:BUILD_DURATION"],
		took: 400,
		rows: [true, true, true],
		ran: "SUCCESS",
		tags: ["made", "more"],
		groups: ["readers"],
		twice: expect.stringContaining("exists already"),
		gone: true,
	});
});
