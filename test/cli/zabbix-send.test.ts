import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { UserError } from "../../src/cli/exit.ts";
import { zabbixSend } from "../../src/cli/zabbix-send.ts";
import { systemClock } from "../../src/clock.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { aFolder } from "../support/folder.ts";
import { startTrapper } from "../support/zabbix-trapper.ts";

/** Runs the verb against a simulated DSS, with the given section of sinks. */
async function send(sinks: string, names: readonly string[] = []) {
	const simulator = createSimulator({ apiKey: "a-key-of-the-test", clock: systemClock });
	onTestFinished(() => simulator.close());
	const { url } = await simulator.listen("127.0.0.1", 0);
	const config = join(aFolder(), "alerts.yaml");
	const checks = JSON.stringify(resolve("checks"));
	writeFileSync(
		config,
		`instances: { design: { url: "${url}" } }\ncheck_files: [${checks}]\nchecks: [get-configuration]\nroutes: [{ to: [] }]\n${sinks}\n`,
	);
	const printed: string[] = [];
	const say = (text: string) => void printed.push(text);
	const paint = (_style: string, text: string) => text;
	const code = await zabbixSend(
		{ config, once: true, sinks: names },
		{
			terminal: { out: say, err: say, isPerson: false, width: 200, paint },
			env: {},
			onSignal: () => () => {},
			exit: () => {
				throw new Error("ended");
			},
		},
	);
	return { code, printed: printed.join("\n") };
}

describe("zabbix send", () => {
	test("looks, sends, and says how many values were taken", async () => {
		const zabbix = await startTrapper();
		const { code, printed } = await send(`sinks: { zabbix: { type: zabbix, server: "127.0.0.1:${zabbix.port}" } }`);
		expect(code).toBe(0);
		expect(printed).toMatch(/^SENT +zabbix +1 +0$/m);
		expect(zabbix.taken).toMatchObject([{ host: "design", key: "dss.get_status" }]);
		expect(JSON.parse(zabbix.taken[0]?.value ?? "")).toMatchObject({
			probe: 1,
			verdict: 0,
			checks: [{ name: "get-configuration" }],
		});
	});

	test("ends with 2 and the reason where nobody takes anything", async () => {
		const zabbix = await startTrapper();
		await zabbix.stop();
		const { code, printed } = await send(`sinks: { zabbix: { type: zabbix, server: "127.0.0.1:${zabbix.port}" } }`);
		expect(code).toBe(2);
		expect(printed).toMatch(/^FAILED +zabbix +0 +0 +127\.0\.0\.1:\d+: connect ECONNREFUSED/m);
	});

	test.each([
		["", [], "the configuration has no sinks: add one of the type zabbix", 78],
		[
			"sinks: { zabbix: { type: zabbix, server: zabbix } }",
			["zabix"],
			"unknown sink zabix; the configuration has: zabbix",
			64,
		],
	] as const)("refuses what makes no sense: %s %j", async (sinks, names, message, exit) => {
		const error = await send(sinks, names).then(
			() => undefined,
			(thrown: UserError) => thrown,
		);
		expect(error).toMatchObject({ message, exit });
	});
});
