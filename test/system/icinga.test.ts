import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { channelOf, sendOnce } from "../notify/contract.ts";
import { type Icinga, startIcinga } from "../support/icinga.ts";
import { notification, snapshot } from "../support/notifications.ts";
import { aPluginHost, type PluginHost } from "../support/plugin-host.ts";

const HASTY = "every: 1s, retry_every: 1s, timeout: 900ms, fail_after: 3, recover_after: 1";
const CHECKS = [`- { use: get-configuration, ${HASTY} }`, `- { use: public-api, ${HASTY} }`];
const SHIPPED = resolve(import.meta.dirname, "../../deploy/icinga2/dss-probe.conf");
const patiently = { timeout: 20_000, interval: 50 };

let host: PluginHost | undefined;
afterEach(async () => {
	await host?.close();
});

/** State and its kind: 0 OK to 3 UNKNOWN; 0 soft, 1 hard. */
async function stateOf(icinga: Icinga, of: string, name: string): Promise<string> {
	const { state, state_type, check_attempt } = await icinga.service(of, name);
	return `${state} ${state_type === 1 ? "hard" : `soft ${check_attempt}`}`;
}

/** Collects the states of a service until one is there. */
async function statesUntil(icinga: Icinga, of: string, name: string, last: string): Promise<readonly string[]> {
	const seen: string[] = [];
	await expect
		.poll(async () => {
			const now = await stateOf(icinga, of, name);
			if (seen.at(-1) !== now) seen.push(now);
			return now;
		}, patiently)
		.toBe(last);
	return seen;
}

const BOTH = ["get-configuration", "public-api"];

test("Icinga runs the definitions that were written for it: soft states, one message, quiet children, recovery", async () => {
	const here = await aPluginHost(CHECKS);
	host = here;
	await here.startDaemon();
	const written = await here.run(["nagios", "--config", here.config, "--definitions", "icinga2"]);
	expect(written).toMatchObject({ code: 0, stderr: "" });
	const icinga = await startIcinga(here, written.stdout);
	for (const name of BOTH) await statesUntil(icinga, "design", name, "0 hard");

	const { last_check_result } = await icinga.service("design", "get-configuration");
	const { output, performance_data } = last_check_result as { output: string; performance_data: readonly unknown[] };
	expect(output).toMatch(/^DSS OK - design\/get-configuration: HTTP 200 in /);
	expect(performance_data[0]).toMatch(/^latency=0\.\d+s;2;8;0$/);

	await here.faults.set({ fault: "gateway" });
	const seen = await statesUntil(icinga, "design", "get-configuration", "2 hard");
	expect(seen).toEqual(expect.arrayContaining(["2 soft 1", "2 soft 2"]));
	await statesUntil(icinga, "design", "public-api", "2 hard");
	await here.faults.clear();
	for (const name of BOTH) await statesUntil(icinga, "design", name, "0 hard");
	await expect
		.poll(() => icinga.notifications(), patiently)
		.toEqual(["PROBLEM get-configuration CRITICAL HARD", "RECOVERY get-configuration OK HARD"]);

	await here.killDaemon();
	const { last_check: before } = await icinga.service("design", "get-configuration");
	await expect
		.poll(async () => (await icinga.service("design", "get-configuration"))["last_check"], patiently)
		.toBeGreaterThan((before as number) + 1);
	expect(await stateOf(icinga, "design", "get-configuration")).toBe("0 hard");
});

test("the shipped command and rules give a host its checks, with ranges, parents and one service for all", async () => {
	const here = await aPluginHost(CHECKS);
	host = here;
	const shipped = readFileSync(SHIPPED, "utf8")
		.replace(/^const DssProbe = .*$/m, `const DssProbe = ${JSON.stringify(here.program)}`)
		.replace(/^const DssProbeConfig = .*$/m, `const DssProbeConfig = "${here.config}"`)
		.replace("check_interval = 30s", "check_interval = 1s")
		.replace("retry_interval = 5s", "retry_interval = 1s");
	const icinga = await startIcinga(
		here,
		`${shipped}
object Host "one" {
	check_command = "dummy"
	vars.dss_instance = "design"
	vars.dss_checks["get-configuration"] = { dss_warning = [ "latency=@0:60", "status=~:399" ]; dss_verbose = true }
	vars.dss_checks["public-api"] = { dss_parents = [ "get-configuration" ]; dss_confirmed = true }
}
object Host "all" {
	check_command = "dummy"
	vars.dss_instance = "design"
}`,
	);
	expect(await statesUntil(icinga, "one", "get-configuration", "1 hard")).toEqual(
		expect.arrayContaining([expect.stringMatching(/^1 soft/)]),
	);
	await statesUntil(icinga, "one", "public-api", "0 hard");
	await statesUntil(icinga, "all", "dss", "0 hard");
	const ranged = (await icinga.service("one", "get-configuration"))["last_check_result"];
	expect(ranged).toMatchObject({
		output: expect.stringMatching(/^DSS WARNING - [^|]*\nFailed: latency .* is inside the range 60/),
	});
	const all = (await icinga.service("all", "dss"))["last_check_result"];
	expect(all).toMatchObject({
		output: expect.stringMatching(/^DSS OK - design: 2 checks ok\s*\n\[OK\] get-configuration: HTTP 200 /),
		performance_data: [
			expect.stringMatching(/^get-configuration::latency=/),
			expect.stringMatching(/^public-api::latency=/),
		],
	});
	await here.faults.set({ fault: "gateway" });
	await statesUntil(icinga, "one", "public-api", "2 hard");
	await statesUntil(icinga, "all", "dss", "2 hard");
	await expect.poll(() => icinga.notifications(), patiently).toContain("PROBLEM dss CRITICAL HARD");
	expect(icinga.notifications().filter((line) => line.includes("public-api"))).toEqual([]);
});

test("the body icinga2 hands problems, acknowledgements and recoveries over as passive results", async () => {
	const here = await aPluginHost(CHECKS);
	host = here;
	const icinga = await startIcinga(
		here,
		`object Host "design" { check_command = "dummy" }
object Service "get-configuration" {
	host_name = "design"
	check_command = "passive"
	enable_active_checks = false
	max_check_attempts = 1
	vars.dss_probe = true
}`,
	);
	const channel = channelOf({
		type: "webhook",
		url: `${icinga.api.url}/actions`,
		body: "icinga2",
		tls: { ca: icinga.api.ca },
	});
	onTestFinished(() => channel.close());
	const sent = { result: "sent", detail: "HTTP 200" };
	expect(await sendOnce(channel, notification())).toEqual(sent);
	await statesUntil(icinga, "design", "get-configuration", "2 hard");
	const service = () => icinga.service("design", "get-configuration");
	const { output, check_source } = (await service())["last_check_result"] as Record<string, string>;
	expect(check_source).toBe("dss-probe");
	expect(output).toMatch(/^CRITICAL design\/get-configuration: nginx up, DSS backend down or starting\n/);
	const ack = { incident: "inc", at: Date.now(), author: "anna", comment: "restarting it" };
	expect(await sendOnce(channel, notification({ type: "alert.acknowledged", alerts: [snapshot({ ack })] }))).toEqual(
		sent,
	);
	expect((await service())["acknowledgement"]).toBe(1);
	const over = snapshot({ state: "resolved", resolvedAt: Date.now() });
	expect(await sendOnce(channel, notification({ type: "alert.resolved", alerts: [over] }))).toEqual(sent);
	await statesUntil(icinga, "design", "get-configuration", "0 hard");
	await expect
		.poll(() => icinga.notifications(), patiently)
		.toEqual(expect.arrayContaining(["PROBLEM get-configuration CRITICAL HARD", "RECOVERY get-configuration OK HARD"]));
	const stranger = notification({ alerts: [snapshot({ check: "unknown-there" })] });
	expect(await sendOnce(channel, stranger)).toMatchObject({
		result: "rejected",
		error: expect.stringContaining("HTTP 404"),
	});
});
