import { appendFileSync, chmodSync, mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { OFFERS } from "../../src/discover/roles.ts";
import type { NodeType } from "../../src/simulator/node-type.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { virtualClock } from "./clock.ts";
import { aFolder } from "./folder.ts";
import { httpReceiver } from "./http-receiver.ts";
import { type LiveStory, liveStory, WITH_ADMIN } from "./live-story.ts";
import { aHost, aNode, type MadeHost } from "./made-host.ts";
import { quietWithFiles } from "./quiet.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const GB = 1_000_000_000;

/** These stories take half a minute each, and longer where other tests run beside them. */
export const LONG_MS = 600_000;

/** Hours and minutes of the first day, in seconds since the story's beginning. */
export const at = (hours: number, minutes = 0): number => hours * 3_600 + minutes * 60;

/** The machine of the design node, with what happens on it. */
export interface EverydayHost {
	readonly machine: MadeHost;
	/** Bytes in use on the disk of 1 TB. */
	used: number;
	/** Load over five minutes, of 16 cores. */
	load: number;
	/** Bytes of memory that programs can still get, of 64 GB. */
	available: number;
	/** Programs that supervisord does not run, by name, with its words. */
	readonly down: Map<string, string>;
	/** Adds lines to run/backend.log, each with its time. */
	log(level: string, ...texts: readonly string[]): void;
	rotate(): void;
	/** The backend is gone; `start` gives it a new pid and a line in its log. */
	stopBackend(): void;
	startBackend(): void;
	/** Leaves a backup of this size, or lets it grow. */
	backup(name: string, bytes: number): void;
	/** Writes what changes with the time. */
	tick(): void;
}

/** Numbers of two inference workers and a JupyterHub. */
interface EverydayFeeds {
	/** Of the second worker only: it answers 500. */
	isWorkerDown: boolean;
	isHubDown: boolean;
	/** Users that wait for a notebook server. */
	starting: number;
}

/** A node of each type that simulates one, a host, a hub and two workers, all healthy, watched by every shipped check. */
export interface Everyday extends AsyncDisposable {
	readonly story: LiveStory;
	readonly host: EverydayHost;
	readonly feeds: EverydayFeeds;
	/** Lets time pass until so many seconds after the beginning, minute by minute. */
	until(second: number): Promise<void>;
	/** What was told since the last call: channel's type, title and cause. */
	news(): readonly string[];
	/** Checks that did not look, or whose samples were unknown. */
	unsure(): readonly string[];
}

/** The same design node a second time, with a key that sees all its projects. What breaks the first explains it, too. */
const ON_LOADS = { on: "loads", parents: ["design/get-configuration"] };

/**
 * Every check that is used here, with what its file asks its user to say.
 * `on` is left out where the table behind `discover` tells which nodes it is for.
 */
export const EVERYDAY: Readonly<
	Record<string, { readonly with?: object; readonly on?: string; readonly parents?: readonly string[] }>
> = {
	"api-key": { with: { projects: ["DKU_MONITORING"] }, on: "design" },
	"api-node": {},
	"api-node-query": {},
	backup: {},
	"canary-job": {},
	"canary-scenario": { on: "design" },
	connections: { on: "design" },
	deployments: {},
	"dss-metrics": {},
	"fleet-manager": {},
	footprint: {},
	"get-configuration": {},
	govern: {},
	"host-disk": {},
	"host-log": {},
	"host-machine": {},
	"host-processes": {},
	"host-status": {},
	"inference-workers": { on: "design" },
	"instance-info": {},
	"internal-metrics": { on: "design" },
	jupyterhub: { on: "hub" },
	"jupyterhub-health": { on: "hub" },
	"jupyterhub-users": { on: "hub" },
	kernels: {},
	licence: {},
	people: {},
	"public-api": {},
	"sanity-check": {},
	"scenario-last-run": { with: { project: "SALES", scenario: "NIGHTLY" }, ...ON_LOADS },
	scenarios: { with: { project: "SALES" }, ...ON_LOADS },
	"unified-monitoring": {},
	usage: {},
	webapps: { with: { projects: ["SALES"] }, ...ON_LOADS },
	work: {},
};

/** A look at a made-up host is hundreds of reads of real files. These come a fifth as often as shipped, or a day takes minutes. */
const SELDOM: Readonly<Record<string, string>> = {
	"host-log": "150s",
	"host-machine": "150s",
	"host-processes": "150s",
	"host-status": "5m",
};

/** Checks of these kinds are for the node whose host is made up. */
const ON_HOST = /^(host-|backup$)/;

/** Which checks a story runs: a day of all together takes minutes. */
export type Part = "inside" | "host" | "feeds";

const partOf = (name: string): Part => {
	if (ON_HOST.test(name)) return "host";
	return /^(jupyterhub|inference)/.test(name) ? "feeds" : "inside";
};

/**
 * @param parts the checks that run
 * @param without checks that are left out
 * @param nodes instead of the design node, for the checks that `discover` proposes for them
 */
export async function everyday(
	parts: readonly Part[],
	nodes: readonly NodeType[] = [],
	without: readonly string[] = [],
): Promise<Everyday> {
	// Times of files are those of this machine: the story must not lie before them. It begins on a Monday at midnight.
	const begin = nextMonday(Date.now());
	const clock = virtualClock(begin, quietWithFiles);
	const host = everydayHost(() => clock.now());
	const feeds: EverydayFeeds = { isWorkerDown: false, isHubDown: false, starting: 1 };
	const servers = await httpReceiver((response, { path }) => {
		const [status, body] = feedAnswer(path, feeds, clock.monotonic() / 1_000);
		response.writeHead(status, { "content-type": body.startsWith("[") ? "application/json" : "text/plain" }).end(body);
	});
	const address = `127.0.0.1:${servers.port}`;
	const targets = [1, 2].map((number) => ({
		targets: [address],
		labels: { __metrics_path__: `/worker${number}/metrics`, worker: `w${number}` },
	}));
	const folder = aFolder();
	writeFileSync(join(folder, "workers.json"), JSON.stringify(targets));

	const given: Readonly<Record<string, object>> = {
		backup: { folder: join(host.machine.dataDir, "../backup") },
		"inference-workers": { targets_file: join(folder, "workers.json") },
	};
	const checks = Object.entries(EVERYDAY)
		.filter(([name]) => parts.includes(partOf(name)) && !without.includes(name))
		.map(([name, { with: more, on, parents: named }]) => ({
			use: name,
			on: rolesOf(name, on, nodes),
			with: { ...more, ...given[name] },
			...(named && { parents: named }),
			...(SELDOM[name] && { every: SELDOM[name] }),
		}))
		.filter(({ on }) => on.role.length > 0)
		.map((check) => `- ${JSON.stringify(check)}`);
	await loadProbes();
	const store = openSqlite(":memory:");
	const story = await liveStory(
		{
			checks,
			nodes,
			instance: `${WITH_ADMIN}, data_dir: ${JSON.stringify(host.machine.dataDir)}`,
			instances: [
				`loads: { url: "{design}", api_key: "\${ADMIN_KEY}", labels: { role: loads } }`,
				`hub: { url: "http://${address}", api_key: "\${KEY}", labels: { role: hub } }`,
			],
			sections: [`maintenance: [{ name: nightly restart, match: { instance: design }, cron: "0 22 * * *", for: 1h }]`],
		},
		{ clock, host: host.machine, store },
	);
	let heard = 0;
	return {
		story,
		host,
		feeds,
		async until(second) {
			while (story.elapsed() < second) {
				host.tick();
				await story.pass(Math.min(60, second - story.elapsed()));
			}
		},
		news() {
			const fresh = story.pages.slice(heard);
			heard = story.pages.length;
			return fresh.map(({ type, title, cause }) => `${type} ${title} [${cause}]`);
		},
		unsure: () =>
			story.checks().flatMap((key) => {
				const samples = store.samples(key, 100_000);
				if (samples.length === 0) return [`${key} never looked`];
				const doubts = samples.filter(({ level }) => level === "unknown");
				return doubts.length > 0 ? [`${key} unknown ${doubts.length} times`] : [];
			}),
		async [Symbol.asyncDispose]() {
			await story[Symbol.asyncDispose]();
			await servers.close();
		},
	};
}

/** Which instances run a check: its own word, or the table behind `discover`, where the story has such a node. */
function rolesOf(name: string, on: string | undefined, nodes: readonly NodeType[]): { role: readonly string[] } {
	// What says itself where it runs stands beside the design node.
	if (on !== undefined) return { role: nodes.length > 0 ? [] : [on] };
	const roles: readonly string[] = OFFERS.find(({ check }) => check === name)?.roles ?? [];
	const there = nodes.length > 0 ? nodes : ["design"];
	return { role: there.filter((one) => roles.includes(one)) };
}

/** Kinds load their code when they are first used; here that would take longer than virtual time allows. */
async function loadProbes(): Promise<void> {
	const folder = resolve(import.meta.dirname, "../../src/probe");
	const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
	await Promise.all(files.map((name) => import(join(folder, name))));
}

function nextMonday(now: number): number {
	const day = Math.floor(now / DAY_MS);
	// The day 0 was a Thursday.
	return (day + 1 + ((4 - (day % 7) + 6) % 7)) * DAY_MS;
}

function everydayHost(now: () => number): EverydayHost {
	const machine = aHost();
	const begin = now();
	// The backend has run for as long as the simulated one.
	const backendSince = begin - 3 * DAY_MS;
	const bootedAt = backendSince - 4_000_000;
	const dataDir = machine.dataDir;
	const uptime = () => (now() - bootedAt) / 1_000;
	const bornAt = new Map([
		["nginx", bootedAt],
		["backend", backendSince],
		["ipython", bootedAt],
	]);
	let backend = 20;
	let isUp = true;
	const total = 1_000 * GB;

	/** Ages change with every moment: they are written when a look begins, which asks for the platform first. */
	const age = () => {
		machine.write("proc/uptime", `${uptime().toFixed(2)} 1.00\n`);
		const table = [...bornAt].map(([name, since], index) => {
			const words = host.down.get(name);
			return `${name.padEnd(32)} ${words ?? `RUNNING   pid ${100 + index}, uptime ${uptimeText(now() - since)}`}`;
		});
		writeFileSync(join(dataDir, "status.txt"), `${table.join("\n")}\n`);
	};

	const start = () => {
		const all = aNode(dataDir).map((one) => ({
			...one,
			pid: one.pid === 20 ? backend : one.pid,
			parent: one.parent === 20 ? backend : (one.parent ?? 1),
			...(one.pid === 20 && { startedAt: ((bornAt.get("backend") ?? 0) - bootedAt) / 1_000 }),
			...(one.parent !== undefined &&
				one.parent >= 20 && { startedAt: ((bornAt.get("backend") ?? 0) - bootedAt) / 1_000 + 200 }),
		}));
		const isOfBackend = (pid: number) => pid >= 20 && pid < 30;
		machine.starts(isUp ? all : all.filter(({ pid }) => pid !== backend && !isOfBackend(pid)), uptime());
		if (isUp) limits(backend);
	};
	const limits = (pid: number) => {
		machine.write(
			`proc/${pid}/limits`,
			"Limit  Soft  Hard  Units\nMax open files            65535                65536                files\n",
		);
		for (let file = 0; file < 20; file++) mkdirSync(join(machine.proc, `${pid}/fd/${file}`), { recursive: true });
	};

	const host: EverydayHost = {
		machine,
		used: 400 * GB,
		load: 3,
		available: 30 * GB,
		down: new Map(),
		log(level, ...texts) {
			const date = new Date(now());
			const two = (number: number) => String(number).padStart(2, "0");
			const day = `${date.getFullYear()}/${two(date.getMonth() + 1)}/${two(date.getDate())}`;
			const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.000`;
			const lines = texts.map((text) => `[${day}-${time}] [main] [${level}] [dku.everyday]  - ${text}\n`);
			appendFileSync(join(dataDir, "run/backend.log"), lines.join(""));
		},
		rotate() {
			renameSync(join(dataDir, "run/backend.log"), join(dataDir, "run/backend.log.1"));
			writeFileSync(join(dataDir, "run/backend.log"), "");
			host.log("INFO", "A new file begins");
		},
		stopBackend() {
			isUp = false;
			host.down.set("backend", "EXITED    Jan 06 10:00 PM");
			start();
		},
		startBackend() {
			isUp = true;
			backend = 200 + Math.round(uptime() % 100);
			bornAt.set("backend", now());
			host.down.delete("backend");
			start();
			host.log("INFO", "DSS startup: backend version=14.3.1");
		},
		backup(name, bytes) {
			const path = join(dataDir, "../backup", name);
			writeFileSync(path, Buffer.alloc(bytes));
			utimesSync(path, now() / 1_000, now() / 1_000);
		},
		tick() {
			const kib = (bytes: number) => Math.round(bytes / 1_024);
			machine.write("proc/loadavg", `${host.load} ${host.load} ${host.load} 1/900 4711\n`);
			machine.write(
				"proc/meminfo",
				`MemTotal: ${kib(64 * GB)} kB\nMemFree: 9 kB\nMemAvailable: ${kib(host.available)} kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n`,
			);
			host.log("INFO", "Saved project SALES", "[ct: 12] Listed datasets");
		},
	};
	Object.defineProperty(machine, "platform", {
		get() {
			age();
			return "linux";
		},
	});
	Object.assign(machine, {
		statfs: async () => {
			const free = Math.floor((total - host.used) / 4_096);
			return {
				bsize: 4_096,
				blocks: Math.floor(total / 4_096),
				bfree: free,
				bavail: free,
				files: 60_000_000,
				ffree: 55_000_000,
			};
		},
	});
	for (const name of [
		"run",
		"bin",
		"jobs/SALES",
		"scenarios/SALES",
		"tmp",
		"caches",
		"exports",
		"databases",
		"../backup",
	]) {
		mkdirSync(join(dataDir, name), { recursive: true });
	}
	machine.write(
		"proc/stat",
		`cpu  1 2 3\n${Array.from({ length: 16 }, (_, core) => `cpu${core} 1 2\n`).join("")}ctxt 9\n`,
	);
	machine.write("proc/sys/fs/file-nr", "12000\t0\t9000000\n");
	machine.write("proc/vmstat", "pgfault 1\noom_kill 3\n");
	writeFileSync(join(dataDir, "bin/dss"), '#!/bin/sh\nexec cat "$(dirname "$0")/../status.txt"\n');
	chmodSync(join(dataDir, "bin/dss"), 0o755);
	writeFileSync(join(dataDir, "databases/jobs.mv.db"), Buffer.alloc(70_000));
	writeFileSync(join(dataDir, "run/backend.log"), "");
	for (let night = 5; night >= 1; night--) {
		const path = join(dataDir, "../backup", `dss-${night}.tar.gz`);
		const madeAt = (begin - night * DAY_MS + 160 * MINUTE_MS) / 1_000;
		writeFileSync(path, Buffer.alloc(100_000 + night));
		utimesSync(path, madeAt, madeAt);
	}
	start();
	host.tick();
	return host;
}

function uptimeText(ms: number): string {
	const seconds = Math.floor(ms / 1_000);
	const days = Math.floor(seconds / 86_400);
	const two = (number: number) => String(number).padStart(2, "0");
	const time = `${Math.floor(seconds / 3_600) % 24}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
	return days > 0 ? `${days} days, ${time}` : time;
}

/** What the hub and the workers answer after so many seconds. */
function feedAnswer(path: string, feeds: EverydayFeeds, seconds: number): readonly [number, string] {
	const worker = /^\/worker(\d)\/metrics/.exec(path)?.[1];
	if (worker !== undefined) {
		if (feeds.isWorkerDown && worker === "2") return [500, "worker is out of memory"];
		const served = Math.round(seconds * (worker === "1" ? 4 : 4.4));
		return [
			200,
			[
				`vllm:request_success_total{finished_reason="stop"} ${served}`,
				`vllm:request_success_total{finished_reason="abort"} ${Math.round(served / 200)}`,
				`vllm:num_requests_waiting 2`,
				`vllm:e2e_request_latency_seconds_bucket{le="5"} ${Math.round(served * 0.8)}`,
				`vllm:e2e_request_latency_seconds_bucket{le="15"} ${served}`,
				`vllm:e2e_request_latency_seconds_bucket{le="+Inf"} ${served}`,
				"",
			].join("\n"),
		];
	}
	if (feeds.isHubDown) return [503, "Service unavailable"];
	if (path.startsWith("/hub/health")) return [200, ""];
	if (path.startsWith("/hub/api/users")) {
		const people = Array.from({ length: 30 }, (_, number) => ({
			name: `user${number}`,
			pending: number < feeds.starting ? "spawn" : null,
		}));
		return [200, JSON.stringify(people)];
	}
	const asked = Math.round(seconds * 3);
	return [
		200,
		[
			"jupyterhub_running_servers 23",
			`jupyterhub_server_spawn_duration_seconds_count{status="success"} ${Math.round(seconds / 300)}`,
			`jupyterhub_request_duration_seconds_bucket{le="0.5"} ${asked}`,
			`jupyterhub_request_duration_seconds_bucket{le="+Inf"} ${asked}`,
			"",
		].join("\n"),
	];
}
