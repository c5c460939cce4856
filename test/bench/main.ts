import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundle } from "../../build/bundle.ts";
import { cpu } from "./cpu.ts";
import { delivery } from "./delivery.ts";
import type { Benchmark, Figure } from "./figure.ts";
import { flat } from "./flat.ts";
import { load } from "./load.ts";
import { push } from "./push.ts";
import { rehearsal } from "./rehearsal.ts";
import { store } from "./store.ts";
import { zabbix } from "./zabbix.ts";

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { zabbix, cpu, load, flat, delivery, store, rehearsal, push };
/** Those that take no more than seconds. */
const QUICK = ["zabbix", "delivery", "store", "cpu"];

const say = (text: string) => process.stdout.write(`${text}\n`);
const asked = process.argv.slice(2);
const isQuick = asked.includes("quick");
const unknown = asked.filter((name) => name !== "quick" && !(name in BENCHMARKS));
if (unknown.length > 0) {
	say(`unknown: ${unknown.join(", ")}. npm run bench [quick] [${Object.keys(BENCHMARKS).join(" | ")}]`);
	process.exit(64);
}
const named = asked.filter((name) => name in BENCHMARKS);
const names = named.length > 0 ? named : isQuick ? QUICK : Object.keys(BENCHMARKS);

const [busy = 0] = loadavg();
if (busy > availableParallelism() / 2) {
	say(
		`The machine is busy (load ${busy.toFixed(1)}): ratios of processor time hold, times in ms are those of a busy machine.`,
	);
}
const folder = mkdtempSync(join(tmpdir(), "dss-probe-bench-"));
try {
	const dist = join(folder, "package/dist");
	await bundle(dist);
	const missed: Figure[] = [];
	for (const name of names) {
		say(`\n${name}`);
		const own = join(folder, name);
		mkdirSync(own);
		const figures = (await BENCHMARKS[name]?.({ isQuick, main: resolve(dist, "main.js"), folder: own })) ?? [];
		for (const { what, value, bar } of figures) {
			const judged = bar ? `${bar.text.padEnd(12)} ${bar.met ? "met" : "MISSED"}` : "";
			say(`  ${what.padEnd(76)} ${value.padStart(16)}   ${judged}`.trimEnd());
		}
		missed.push(...figures.filter(({ bar }) => bar && !bar.met));
	}
	say(
		missed.length === 0 ? "\nall bars met" : `\n${missed.length} missed: ${missed.map(({ what }) => what).join("; ")}`,
	);
	process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
	rmSync(folder, { recursive: true, force: true });
}
