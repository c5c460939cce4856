import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CheckReport } from "../../src/model/report.ts";
import { reportedCause } from "../../src/model/reported-cause.ts";
import { masterJson, masterTrouble } from "../../src/report/master.ts";
import { WAYS } from "../../src/zabbix/plan.ts";
import { zabbixTemplate } from "../../src/zabbix/template.ts";
import { FORMATS, writeExport } from "../../src/zabbix/write.ts";
import { anInstanceReport, aReport } from "../support/reports.ts";
import { setUpZabbix, whatZabbixLacks, type ZabbixServer } from "../support/zabbix-server.ts";

const lack = whatZabbixLacks();
beforeEach(({ skip }) => skip(lack !== undefined, lack));

const patiently = { timeout: 20_000, interval: 100 };
const CHECKS = [
	{ name: "get-configuration", summary: "The backend answers.", failAfter: 3, recoverAfter: 2, timeoutMs: 10_000 },
	{
		name: "nightly",
		summary: "Signs: <&> \"quoted\" 'too' {$X} y: no",
		failAfter: 1,
		recoverAfter: 1,
		timeoutMs: 60_000,
	},
];
const HOST = "design";

let zabbix: ZabbixServer;

beforeAll(async () => {
	if (lack !== undefined) return;
	zabbix = await setUpZabbix();
	for (const way of WAYS) {
		await zabbix.importTemplate(writeExport(zabbixTemplate({ way, version: "6.0", checks: CHECKS }), "yaml"), "yaml");
	}
	const quickly = { "{$DSS.NODATA.PERIOD}": "30s", "{$DSS.PROBE.FAILED.PERIOD}": "#2" };
	for (const host of [HOST, "bare", "silent"]) await zabbix.createHost(host, "Dataiku DSS by Zabbix trapper", quickly);
	await zabbix.start();
	await tell("silent", aReport());
}, 120_000);

afterAll(async () => {
	await zabbix?.close();
});

/** Sends what dss-probe says of an instance now. */
async function tell(host: string, ...checks: readonly CheckReport[]): Promise<void> {
	const now = Date.now();
	const fresh = checks.map((check) => ({ ...check, instance: host, sampledAt: now - 1_000, freshUntil: now + 60_000 }));
	await zabbix.send(host, "dss.get_status", masterJson({ ...anInstanceReport(...fresh), instance: host }, now));
}

const backend = (given: Partial<CheckReport> = {}) => aReport({ labels: { severity: "critical" }, ...given });
const api = (given: Partial<CheckReport> = {}) =>
	aReport({ check: "public-api", about: "The API answers.", parents: [`${HOST}/get-configuration`], ...given });
const down = { phase: "firing", level: "critical", cause: reportedCause("backend_down"), summary: "HTTP 502" } as const;
const problems = async (host = HOST) => (await zabbix.problems(host)).map(({ name, severity }) => [name, severity]);
const value = async (key: string, host = HOST) => (await zabbix.latest(host, key)).value;

test("every way of every format is imported, and imported again it changes nothing", async () => {
	for (const way of WAYS) {
		for (const format of FORMATS) {
			const source = writeExport(zabbixTemplate({ way, version: "6.0", checks: CHECKS }), format);
			await zabbix.importTemplate(source, format);
			expect([way, format, await zabbix.importChanges(source, format)]).toEqual([way, format, []]);
		}
	}
});

test("the checks and their values are discovered, and their items fill", async () => {
	await tell(HOST, backend(), api());
	const keys = async () => {
		const items = await zabbix.call<{ key_: string }[]>("item.get", { host: HOST, output: ["key_"] });
		return items.map(({ key_ }) => key_);
	};
	await expect
		.poll(keys, patiently)
		.toEqual(expect.arrayContaining(["dss.check.alert[public-api]", "dss.check.value[get-configuration,latency]"]));
	await expect
		.poll(async () => {
			await tell(HOST, backend(), api());
			return await value("dss.check.value[public-api,latency]");
		}, patiently)
		.toBe("0.012");
	expect(await value("dss.check.verdict[public-api]")).toBe("0");
	expect(await value("dss.up")).toBe("1");
	const [latency] = await zabbix.call<{ units: string }[]>("item.get", {
		host: HOST,
		filter: { key_: ["dss.check.value[public-api,latency]"] },
	});
	expect(latency?.units).toBe("s");
	expect(await zabbix.broken(HOST)).toEqual([]);
	expect(await problems()).toEqual([]);
});

test("an outage is one problem that names the cause; what depends on it is quiet; then it is over", async () => {
	await tell(HOST, backend({ ...down, phase: "pending" }), api({ ...down, phase: "pending" }));
	await tell(HOST, backend(down), api(down));
	await expect
		.poll(() => problems(), patiently)
		.toEqual([["DSS: Instance is unavailable: nginx up, DSS backend down or starting", 4]]);
	// In the middle of it dss-probe is not sure: nothing changes.
	await tell(HOST, backend({ phase: "recovering" }), api({ ...down, phase: "recovering" }));
	await tell(HOST, backend(down), api(down));
	expect(await problems()).toHaveLength(1);
	// The backend is back, the key is not: that is a problem of its own.
	const rejected = { ...down, cause: reportedCause("key_rejected"), summary: "HTTP 401" };
	await tell(HOST, backend(), api(rejected));
	await expect.poll(() => problems(), patiently).toEqual([["Check [public-api]: API key rejected, DSS is up", 3]]);
	await tell(HOST, backend(), api());
	await expect.poll(() => problems(), patiently).toEqual([]);
	expect(await zabbix.broken(HOST)).toEqual([]);
});

test("looks that wait in vain are an outage and nothing else; looks that end well, but late, are told as slow", async () => {
	const long = { durationMs: 40_000 };
	for (let times = 0; times < 4; times++) {
		await tell(HOST, backend({ ...down, ...long, phase: "pending" }), api({ ...down, ...long, phase: "pending" }));
	}
	await tell(HOST, backend({ ...down, ...long }), api({ ...down, ...long }));
	await expect.poll(() => value("dss.check.duration[public-api]"), patiently).toBe("40");
	await expect
		.poll(() => problems(), patiently)
		.toEqual([["DSS: Instance is unavailable: nginx up, DSS backend down or starting", 4]]);
	for (let times = 0; times < 3; times++) await tell(HOST, backend(), api(long));
	await expect.poll(() => problems(), patiently).toEqual([["Check [public-api]: Takes too long (over 30s)", 2]]);
	// Now it fails: there is no word any more on how long it takes.
	for (let times = 0; times < 2; times++) await tell(HOST, backend(), api({ ...down, ...long, phase: "pending" }));
	await expect.poll(() => problems(), patiently).toEqual([]);
	await tell(HOST, backend(), api());
	expect(await zabbix.broken(HOST)).toEqual([]);
});

test("severities come from the level and the labels of a check", async () => {
	const slow = { phase: "firing", level: "warning", cause: reportedCause("backend_slow") } as const;
	const rejected = { ...down, cause: reportedCause("key_rejected") };
	await tell(HOST, backend(slow), api());
	await expect.poll(() => problems(), patiently).toEqual([["Check [get-configuration]: warning: DSS backend slow", 2]]);
	await tell(HOST, backend(rejected), api());
	await expect
		.poll(async () => (await problems())[0], patiently)
		.toEqual(["Check [get-configuration]: API key rejected, DSS is up", 4]);
	await tell(HOST, backend(), api());
	await expect.poll(() => problems(), patiently).toEqual([]);
});

test("without a daemon several looks of the same kind decide", async () => {
	const { phase: _phase, ...bare } = aReport();
	const broken = { ...bare, level: "critical", cause: reportedCause("backend_down") } as const;
	for (let times = 0; times < 3; times++) await tell("bare", bare);
	const alert = "dss.check.alert[get-configuration]";
	await expect
		.poll(async () => {
			await tell("bare", bare);
			return (await zabbix.call<{ key_: string }[]>("item.get", { host: "bare", filter: { key_: [alert] } })).length;
		}, patiently)
		.toBe(1);
	await expect
		.poll(async () => {
			await tell("bare", bare);
			return await value(alert, "bare");
		}, patiently)
		.toBe("1");
	await tell("bare", broken);
	await tell("bare", broken);
	await expect.poll(() => value("dss.alert", "bare"), patiently).toBe("6");
	expect(await problems("bare")).toEqual([]);
	await tell("bare", broken);
	await expect
		.poll(() => problems("bare"), patiently)
		.toEqual([["DSS: Instance is unavailable: nginx up, DSS backend down or starting", 4]]);
	await tell("bare", bare);
	await expect.poll(() => value("dss.alert", "bare"), patiently).toBe("1");
	expect(await problems("bare")).toHaveLength(1);
	await tell("bare", bare);
	await expect.poll(() => problems("bare"), patiently).toEqual([]);
});

test("a probe that knows nothing is a problem of its own, and nobody's recovery", async () => {
	await tell(HOST, backend(down), api(down));
	await expect.poll(() => problems(), patiently).toHaveLength(1);
	for (let times = 0; times < 2; times++) await zabbix.send(HOST, "dss.get_status", masterTrouble(HOST, "it hangs"));
	await expect
		.poll(() => problems(), patiently)
		.toEqual([
			["DSS: Instance is unavailable: nginx up, DSS backend down or starting", 4],
			["DSS: Probe service is not answering (for #2): it hangs", 3],
		]);
	await tell(HOST, backend(), api());
	await expect.poll(() => problems(), patiently).toEqual([]);
	expect(await zabbix.broken(HOST)).toEqual([]);
});

test("a probe that fell silent is a problem", async () => {
	await expect
		.poll(() => problems("silent"), { timeout: 70_000, interval: 500 })
		.toEqual([["DSS: No data from dss-probe (for 30s)", 3]]);
	await tell("silent", aReport());
	await expect.poll(() => problems("silent"), patiently).toEqual([]);
}, 90_000);
