import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundle } from "../../build/bundle.ts";
import { systemClock } from "../../src/clock.ts";
import { createSimulator, type Simulator } from "../../src/simulator/simulator.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const KEY = "k3y-of-the-simulated-DSS-41";

/** A user of the system, as one of whom programs are started. */
interface User {
	readonly uid: number;
	readonly gid: number;
}

/** The user that Nagios and Icinga run plugins as, on Debian. */
function nagiosUser(): User {
	const id = (flag: string): number => Number(execFileSync("id", [flag, "nagios"], { encoding: "utf8" }));
	return { uid: id("-u"), gid: id("-g") };
}

/**
 * A machine as an administrator sets it up: dss-probe installed where the user nagios can run it, a configuration that this user
 * may read, a simulated DSS, and a daemon that answers him.
 */
export interface PluginHost {
	/** Belongs to the user nagios. */
	readonly folder: string;
	readonly config: string;
	/** Node and the program. */
	readonly program: readonly [string, string];
	readonly user: User;
	readonly faults: Simulator["faults"];
	/** Runs `dss-probe ARGS` as the user nagios with nothing in its environment. */
	run(
		args: readonly string[],
	): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
	startDaemon(): Promise<void>;
	/** It lives and does nothing more, as on a machine that swaps. */
	freezeDaemon(): void;
	/** As the system does when memory is short. */
	killDaemon(): Promise<void>;
	/** Starts another program as the user nagios; it ends with the host. */
	start(file: string, args: readonly string[]): ChildProcess;
	close(): Promise<void>;
}

/** @param checks lines of the section `checks:` */
export async function aPluginHost(checks: readonly string[]): Promise<PluginHost> {
	const user = nagiosUser();
	const folder = mkdtempSync(join(tmpdir(), "dss-nagios-"));
	const simulator = createSimulator({ apiKey: KEY, clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	const program = [join(folder, "node"), join(folder, "dist/main.js")] as const;
	copyFileSync(process.execPath, program[0]);
	chmodSync(program[0], 0o755);
	await bundle(join(folder, "dist"));
	for (const name of ["package.json", "checks"]) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
	mkdirSync(join(folder, "store"));
	chmodSync(join(folder, "store"), 0o755);
	const config = join(folder, "alerts.yaml");
	writeFileSync(join(folder, "key"), KEY);
	writeFileSync(
		config,
		`instances:\n  design: { url: "${url}", api_key: "\${file:key}", labels: { role: design } }\n` +
			`check_files: [checks]\nchecks:\n${checks.map((line) => `  ${line}\n`).join("")}routes: [{ to: [] }]\n` +
			"store: store/dss-probe.db\nanswers: { group: nagios }\n",
	);
	execFileSync("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
	// The daemon is somebody else, and only what it keeps is its own.
	chownSync(join(folder, "store"), 0, 0);
	chmodSync(folder, 0o755);
	const children: ChildProcess[] = [];
	let daemon: ChildProcess | undefined;
	const keep = (child: ChildProcess): ChildProcess => {
		children.push(child);
		return child;
	};
	const end = async (child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		child.kill(signal);
		await once(child, "exit");
	};
	return {
		folder,
		config,
		program,
		user,
		faults: simulator.faults,
		async run(args) {
			const child = keep(
				spawn(program[0], [program[1], ...args], { cwd: "/", env: {}, ...user, stdio: ["ignore", "pipe", "pipe"] }),
			);
			const [stdout, stderr]: [string[], string[]] = [[], []];
			child.stdout?.setEncoding("utf8").on("data", (text: string) => stdout.push(text));
			child.stderr?.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
			const [code] = await once(child, "close");
			return { code, stdout: stdout.join(""), stderr: stderr.join("") };
		},
		async startDaemon() {
			const child = keep(
				spawn(program[0], [program[1], "run", "-c", config], { cwd: "/", env: {}, stdio: ["ignore", "pipe", "pipe"] }),
			);
			daemon = child;
			let said = "";
			await new Promise<void>((ready, fail) => {
				const hear = (text: string): void => {
					said += text;
					if (/watching/.test(said)) ready();
				};
				child.stdout?.setEncoding("utf8").on("data", hear);
				child.stderr?.setEncoding("utf8").on("data", hear);
				child.once("exit", () => fail(new Error(`the daemon ended: ${said}`)));
			});
		},
		freezeDaemon: () => void daemon?.kill("SIGSTOP"),
		async killDaemon() {
			if (daemon) await end(daemon, "SIGKILL");
		},
		start: (file, args) =>
			keep(spawn(file, args, { cwd: "/", env: {}, ...user, stdio: ["ignore", "ignore", "inherit"] })),
		async close() {
			for (const child of children.reverse()) await end(child, "SIGTERM");
			await simulator.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
