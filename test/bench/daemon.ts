import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Effort } from "./figure.ts";
import { takePort } from "./ports.ts";
import { answers, type Running, startProgram } from "./running.ts";

export interface DaemonOptions {
	readonly checks: number;
	readonly every: string;
	readonly target: string;
	readonly connection?: "fresh" | "reuse";
	/** Address that gets the alerts. Without one nobody is told. */
	readonly webhook?: string;
	/** Further lines of its configuration. */
	readonly sections?: readonly string[];
}

/** The real daemon under load. */
export interface Daemon extends Running {
	/** How late runs have started since the daemon was started. */
	lateness(): Promise<Lateness>;
	/** Values that its sinks have sent. */
	sent(): Promise<number>;
}

export interface Lateness {
	readonly count: number;
	/** How many runs were at most so late, by the bound in seconds. */
	readonly within: ReadonlyMap<number, number>;
}

/** Starts the daemon with so many checks of the kind http, each on an instance of its own. */
export async function startDaemon(effort: Effort, options: DaemonOptions): Promise<Daemon> {
	const { checks, every, target, connection = "fresh", webhook, sections = [] } = options;
	const folder = mkdtempSync(join(effort.folder, "daemon-"));
	const port = await takePort();
	mkdirSync(join(folder, "checks"));
	writeFileSync(
		join(folder, "checks/answer.yaml"),
		`name: answer
summary: The server answers.
probe: { kind: http, path: /, json: object, connection: ${connection} }
every: ${every}
expect: [{ that: "status == 200", else: critical }]
thresholds: { latency: { warning: 10s } }
fail_after: 1
recover_after: 1
`,
	);
	const instances = Array.from({ length: checks }, (_, index) => `  i${index}: { url: "${target}/${index}" }`);
	writeFileSync(
		join(folder, "alerts.yaml"),
		`instances:
${instances.join("\n")}
checks: [answer]
channels: ${webhook === undefined ? "{}" : `{ hook: { type: webhook, url: "${webhook}" } }`}
routes: [{ to: [${webhook === undefined ? "" : "hook"}], group_by: [instance, check], group_wait: 0s }]
store: probe.db
web: { listen: "127.0.0.1:${port}" }
${sections.join("\n")}
`,
	);
	const args = [effort.main, "run", "-c", join(folder, "alerts.yaml"), "--log-level", "error"];
	const running = startProgram(process.execPath, args);
	const page = `http://127.0.0.1:${port}`;
	await answers(`${page}/healthz`);
	const metrics = async () => await (await fetch(`${page}/metrics`)).text();
	return {
		...running,
		async sent() {
			const sent = (await metrics()).matchAll(/^dss_probe_sink_values_total\{.*outcome="sent"\} (\d+)$/gm);
			return [...sent].reduce((sum, [, count]) => sum + Number(count), 0);
		},
		async lateness() {
			const text = await metrics();
			const name = "dss_probe_schedule_lateness_seconds";
			const buckets = [...text.matchAll(new RegExp(`^${name}_bucket\\{le="([\\d.]+)"\\} (\\d+)$`, "gm"))];
			return {
				count: Number(new RegExp(`^${name}_count (\\d+)$`, "m").exec(text)?.[1]),
				within: new Map(buckets.map(([, bound, count]) => [Number(bound), Number(count)])),
			};
		},
	};
}

/** The smallest bound that this share of the runs kept, ms; Infinity where none did. */
export function latenessBound({ count, within }: Lateness, share: number): number {
	for (const [bound, kept] of within) if (kept >= share * count) return bound * 1_000;
	return Number.POSITIVE_INFINITY;
}
