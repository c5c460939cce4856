import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { atMost, type Benchmark, type Figure, median, milliseconds, notMeasured, times } from "./figure.ts";
import { openTarget } from "./target.ts";

const run = promisify(execFile);
const ENV = { PATH: process.env["PATH"] };
/** The proof that all of a configuration is in order is made of files that were left alone for a while. */
const OLD_ENOUGH_MS = 2_100;

/**
 * One external check as a whole process, answered by a daemon and by a look of its own, and the same as a plugin, against the
 * bare start of the same Node and against Python doing the same.
 */
export const zabbix: Benchmark = async ({ isQuick, main, folder }) => {
	const target = await openTarget();
	cpSync(resolve(import.meta.dirname, "../../checks"), join(folder, "checks"), { recursive: true });
	const config = join(folder, "zabbix.yaml");
	writeFileSync(
		config,
		`instances: { design: { url: "${target.url}" } }
checks: [{ use: get-configuration, every: 2s, timeout: 1s, retry_every: 1s }]
channels: { ops: { type: email, smtp: "smtp://127.0.0.1:25", from: a@x.test, to: [b@x.test] } }
routes: [{ to: [ops] }]
store: zabbix.db
`,
	);
	const socket = join(folder, "zabbix.db.ask");
	const daemon = spawn(process.execPath, [main, "run", "-c", config], { stdio: "ignore", env: ENV });
	try {
		const words = ["design", "get-configuration"];
		const node = (...args: readonly string[]): readonly string[] => [process.execPath, ...args];
		const asked = node(main, "zabbix", "get", ...words, "--socket", socket);
		await answered(asked);
		await sleep(OLD_ENOUGH_MS);
		const python = "import sys, requests; sys.stdout.write(str(requests.get(sys.argv[1], timeout=2).json()))";
		const took = await timed(isQuick ? 11 : 41, {
			node: { command: node("-e", "0"), expected: "" },
			asked: { command: asked, expected: "0\n" },
			direct: { command: node(main, "zabbix", "get", ...words, "-c", config, "--socket", "/nowhere"), expected: "0\n" },
			plugin: { command: node(main, "nagios", ...words, "--socket", socket), expected: undefined },
			python: { command: ["python3", "-c", python, target.url], expected: undefined },
		});
		const of = (name: string): number => median(took.get(name) ?? []);
		const bare = of("node");
		const against: Figure = took.has("python")
			? { what: "zabbix get that looks itself, against Python's requests", value: times(of("direct") / of("python")) }
			: notMeasured("zabbix get that looks itself, against Python's requests", "python3-requests is missing");
		return [
			{ what: "bare start of Node (node -e 0)", value: milliseconds(bare) },
			{ what: "zabbix get answered by the daemon, whole process", value: milliseconds(of("asked")) },
			atMost("zabbix get answered by the daemon, against the bare start of Node", of("asked") / bare, 1.6, times),
			{ what: "nagios answered by the daemon, against the bare start of Node", value: times(of("plugin") / bare) },
			{ what: "zabbix get that looks itself, whole process", value: milliseconds(of("direct")) },
			atMost("zabbix get that looks itself, against the bare start of Node", of("direct") / bare, 3, times),
			against,
		];
	} finally {
		daemon.kill("SIGKILL");
		await once(daemon, "exit");
		await target.close();
	}
};

/** Waits until the daemon has seen something. */
async function answered([file = "", ...args]: readonly string[]): Promise<void> {
	for (let tries = 0; tries < 100; tries++) {
		const { stdout } = await run(file, args, { env: ENV });
		if (stdout === "0\n") return;
		await sleep(100);
	}
	throw new Error("the daemon did not answer");
}

interface Timed {
	readonly command: readonly string[];
	/** What it has to print, where that matters. */
	readonly expected: string | undefined;
}

/** Times of whole processes by name, ms; without those that cannot be run here. */
async function timed(
	rounds: number,
	commands: Readonly<Record<string, Timed>>,
): Promise<ReadonlyMap<string, readonly number[]>> {
	const took = new Map<string, number[]>();
	const missing = new Set<string>();
	// Interleaved, so that a busy moment of the machine hits all alike; the first round only warms up.
	for (let round = 0; round <= rounds; round++) {
		for (const [name, { command, expected }] of Object.entries(commands)) {
			if (missing.has(name)) continue;
			const [file = "", ...args] = command;
			const start = performance.now();
			const stdout = await run(file, args, { env: ENV }).then(
				(ended) => ended.stdout,
				() => undefined,
			);
			if (expected !== undefined && stdout !== expected) throw new Error(`${name} printed ${stdout}`);
			if (stdout === undefined) missing.add(name);
			else if (round > 0) took.set(name, [...(took.get(name) ?? []), performance.now() - start]);
		}
	}
	for (const name of missing) took.delete(name);
	return took;
}
