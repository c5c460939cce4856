import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import { type Installed, install } from "../support/installed.ts";
import { setUpZabbix, whatZabbixLacks, type ZabbixServer } from "../support/zabbix-server.ts";

const lack = whatZabbixLacks();
beforeEach(({ skip }) => skip(lack !== undefined, lack));

const patiently = { timeout: 20_000, interval: 100 };
const CHECK = 'dss-probe["design","get-configuration"]';
const LATENCY = 'dss-probe["design","get-configuration","latency"]';
const CAUSE = 'dss-probe["design","get-configuration","cause"]';

const ROWS = 'dss-probe[discover,"{HOST.HOST}"]';
const RULE = 'dss-probe[discover,"design"]';
const CALM_RULE = "dss-probe[discover]";

const undo: (() => unknown)[] = [];
let zabbix: ZabbixServer;
let simulator: Simulator;
let installed: Installed;

beforeAll(async () => {
	if (lack !== undefined) return;
	simulator = createSimulator({ apiKey: "a-key-of-the-test", clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	undo.push(() => simulator.close());
	installed = await install();
	undo.push(() => installed.remove());
	const config = join(installed.folder, "alerts.yaml");
	writeFileSync(
		config,
		`instances: { design: { url: "${url}" } }\nchecks: [get-configuration]\nroutes: [{ to: [] }]\n`,
	);
	zabbix = await setUpZabbix();
	undo.push(() => zabbix.close());
	const put = [installed.main, "zabbix", "install", "--dir", zabbix.externalScripts, "-c", config];
	execFileSync(installed.node, put, { stdio: "pipe" });
	const {
		groupids: [groupid],
	} = await zabbix.call<{ groupids: string[] }>("hostgroup.create", { name: "Probe tests" });
	const {
		hostids: [hostid],
	} = await zabbix.call<{ hostids: string[] }>("host.create", {
		host: "design",
		groups: [{ groupid }],
		interfaces: [{ type: 1, main: 1, useip: 1, ip: "127.0.0.1", dns: "", port: "10050" }],
	});
	const [{ interfaceid } = {}] = await zabbix.call<{ interfaceid: string }[]>("hostinterface.get", { hostids: hostid });
	for (const [key_, value_type, delay] of [
		[CHECK, 3, "1s"],
		[LATENCY, 0, "1s"],
		[CAUSE, 1, "1s"],
		[ROWS, 4, "1d"],
	] as const) {
		await zabbix.call("item.create", { hostid, interfaceid, name: key_, key_, type: 10, value_type, delay });
	}
	// One rule as it comes, and one that passes by what is no list of rows.
	for (const [key_, preprocessing] of [
		[RULE, []],
		[CALM_RULE, [{ type: 5, params: "^\\[.*\n\\0", error_handler: 1, error_handler_params: "" }]],
	] as const) {
		const rule = { hostid, interfaceid, name: key_, key_, type: 10, delay: "1s", lifetime: "0", preprocessing };
		const {
			itemids: [ruleid],
		} = await zabbix.call<{ itemids: string[] }>("discoveryrule.create", rule);
		const found = {
			name: "{#CHECK}",
			key_: `${key_.includes("design") ? "of" : "all"}[{#CHECK}]`,
			type: 2,
			value_type: 3,
		};
		await zabbix.call("itemprototype.create", { hostid, ruleid, ...found });
	}
	await zabbix.start();
}, 120_000);

afterAll(async () => {
	for (const one of undo.reverse()) await one();
});

const value = async (key: string) => (await zabbix.latest("design", key)).value;

test("an external check says in Zabbix what is true, as Zabbix's own user", async () => {
	await expect.poll(() => value(CHECK), patiently).toBe("0");
	await expect.poll(async () => Number(await value(LATENCY)), patiently).toBeGreaterThan(0);
	expect(await value(CAUSE)).toBe("");
	await simulator.faults.set({ fault: "gateway" });
	await expect.poll(() => value(CHECK), patiently).toBe("2");
	await expect.poll(() => value(CAUSE), patiently).toBe("backend_down");
	await simulator.faults.clear();
	await expect.poll(() => value(CHECK), patiently).toBe("0");
	expect(await zabbix.broken("design")).toEqual([]);
});

test("what is asked once a day is answered at once where somebody presses Execute now", async () => {
	await zabbix.executeNow("design", [ROWS]);
	await expect.poll(() => value(ROWS), patiently).toContain('"{#CHECK}":"get-configuration"');
});

test("while the program is away verdicts are unknown, and discovery keeps its rows", async () => {
	const rows = async () =>
		(await zabbix.call<{ key_: string }[]>("item.get", { host: "design", filter: { flags: 4 }, output: ["key_"] }))
			.map(({ key_ }) => key_)
			.sort();
	const known = ["all[get-configuration]", "of[get-configuration]"];
	await expect.poll(rows, patiently).toEqual(expect.arrayContaining(known));
	const before = await rows();
	renameSync(installed.main, `${installed.main}.away`);
	try {
		await expect.poll(() => value(CHECK), patiently).toBe("3");
		await expect.poll(async () => (await zabbix.latest("design", RULE)).isSupported, patiently).toBe(false);
		expect((await zabbix.latest("design", RULE)).error).toContain("dss-probe");
		// Several more questions, each of which would take the rows away: their lifetime is none.
		const asked = () =>
			value(CHECK)
				.then(() => zabbix.latest("design", CHECK))
				.then(({ clock }) => clock);
		const since = await asked();
		await expect.poll(asked, patiently).toBeGreaterThan(since + 3);
		expect((await zabbix.latest("design", CALM_RULE)).isSupported).toBe(true);
		expect(await rows()).toEqual(before);
	} finally {
		renameSync(`${installed.main}.away`, installed.main);
	}
	await expect.poll(() => value(CHECK), patiently).toBe("0");
	await expect.poll(() => zabbix.broken("design"), patiently).toEqual([]);
});

test("a DSS that hangs gets an answer within Zabbix's timeout, and no program is left behind", async () => {
	await simulator.faults.set({ fault: "hang" });
	await expect.poll(() => value(CAUSE), patiently).toBe("backend_hanging");
	await expect.poll(() => value(CHECK), patiently).toBe("2");
	await expect.poll(async () => Number(await value(LATENCY)), patiently).toBeGreaterThan(2);
	expect(await zabbix.broken("design")).toEqual([]);
	await simulator.faults.clear();
	await expect.poll(() => value(CAUSE), patiently).toBe("");
	expect(zabbix.log()).not.toContain("Timeout while executing");
	await expect.poll(() => oldestRun(), patiently).toBeLessThan(3);
});

/** Seconds that the oldest program of the installed kind has been running; 0 where none is. */
function oldestRun(): number {
	const lines = execFileSync("ps", ["-eo", "etimes=,args="], { encoding: "utf8" }).split("\n");
	return Math.max(0, ...lines.filter((line) => line.includes(installed.main)).map((line) => Number.parseInt(line, 10)));
}
