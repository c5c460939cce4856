import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { install } from "../support/installed.ts";
import { setUpZabbix, whatZabbixLacks, type ZabbixServer } from "../support/zabbix-server.ts";
import { startDaemon } from "./daemon.ts";
import { atMost, type Benchmark, type Effort, type Figure, milliseconds, notMeasured, times } from "./figure.ts";
import type { Running } from "./running.ts";
import { openTarget } from "./target.ts";

const CHECK_HTTP = "/usr/lib/nagios/plugins/check_http";
/** Values a second: pushed, and as external checks, of which this machine could not start more. */
const PUSHED = 100;
const POLLED = 6;
const WARM_MS = 12_000;

/**
 * Processor time for one value of one check until Zabbix has it, all ways into the same Zabbix server: pushed by the daemon,
 * asked for by an external check that a daemon answers, and by check_http as an external check, the common way without us.
 * All of it counts, the probing included, except Zabbix's database, which has the same work each time.
 */
export const push: Benchmark = async (effort) => {
	const what = "a value pushed to Zabbix against check_http as an external check";
	const lack = whatZabbixLacks() ?? (existsSync(CHECK_HTTP) ? undefined : "needs monitoring-plugins-basic");
	if (lack !== undefined) return [notMeasured(what, lack)];
	const undo: (() => unknown)[] = [];
	try {
		return await measure(effort, what, undo);
	} finally {
		for (const one of undo.reverse()) await one();
	}
};

async function measure(effort: Effort, what: string, undo: (() => unknown)[]): Promise<readonly Figure[]> {
	const ms = effort.isQuick ? 8_000 : 25_000;
	// User zabbix has to reach the program and the daemon's socket.
	const installed = await install();
	const folder = mkdtempSync(join(tmpdir(), "dss-probe-push-"));
	chmodSync(folder, 0o755);
	const socket = join(folder, "answers.sock");
	const target = await openTarget();
	const zabbix = await setUpZabbix();
	undo.push(
		() => installed.remove(),
		() => rmSync(folder, { recursive: true, force: true }),
		() => target.close(),
		() => zabbix.close(),
	);
	const script = (name: string, text: string) =>
		writeFileSync(join(zabbix.externalScripts, name), `#!/bin/sh\nexec ${text}\n`, { mode: 0o755 });
	script("ours", `${installed.node} ${installed.main} zabbix get i0 answer latency --socket ${socket}`);
	const { hostname, port } = new URL(target.url);
	script("theirs", `${CHECK_HTTP} -I ${hostname} -p ${port} -u /0`);
	const items = await createItems(zabbix);
	await zabbix.start();

	const load = { checks: PUSHED, every: "1s", target: target.url };
	const sinks = `sinks: { zabbix: { type: zabbix, server: "127.0.0.1:${zabbix.port}", every: 1s } }`;
	const answers = `answers: { socket: ${socket}, group: zabbix }`;
	const daemon = await startDaemon(effort, { ...load, sections: [sinks, answers] });
	undo.push(() => daemon.stop());
	const without = await startDaemon(effort, load);
	undo.push(() => without.stop());
	await sleep(WARM_MS);

	const pushed = await during(ms, zabbix, [daemon, without], () => daemon.sent());
	const [withSink = 0, withoutSink = 0] = pushed.programMs;
	// What a Zabbix server does for itself stays the same, and is taken off everywhere.
	await daemon.stop();
	undo.splice(undo.length - 2, 1);
	await without.stop();
	undo.pop();
	const asked = await startDaemon(effort, { ...load, checks: 1, sections: [answers] });
	undo.push(() => asked.stop());
	await sleep(2_000);
	const idle = await during(ms, zabbix, [], async () => 0);
	const polled = async (ids: readonly string[], valueType: number) => {
		await enable(zabbix, ids, true);
		await sleep(6_000);
		const used = await during(ms, zabbix, [asked], () => countOf(zabbix, ids, valueType));
		await enable(zabbix, ids, false);
		await sleep(3_000);
		return used;
	};
	const ours = await polled(items.ours, 0);
	const theirs = await polled(items.theirs, 4);

	const each = ({ zabbixMs, values }: Used, ownMs: number) => (zabbixMs - idle.zabbixMs + ownMs) / values;
	const whole = each(pushed, withSink);
	const alone = each(pushed, withSink - withoutSink);
	const external = each(ours, ours.programMs[0] ?? 0);
	const plugin = each(theirs, 0);
	return [
		{
			what: `values pushed, asked for, and by check_http, in ${ms / 1_000} s`,
			value: [pushed, ours, theirs].map(({ values }) => values).join(" / "),
		},
		{ what: "processor time of a pushed value: sink and Zabbix server", value: milliseconds(alone) },
		{ what: "the same with the look itself: probed, judged, stored, pushed", value: milliseconds(whole) },
		{ what: "a value that an external check (zabbix get) gets from the daemon", value: milliseconds(external) },
		{ what: "a value of check_http as an external check", value: milliseconds(plugin) },
		{ what: "a pushed value against zabbix get as an external check", value: times(whole / external) },
		atMost(what, whole / plugin, BAR, times),
	];
}

/** Seen on a busy machine: 0.07. */
const BAR = 0.2;

interface Used {
	readonly zabbixMs: number;
	readonly programMs: readonly number[];
	readonly values: number;
}

async function during(
	ms: number,
	zabbix: ZabbixServer,
	programs: readonly Running[],
	count: () => Promise<number>,
): Promise<Used> {
	const read = async () => ({
		zabbixMs: zabbix.cpuMs(),
		programMs: programs.map((one) => one.cpuMs()),
		values: await count(),
	});
	const before = await read();
	await sleep(ms);
	const after = await read();
	return {
		zabbixMs: after.zabbixMs - before.zabbixMs,
		programMs: after.programMs.map((now, index) => now - (before.programMs[index] ?? 0)),
		values: after.values - before.values,
	};
}

/** A trapper item for each instance, and external checks that are not enabled yet. */
async function createItems(zabbix: ZabbixServer): Promise<{ readonly ours: string[]; readonly theirs: string[] }> {
	const { groupids } = await zabbix.call<{ groupids: string[] }>("hostgroup.create", { name: "Bench" });
	const groups = [{ groupid: groupids[0] }];
	const interfaces = [{ type: 1, main: 1, useip: 1, ip: "127.0.0.1", dns: "", port: "10050" }];
	const names = Array.from({ length: PUSHED }, (_, index) => `i${index}`);
	const { hostids } = await zabbix.call<{ hostids: string[] }>(
		"host.create",
		names.map((host) => ({ host, groups, interfaces })),
	);
	const key_ = "dss.get_status";
	await zabbix.call(
		"item.create",
		hostids.map((hostid) => ({ hostid, name: key_, key_, type: 2, value_type: 4, delay: "0" })),
	);
	const hostid = hostids[0];
	const [{ interfaceid } = {}] = await zabbix.call<{ interfaceid: string }[]>("hostinterface.get", { hostids: hostid });
	const external = async (script: string, valueType: number) => {
		const rows = Array.from({ length: POLLED }, (_, index) => {
			const name = `${script}[${index}]`;
			return { hostid, interfaceid, name, key_: name, type: 10, value_type: valueType, delay: "1s", status: 1 };
		});
		return (await zabbix.call<{ itemids: string[] }>("item.create", rows)).itemids;
	};
	return { ours: await external("ours", 0), theirs: await external("theirs", 4) };
}

async function enable(zabbix: ZabbixServer, ids: readonly string[], isOn: boolean): Promise<void> {
	await zabbix.call(
		"item.update",
		ids.map((itemid) => ({ itemid, status: isOn ? 0 : 1 })),
	);
}

async function countOf(zabbix: ZabbixServer, itemids: readonly string[], history: number): Promise<number> {
	return Number(await zabbix.call("history.get", { itemids, history, countOutput: true }));
}
