import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startBlackbox } from "./blackbox.ts";
import { startDaemon } from "./daemon.ts";
import { atMost, type Benchmark, type Figure, milliseconds, notMeasured, times } from "./figure.ts";
import { type Running, startProgram } from "./running.ts";
import { openTarget, type Target } from "./target.ts";

const CHECKS = 200;
/** Seen with Zabbix's HTTP-agent item, its database included: the bar for a kept connection, as a share of blackbox_exporter. */
const ZABBIX_SHARE = 0.24 / 1.4;

interface Load {
	readonly target: Target;
	readonly running: Running;
}

/** Processor time of one probe, all programs under the same load in the same minute. */
export const cpu: Benchmark = async (effort) => {
	const loads = new Map<string, Load>();
	const add = async (name: string, start: (url: string) => Promise<Running>) => {
		const target = await openTarget();
		loads.set(name, { target, running: await start(target.url) });
	};
	try {
		await add("fresh", (url) => startDaemon(effort, { checks: CHECKS, every: "1s", target: url }));
		await add("reuse", (url) => startDaemon(effort, { checks: CHECKS, every: "1s", target: url, connection: "reuse" }));
		await add("idle", (url) => startDaemon(effort, { checks: CHECKS, every: "1h", target: url }));
		const bare = fileURLToPath(new URL("./bare-undici.ts", import.meta.url));
		await add("undici", async (url) => startProgram(process.execPath, [bare, url, String(CHECKS)]));
		const missing = ["/usr/bin/prometheus", "/usr/bin/prometheus-blackbox-exporter"].filter(
			(file) => !existsSync(file),
		);
		if (missing.length === 0) await add("blackbox", (url) => startBlackbox(effort.folder, url, CHECKS));
		// Every check has had its first look, and the compilers have done their work.
		await sleep(effort.isQuick ? 17_000 : 25_000);
		const used = await measure(loads, effort.isQuick ? 8_000 : 30_000);
		return figures(used, missing);
	} finally {
		await Promise.all([...loads.values()].map(({ running, target }) => running.stop().then(() => target.close())));
	}
};

interface Used {
	readonly ms: number;
	readonly probes: number;
}

async function measure(loads: ReadonlyMap<string, Load>, ms: number): Promise<ReadonlyMap<string, Used>> {
	const read = () =>
		[...loads].map(([name, { target, running }]) => ({ name, ms: running.cpuMs(), probes: target.count() }));
	const before = read();
	await sleep(ms);
	return new Map(
		read().map((now, index) => {
			const then = before[index] as (typeof before)[number];
			return [now.name, { ms: now.ms - then.ms, probes: now.probes - then.probes }];
		}),
	);
}

function figures(used: ReadonlyMap<string, Used>, missing: readonly string[]): readonly Figure[] {
	const idleMs = used.get("idle")?.ms ?? 0;
	const perProbe = (name: string, baseMs: number) => {
		const { ms, probes } = used.get(name) ?? { ms: Number.NaN, probes: Number.NaN };
		return (ms - baseMs) / probes;
	};
	const [fresh, reuse, bare] = [perProbe("fresh", idleMs), perProbe("reuse", idleMs), perProbe("undici", 0)];
	const shown: Figure[] = [
		{ what: "processor time per HTTP probe, fresh connection, judged and stored", value: milliseconds(fresh) },
		{ what: "the same with connection: reuse", value: milliseconds(reuse) },
		{ what: "undici alone, fresh connection, nothing judged or stored", value: milliseconds(bare) },
		{ what: "the probe as a multiple of undici alone", value: times(fresh / bare) },
	];
	const against = "processor time per probe against blackbox_exporter + Prometheus";
	if (missing.length > 0) return [...shown, notMeasured(against, `${missing.join(", ")} is missing`)];
	const blackbox = perProbe("blackbox", 0);
	return [
		...shown,
		{ what: "blackbox_exporter + Prometheus with one alert rule", value: milliseconds(blackbox) },
		atMost(against, fresh / blackbox, 0.3, times),
		atMost(`${against}, connection: reuse`, reuse / blackbox, ZABBIX_SHARE, times),
	];
}
