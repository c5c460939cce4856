import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./exim.ts";

const PROGRAM = "/usr/bin/prometheus";

/** One series as Prometheus answers it; the value in its own writing, `NaN` and `+Inf` included. */
export interface Found {
	readonly metric: Readonly<Record<string, string>>;
	readonly value: readonly [number, string];
}

/** A real Prometheus that scrapes some targets every second. */
export interface Prometheus {
	readonly url: string;
	query(expression: string): Promise<readonly Found[]>;
	close(): Promise<void>;
}

/** Starts Debian's Prometheus (package prometheus) in a folder of its own. `targets`: `host:port` by the name of the job. */
export async function startPrometheus(targets: Readonly<Record<string, string>>): Promise<Prometheus> {
	if (!existsSync(PROGRAM)) throw new Error("this test needs Prometheus: apt-get install prometheus");
	const folder = mkdtempSync(join(tmpdir(), "prometheus-"));
	const port = await freePort();
	const jobs = Object.entries({ ...targets, self: `127.0.0.1:${port}` }).map(
		([job, target]) => `  - { job_name: ${job}, honor_labels: false, static_configs: [{ targets: ["${target}"] }] }\n`,
	);
	const config = join(folder, "prometheus.yml");
	writeFileSync(config, `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${jobs.join("")}`);
	const child = spawn(
		PROGRAM,
		[
			`--config.file=${config}`,
			`--storage.tsdb.path=${join(folder, "data")}`,
			`--web.listen-address=127.0.0.1:${port}`,
			"--log.level=warn",
		],
		{ stdio: ["ignore", "ignore", "pipe"] },
	);
	let log = "";
	child.stderr.on("data", (chunk: Buffer) => {
		log += chunk.toString();
	});
	const url = `http://127.0.0.1:${port}`;
	const query = async (expression: string): Promise<readonly Found[]> => {
		const reply = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
		const { status, data, error } = (await reply.json()) as {
			status: string;
			error?: string;
			data: { result: readonly Found[] };
		};
		if (status !== "success") throw new Error(`Prometheus refuses ${expression}: ${error}`);
		return data.result;
	};
	const hasScraped = () =>
		query("up == 1").then(
			(found) => found.length === jobs.length,
			() => false,
		);
	// The first scrape comes some seconds after the server is ready.
	for (let tries = 0; !(await hasScraped()); tries++) {
		if (tries > 300 || child.exitCode !== null) {
			child.kill("SIGKILL");
			throw new Error(`Prometheus has not scraped:\n${log}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return {
		url,
		query,
		async close() {
			const ended = new Promise((resolve) => child.once("exit", resolve));
			if (child.exitCode === null) {
				child.kill("SIGTERM");
				await ended;
			}
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** Whether promtool can parse a text; what it only finds unusual counts as parsed. */
export function promtoolParses(text: string): boolean {
	const { status, stderr, error } = spawnSync("/usr/bin/promtool", ["check", "metrics"], {
		input: text,
		encoding: "utf8",
	});
	if (error) throw error;
	// 0: in order; 3: unusual; 1: cannot be parsed.
	if (status !== 0 && status !== 1 && status !== 3) throw new Error(`promtool ended with ${status}: ${stderr}`);
	return status !== 1;
}
