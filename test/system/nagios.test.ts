import { chmodSync, chownSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNagios } from "../support/nagios.ts";
import { parsePerfdata } from "../support/perfdata.ts";
import { aPluginHost, type PluginHost } from "../support/plugin-host.ts";

const HASTY = "every: 1s, retry_every: 1s, timeout: 900ms, fail_after: 3, recover_after: 1";
const SHIPPED = resolve(import.meta.dirname, "../../deploy/nagios");
const patiently = { timeout: 20_000, interval: 50 };

let host: PluginHost;
beforeAll(async () => {
	host = await aPluginHost([`- { use: get-configuration, ${HASTY} }`, `- { use: public-api, ${HASTY} }`]);
	await host.startDaemon();
});
afterAll(() => host.close());

const plugin = (...words: readonly string[]) => host.run(["nagios", "--config", host.config, ...words]);

test("Nagios runs the definitions that were written for it: soft states, one message, quiet children, recovery", async () => {
	const written = await plugin("--definitions", "nagios");
	expect(written).toMatchObject({ code: 0, stderr: "" });
	const nagios = startNagios(host, written.stdout);
	const [parent, child] = ["get-configuration", "public-api"];

	await expect
		.poll(() => [nagios.status(parent), nagios.status(child)], patiently)
		.toMatchObject([
			{ current_state: "0", plugin_output: expect.stringMatching(/^DSS OK - design\/get-configuration: HTTP 200 in /) },
			{ current_state: "0", plugin_output: expect.stringMatching(/^DSS OK - design\/public-api: /) },
		]);
	await expect
		.poll(() => nagios.status(parent)["long_plugin_output"], patiently)
		.toMatch(/^Seen: .* ago, alert inactive/);
	const { performance_data = "" } = nagios.status(parent);
	expect(parsePerfdata(performance_data)[0]).toMatchObject({ label: "latency", uom: "s", warning: "2", critical: "8" });

	await host.faults.set({ fault: "gateway" });
	await expect.poll(() => nagios.alerts().filter((line) => /HARD/.test(line)).length, patiently).toBe(2);
	expect(nagios.alerts().filter((line) => line.startsWith(parent))).toEqual([
		"get-configuration;CRITICAL;SOFT;1",
		"get-configuration;CRITICAL;SOFT;2",
		"get-configuration;CRITICAL;HARD;3",
	]);
	await expect
		.poll(() => nagios.status(parent)["plugin_output"], patiently)
		.toMatch(/nginx up, DSS backend down or starting \(HTTP 502 in /);
	expect(nagios.status(parent)["long_plugin_output"]).toMatch(/To do: On the host: DATADIR\/bin\/dss status/);

	await host.faults.clear();
	await expect.poll(() => nagios.alerts().filter((line) => /OK;HARD/.test(line)).length, patiently).toBe(2);
	await expect
		.poll(() => nagios.notifications(), patiently)
		.toEqual(["PROBLEM get-configuration CRITICAL HARD", "RECOVERY get-configuration OK HARD"]);

	// Without the daemon the plugin looks itself, and Nagios notices nothing.
	expect((await plugin("design", parent, "-vv")).stdout).toContain("\nBy: daemon\n");
	await host.killDaemon();
	expect(await plugin("design", parent, "-vv")).toMatchObject({
		code: 0,
		stdout: expect.stringContaining("\nBy: own look\n"),
	});
	await host.faults.set({ fault: "gateway" });
	const before = nagios.alerts().length;
	await expect.poll(() => nagios.alerts().slice(before), patiently).toContain("get-configuration;CRITICAL;HARD;3");
	await host.faults.clear();
	await expect.poll(() => nagios.notifications().length, patiently).toBe(4);
	expect(nagios.notifications().filter((line) => line.includes(child))).toEqual([]);
});

test("a daemon answers whoever may ask it and may not read the configuration; one that is frozen is not waited for", async () => {
	await host.startDaemon();
	chownSync(host.config, 0, 0);
	chmodSync(host.config, 0o600);
	const socket = join(host.folder, "store/dss-probe.db.ask");
	const ask = () =>
		host.run(["nagios", "--socket", socket, "--config", host.config, "-vv", "design", "get-configuration"]);
	await expect
		.poll(async () => (await ask()).stdout, patiently)
		.toMatch(/^DSS OK - .*\nSeen: .*, alert inactive\n(?:.*\n)*By: daemon\n/);
	host.freezeDaemon();
	const frozen = await host.run(["nagios", "--socket", socket, "-t", "3", "design"]);
	expect(frozen).toMatchObject({ code: 3, stdout: expect.stringMatching(/^DSS UNKNOWN - /), stderr: "" });
	chmodSync(host.config, 0o644);
	expect(await ask()).toMatchObject({ code: 0, stdout: expect.stringContaining("\nBy: own look\n") });
	await host.killDaemon();
});

test("the plugin ends in time, with UNKNOWN where it has no answer, and never says a word on stderr", async () => {
	const tooShort = await plugin("-t", "0.05", "design", "get-configuration");
	expect(tooShort).toEqual({
		code: 3,
		stdout: "DSS UNKNOWN - dss-probe had no answer within 0.05 s (-t)\n",
		stderr: "",
	});
	expect(await plugin("design", "nope")).toMatchObject({ code: 3, stderr: "" });
	expect(await host.run(["nagios", "design"])).toEqual({
		code: 3,
		stdout: expect.stringMatching(/^DSS UNKNOWN - .*alerts\.yaml.*cannot be read/),
		stderr: "",
	});
});

test("a DSS that hangs is critical, and the answer is out before the deadline", async () => {
	await host.killDaemon();
	await host.faults.set({ fault: "hang" });
	const began = performance.now();
	const { code, stdout } = await plugin("-t", "3", "design", "get-configuration");
	expect(performance.now() - began).toBeLessThan(3_000);
	expect({ code, stdout }).toMatchObject({ code: 2, stdout: expect.stringMatching(/accepts, but does not answer/) });
	await host.faults.clear();
});

test("ranges and options before the verb are taken as they are from inside", async () => {
	const slow = await plugin("-w", "latency=@0:60", "design", "get-configuration");
	expect(slow).toMatchObject({ code: 1, stdout: expect.stringMatching(/^DSS WARNING - .*latency=\S+;@60;8;0 /) });
	const whole = await host.run(["-c", host.config, "nagios", "-t9", "design"]);
	expect(whole).toMatchObject({ code: 0, stdout: expect.stringMatching(/^DSS OK - design: 2 checks ok \| /) });
});

test("the shipped commands and the example of services work as they are, but for their paths", async () => {
	const shipped = ["commands", "services"]
		.map((name) => readFileSync(join(SHIPPED, `${name}.cfg`), "utf8"))
		.join("\n")
		.replaceAll("/usr/local/bin/dss-probe", host.program.join(" "))
		.replaceAll("/etc/dss-probe/alerts.yaml", host.config)
		.replace(/check_interval .*/g, "check_interval 0.02");
	const nagios = startNagios(host, shipped, "shipped");
	await expect
		.poll(() => [nagios.status("get-configuration"), nagios.status("public-api")], patiently)
		.toMatchObject([
			{ current_state: "0", performance_data: expect.stringMatching(/^latency=[\d.]+s;2;8;0 /) },
			{ current_state: "0", performance_data: expect.stringMatching(/^latency=[\d.]+s;5;12;0 /) },
		]);
});
