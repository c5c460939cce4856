import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freePort } from "../support/exim.ts";
import { type Installed, install } from "../support/installed.ts";
import { aDss, type Running, SECRETS, start } from "../support/program.ts";
import { setUpZabbix, whatZabbixLacks, type ZabbixServer } from "../support/zabbix-server.ts";

const lack = whatZabbixLacks();
beforeEach(({ skip }) => skip(lack !== undefined, lack));

const patiently = { timeout: 25_000, interval: 100 };
/** An instance, and the host of its name, for each way. */
const HOSTS = {
	http: "Dataiku DSS by HTTP",
	trapper: "Dataiku DSS by Zabbix trapper",
	external: "Dataiku DSS by external check",
} as const;
const ALL = Object.keys(HOSTS) as (keyof typeof HOSTS)[];

let zabbix: ZabbixServer;
let installed: Installed;
let daemon: Running;
let dss: Awaited<ReturnType<typeof aDss>>;
let config: string;

beforeAll(async () => {
	if (lack !== undefined) return;
	[zabbix, installed, dss] = await Promise.all([setUpZabbix(), install(), aDss()]);
	const port = await freePort();
	config = join(installed.folder, "alerts.yaml");
	writeFileSync(join(installed.folder, "dss.key"), SECRETS.DSS_KEY);
	// What is needed of it for a look of one's own, the user zabbix can read.
	writeFileSync(join(installed.folder, "web.token"), SECRETS.WEB_TOKEN);
	const quickly = "every: 1s, retry_every: 1s, timeout: 900ms, fail_after: 2, recover_after: 1, flapping: false";
	writeFileSync(
		config,
		`instances:
${ALL.map((name) => `  ${name}: { url: "${dss.url}", api_key: "\${file:${installed.folder}/dss.key}" }`).join("\n")}
checks: [{ use: get-configuration, ${quickly} }, { use: public-api, ${quickly} }]
routes: [{ to: [] }]
sinks: { zabbix: { type: zabbix, server: "127.0.0.1:${zabbix.port}", every: 500ms } }
answers: { socket: ${installed.folder}/answers.sock, group: zabbix }
web: { listen: "127.0.0.1:${port}", token: "\${file:${installed.folder}/web.token}" }
store: store.db
`,
	);
	chmodSync(installed.folder, 0o755);
	const say = (...words: readonly string[]) =>
		execFileSync(installed.node, [installed.main, "zabbix", ...words, "-c", config], {
			encoding: "utf8",
			stdio: "pipe",
		});
	daemon = start(["run", "-c", config], { cwd: installed.folder });
	await daemon.until(/watching/);
	say("install", "--dir", zabbix.externalScripts);
	for (const way of ALL) {
		await zabbix.importTemplate(say("template", "--by", way), "yaml");
		await zabbix.createHost(way, HOSTS[way], {
			"{$DSS.PROBE.INTERVAL}": "1s",
			"{$DSS.PROBE.URL}": `http://127.0.0.1:${port}`,
			"{$DSS.PROBE.TOKEN}": SECRETS.WEB_TOKEN,
			"{$DSS.NODATA.PERIOD}": "30s",
			"{$DSS.PROBE.FAILED.PERIOD}": "#3",
		});
	}
	await zabbix.start();
}, 120_000);

afterAll(async () => {
	await zabbix?.close();
	installed?.remove();
});

const value = async (host: string, key: string) => (await zabbix.latest(host, key).catch(() => undefined))?.value;
const names = async (host: string) => (await zabbix.problems(host)).map(({ name }) => name);
const DOWN = "DSS: Instance is unavailable: nginx up, DSS backend down or starting";

test.each(ALL)("by %s: values arrive, checks are discovered, and everything works", async (host) => {
	await expect.poll(() => value(host, "dss.up"), patiently).toBe("1");
	await expect.poll(() => value(host, "dss.check.alert[get-configuration]"), patiently).toBe("0");
	await expect.poll(() => value(host, "dss.check.value[public-api,latency]"), patiently).toMatch(/^0\.\d+$/);
	await expect.poll(() => value(host, "dss.version"), patiently).toMatch(/^\d+\.\d+/);
	expect(await zabbix.broken(host)).toEqual([]);
	expect(await names(host)).toEqual([]);
});

test("an outage is one problem for each host that names the cause, and over when it is over", async () => {
	await dss.faults.set({ fault: "gateway" });
	for (const host of ALL) await expect.poll(() => names(host), patiently).toEqual([DOWN]);
	await dss.faults.clear();
	for (const host of ALL) await expect.poll(() => names(host), patiently).toEqual([]);
});

test("a rejected key is a problem of the API and none of the instance", async () => {
	await dss.faults.set({ fault: "key_revoked" });
	for (const host of ALL) {
		await expect.poll(() => names(host), patiently).toEqual(["Check [public-api]: API key rejected, DSS is up"]);
		expect((await zabbix.problems(host))[0]).toMatchObject({ severity: 3, tags: { check: "public-api" } });
	}
	await dss.faults.clear();
	for (const host of ALL) await expect.poll(() => names(host), patiently).toEqual([]);
});

test("a killed daemon is told as what it is; an external check looks by itself, also at a DSS that hangs", async () => {
	const killed = Math.floor(Date.now() / 1_000);
	daemon.process.kill("SIGKILL");
	await daemon.ended;
	await expect
		.poll(() => names("http"), patiently)
		.toEqual([expect.stringMatching(/^DSS: Probe service is not answering \(for #3\): no good answer over HTTP\./)]);
	await expect.poll(() => value("external", "dss.check.alert[get-configuration]"), patiently).toBe("1");
	await dss.faults.set({ fault: "hang" });
	await expect
		.poll(() => names("external"), patiently)
		.toEqual([expect.stringMatching(/^DSS: Instance is unavailable: .*(?:hang|answer)/)]);
	expect(await value("external", "dss.probe.up")).toBe("1");
	expect(zabbix.log()).not.toContain("Timeout while executing");
	await dss.faults.clear();
	await expect.poll(() => names("external"), patiently).toEqual([]);
	await expect
		.poll(() => names("trapper"), { timeout: 60_000, interval: 500 })
		.toEqual(["DSS: No data from dss-probe (for 30s)"]);
	expect((await zabbix.latest("trapper", "dss.up")).clock).toBeLessThanOrEqual(killed);
	for (const host of ALL) expect(await zabbix.broken(host)).toEqual([]);
}, 120_000);
