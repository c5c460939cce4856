import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Log } from "../../src/log.ts";
import type { CheckReport } from "../../src/model/report.ts";
import { Secret } from "../../src/model/secret.ts";
import { type SinkSettings, sinkOptions } from "../../src/sinks/options.ts";
import { createSink } from "../../src/sinks/sinks.ts";
import { type LineOptions, sendValues } from "../../src/sinks/zabbix-line.ts";
import { type Authority, type KeyPair, makeAuthority } from "../support/certificates.ts";
import { aDss, configured, run, start } from "../support/program.ts";
import { setUpZabbix, whatZabbixLacks, type ZabbixServer } from "../support/zabbix-server.ts";

const lack = whatZabbixLacks();
const PSK = "5f0c9a1be84d37720a6f5c3e91d84b27";
const AROUND = { clock: systemClock, signal: new AbortController().signal };
/** Ten thousand values for so many items. */
const VALUES = 10_000;
const ITEMS = 100;
const numbered = (index: number) => `dss.check.value[boot,v${index % ITEMS}]`;

let zabbix: ZabbixServer;
let authority: Authority;
let own: KeyPair;
const hostIds = new Map<string, string>();

beforeAll(async () => {
	if (lack !== undefined) return;
	authority = makeAuthority("rsa");
	own = authority.issue("DNS:dss-probe.example");
	const server = authority.issue("DNS:zabbix.example");
	zabbix = await setUpZabbix({
		settings(folder) {
			const tls = join(folder, "tls");
			mkdirSync(tls, { recursive: true });
			chmodSync(tls, 0o755);
			for (const [name, text] of Object.entries({ ca: authority.ca, cert: server.cert, key: server.key })) {
				writeFileSync(join(tls, name), text, { mode: 0o644 });
			}
			return `TLSCAFile=${tls}/ca\nTLSCertFile=${tls}/cert\nTLSKeyFile=${tls}/key\n`;
		},
	});
	const { groupids } = await zabbix.call<{ groupids: string[] }>("hostgroup.create", { name: "Pushed" });
	const host = async (name: string, more: object = {}) => {
		const groups = [{ groupid: groupids[0] }];
		const { hostids } = await zabbix.call<{ hostids: string[] }>("host.create", { host: name, groups, ...more });
		hostIds.set(name, hostids[0] as string);
	};
	await host("design");
	await host("psk", { tls_connect: 2, tls_accept: 2, tls_psk_identity: "dss-probe", tls_psk: PSK });
	await host("certificate", { tls_connect: 4, tls_accept: 4 });
	await host("many");
	for (const name of ["design", "psk", "certificate"]) await item(name, "dss.get_status", 4);
	await item("design", "dss.check.value[boot,latency]", 0);
	const keys = Array.from({ length: ITEMS }, (_, index) => numbered(index));
	await items("many", keys, 0);
	await host("daemon");
	await item("daemon", "dss.get_status", 4);
	await zabbix.start();
}, 60_000);

afterAll(async () => {
	await zabbix?.close();
	authority?.close();
});

async function items(host: string, keys: readonly string[], valueType: number): Promise<void> {
	const row = { hostid: hostIds.get(host), type: 2, value_type: valueType, delay: "0" };
	const rows = keys.map((key_) => ({ ...row, name: key_, key_ }));
	await zabbix.call("item.create", rows);
}

const item = (host: string, key: string, valueType: number) => items(host, [key], valueType);

interface Kept {
	readonly clock: string;
	readonly ns: string;
	readonly value: string;
}

/** What Zabbix keeps of an item, oldest first. */
async function history(host: string, key: string, valueType: number): Promise<readonly Kept[]> {
	const found = await zabbix.call<{ itemid: string }[]>("item.get", {
		host,
		filter: { key_: key },
		output: ["itemid"],
	});
	return await zabbix.call<Kept[]>("history.get", {
		itemids: found.map(({ itemid }) => itemid),
		history: valueType,
		output: "extend",
		sortfield: ["clock"],
		sortorder: "ASC",
	});
}

function aReport(check: string, at: number, given: Partial<CheckReport> = {}): CheckReport {
	const labels = {};
	return {
		...{ instance: "design", check, about: "It answers.", level: "ok", summary: "HTTP 200", failed: [] },
		...{ sampledAt: at, durationMs: 0, values: { latency: 0.25 }, types: {}, freshUntil: at + 70_000 },
		...{ thresholds: {}, labels, parents: [] },
		...given,
	};
}

function aSink(given: Partial<SinkSettings> = {}, instance = "design") {
	const { tls: _tls, ...options } = sinkOptions.parse({
		type: "zabbix",
		server: `127.0.0.1:${zabbix.port}`,
		values: true,
	});
	const lines: string[] = [];
	const say = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
	const log: Log = { debug: say, info: say, warn: say, error: say };
	const known = new Map<string, CheckReport>();
	const sink = createSink(
		"zabbix",
		{ ...options, ...given },
		{
			clock: systemClock,
			log,
			random: Math.random,
			instances: () => [instance],
			labels: () => ({}),
			report: () => ({ instance, url: "https://dss.example", labels: {}, checks: [...known.values()] }),
			master: ({ checks }, now) => JSON.stringify({ checks: checks.map(({ check }) => check), now }),
		},
	);
	onTestFinished(() => sink.close());
	return {
		sink,
		lines,
		offer(report: CheckReport) {
			known.set(report.check, report);
			sink.offer(report);
		},
	};
}

describe.skipIf(lack !== undefined)(`values pushed to Zabbix${lack === undefined ? "" : ` (${lack})`}`, () => {
	test("arrive with the time of their sample", async () => {
		const { sink, offer } = aSink({ values: false });
		const at = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000 + 123;
		offer(aReport("boot", at));
		await sink.flush(10_000);
		expect(sink.figures()).toMatchObject({ sent: 1, refused: 0, queued: 0 });
		const value = JSON.stringify({ checks: ["boot"], now: at });
		await expect
			.poll(() => history("design", "dss.get_status", 4), { timeout: 5_000 })
			.toMatchObject([{ clock: String(Math.floor(at / 1_000)), ns: "123000000", value }]);
	});

	test("are named where Zabbix does not know them, and go in as soon as it does", async () => {
		const { sink, lines, offer } = aSink();
		const at = Date.now();
		offer(aReport("boot", at, { values: { latency: 0.5, size: 17 } }));
		await sink.flush(20_000);
		const refused = () => sink.figures().refusals.map(({ what }) => what);
		const others = ["verdict", "cause", "cause_text", "summary", "duration"].map((name) => `dss.check.${name}[boot]`);
		const expected = [...others, "dss.check.value[boot,size]"].map((key) => `${key} of host design`);
		expect(refused().toSorted()).toEqual(expected.toSorted());
		expect(lines.filter((line) => line.startsWith("Zabbix refuses these"))).toHaveLength(1);
		await expect
			.poll(() => history("design", "dss.check.value[boot,latency]", 0), { timeout: 5_000 })
			.toMatchObject([{ value: "0.5" }]);

		await item("design", "dss.check.value[boot,size]", 3);
		let times = 0;
		const isTaken = async (): Promise<boolean> => {
			offer(aReport("boot", Date.now(), { values: { latency: 0.5, size: 17 + ++times } }));
			await sink.flush(1_000);
			return (await history("design", "dss.check.value[boot,size]", 3)).length > 0;
		};
		await expect.poll(isTaken, { timeout: 10_000, interval: 300 }).toBe(true);
	});

	test("wait while the server is killed, and come in order and complete when it is back", async () => {
		const { sink, offer } = aSink({ values: false });
		const from = Date.now() - 60_000;
		await zabbix.kill();
		onTestFinished(async () => {
			// The other tests need the server, also where this one ends early.
			if (zabbix.cpuMs() === 0) await zabbix.start();
		});
		for (let number = 1; number <= 40; number++) {
			offer(aReport("boot", from + number));
			await sink.flush(1_000);
		}
		expect(sink.figures()).toMatchObject({ queued: 40, lost: 0, failingSince: expect.any(Number) });
		await zabbix.start();
		await expect
			.poll(
				async () => {
					await sink.flush(5_000);
					return sink.figures().queued;
				},
				{ timeout: 15_000 },
			)
			.toBe(0);
		const isOurs = (now: number) => now > from && now <= from + 40;
		const moments = async () =>
			(await history("design", "dss.get_status", 4))
				.map(({ value }) => (JSON.parse(value) as { now: number }).now)
				.filter(isOurs);
		await expect.poll(async () => (await moments()).length, { timeout: 5_000 }).toBe(40);
		expect(new Set(await moments()).size).toBe(40);
	}, 40_000);

	test("are taken by the ten thousand in one packed request", async () => {
		const to = { host: "127.0.0.1", port: zabbix.port };
		const from = Date.now() - 60_000;
		const values = Array.from({ length: VALUES }, (_, index) => {
			return { host: "many", key: numbered(index), value: String(index), at: from + index };
		});
		const answer = await sendValues(to, values, { timeoutMs: 10_000 }, AROUND);
		expect(answer).toEqual({ ok: true, processed: 10_000, failed: 0 });
		const last = async () => (await history("many", numbered(VALUES - 1), 0)).map(({ value }) => Number(value));
		await expect.poll(async () => (await last()).length, { timeout: 10_000 }).toBe(VALUES / ITEMS);
		expect(await last()).toContain(VALUES - 1);
	});

	test("come from the daemon by themselves, and on demand from what it knows", async () => {
		const { url, faults } = await aDss();
		const sinks = `sinks: { zabbix: { type: zabbix, server: "127.0.0.1:${zabbix.port}", host: daemon, every: 500ms, values: true } }`;
		const { file } = configured(url, {
			checks: ["- { use: get-configuration, every: 1s, timeout: 900ms, retry_every: 1s }"],
			sections: [sinks],
		});
		const daemon = start(["run", "-c", file]);
		const told = async () =>
			(await history("daemon", "dss.get_status", 4)).map(
				({ value }) => JSON.parse(value) as { up: number; verdict: number },
			);
		await expect
			.poll(told, { timeout: 10_000 })
			.toContainEqual(expect.objectContaining({ instance: "design", verdict: 0 }));
		await daemon.until(/Zabbix refuses these/);
		const sent = await run(["zabbix", "send", "-c", file]);
		expect(sent).toMatchObject({ code: 1, stderr: "" });
		expect(sent.stdout).toMatch(/^PARTLY +zabbix +1 +\d+/m);
		expect(sent.stdout).toContain("zabbix refuses dss.check.verdict[get-configuration] of host daemon");
		await faults.set({ fault: "gateway" });
		const looked = await run(["zabbix", "send", "--once", "-c", file]);
		expect(looked.code).toBe(1);
		await expect
			.poll(told, { timeout: 5_000 })
			.toContainEqual(expect.objectContaining({ verdict: 2, cause: "backend_down" }));
		daemon.process.kill("SIGTERM");
		expect((await daemon.ended).code).toBe(0);
	}, 40_000);

	describe("over TLS", () => {
		const send = (host: string, options: Omit<LineOptions, "timeoutMs">) =>
			sendValues(
				{ host: "127.0.0.1", port: zabbix.port },
				[{ host, key: "dss.get_status", value: "{}", at: Date.now() }],
				{ timeoutMs: 5_000, ...options },
				AROUND,
			);
		const taken = { ok: true, processed: 1, failed: 0 };
		const refused = { ok: true, processed: 0, failed: 1 };

		test("with a pre-shared key, for a host that asks for it", async () => {
			expect(await send("psk", { psk: { identity: "dss-probe", key: new Secret(PSK) } })).toEqual(taken);
			expect(await send("psk", {})).toEqual(refused);
			const wrong = await send("psk", { psk: { identity: "dss-probe", key: new Secret("ab".repeat(16)) } });
			expect(wrong).toMatchObject({ ok: false });
			expect(JSON.stringify(wrong)).not.toContain("abab");
		});

		test("with certificates, whose name and authority are looked at", async () => {
			const key = new Secret(own.key);
			const tls = { ca: authority.ca, cert: own.cert, key, verify: true, serverName: "zabbix.example" };
			const answer = await send("certificate", { tls });
			expect(answer, zabbix.log().split("\n").slice(-8).join("\n")).toEqual(taken);
			expect(await send("certificate", {})).toEqual(refused);
			expect(await send("certificate", { tls: { ...tls, serverName: "other.example" } })).toMatchObject({
				ok: false,
				why: expect.stringContaining("other.example"),
			});
			const { ca: _ca, ...unknown } = tls;
			expect(await send("certificate", { tls: unknown })).toMatchObject({ ok: false });
		});
	});
});
