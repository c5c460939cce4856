import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./exim.ts";

const PROGRAM = "/usr/bin/prometheus-alertmanager";

/** An alert as Alertmanager lists it. */
interface ListedAlert {
	readonly labels: Readonly<Record<string, string>>;
	readonly annotations: Readonly<Record<string, string>>;
	readonly startsAt: string;
	readonly generatorURL?: string;
}

/** A real Alertmanager, without its cluster. */
export interface Alertmanager {
	readonly url: string;
	/** The alerts that fire. */
	firing(): Promise<readonly ListedAlert[]>;
	close(): Promise<void>;
}

/**
 * Starts Debian's Alertmanager (package prometheus-alertmanager) in a folder of its own.
 *
 * @param receiver address that it POSTs its own notifications to
 * @param resolveTimeout after which an alert that nobody repeats is over, such as `4s`
 */
export async function startAlertmanager(receiver: string, resolveTimeout: string): Promise<Alertmanager> {
	if (!existsSync(PROGRAM)) throw new Error("this test needs Alertmanager: apt-get install prometheus-alertmanager");
	const folder = mkdtempSync(join(tmpdir(), "alertmanager-"));
	const config = join(folder, "alertmanager.yml");
	writeFileSync(
		config,
		`global: { resolve_timeout: ${resolveTimeout} }\n` +
			"route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }\n" +
			`receivers: [{ name: hook, webhook_configs: [{ url: "${receiver}", send_resolved: true }] }]\n`,
	);
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const child = spawn(
		PROGRAM,
		[
			`--config.file=${config}`,
			`--storage.path=${join(folder, "data")}`,
			`--web.listen-address=127.0.0.1:${port}`,
			"--cluster.listen-address=",
		],
		{ stdio: ["ignore", "ignore", "pipe"] },
	);
	let log = "";
	child.stderr.on("data", (chunk: Buffer) => {
		log += chunk.toString();
	});
	const isReady = () =>
		fetch(`${url}/-/ready`).then(
			({ ok }) => ok,
			() => false,
		);
	for (let tries = 0; !(await isReady()); tries++) {
		if (tries > 100 || child.exitCode !== null) throw new Error(`Alertmanager does not answer:\n${log}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return {
		url,
		firing: async () => (await fetch(`${url}/api/v2/alerts?active=true`)).json() as Promise<ListedAlert[]>,
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
