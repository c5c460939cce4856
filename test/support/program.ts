import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import { expectNoSecret } from "./secret-search.ts";

const MAIN = resolve(import.meta.dirname, "../../src/main.ts");
const SHIPPED = resolve(import.meta.dirname, "../../checks");

/** Secrets as they stand in the environment of every run; with signs that are encoded in addresses and in base64. */
export const SECRETS = {
	DSS_KEY: "k3y/of+DSS==Zq81xTfa",
	SMTP_PASSWORD: "p4ss word&of/SMTP#77",
	HOOK_SECRET: "whsec_c2VjcmV0LW9mLXRoZS1wYWdlci0wMQ==",
	SLACK_PATH: "T01ABCDEF/B02GHIJKL/xYz123SlackSecretPath",
	WEB_TOKEN: "t0ken-of-the-page-55aaXY",
} as const;

/** Everything that any run of this test file has printed or kept. */
const outputs: string[] = [];
/** What was begun outside of a test ends with the file. */
const leftovers: (() => unknown)[] = [];
afterAll(async () => {
	for (const undo of leftovers.reverse()) await undo();
	expectNoSecret(outputs, Object.values(SECRETS));
});

function afterwards(undo: () => unknown): void {
	try {
		onTestFinished(async () => void (await undo()));
	} catch {
		leftovers.push(undo);
	}
}

/** Adds a text that must not hold a secret: a page, a message. */
export function mustHoldNoSecret(text: string): void {
	outputs.push(text);
}

export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
	/** From start to end, ms. */
	readonly ms: number;
}

/** The program while it runs. */
export interface Running {
	readonly process: ChildProcess;
	stdout(): string;
	stderr(): string;
	/** Waits until what it has printed (on either stream) matches; fails when it ends before, or after `withinMs`. */
	until(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
	/** Resolves when it has ended. */
	readonly ended: Promise<Ended>;
}

export interface RunOptions {
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	/** A shell line that runs the program as `"$@"`. */
	readonly shell?: string;
}

/** Starts `dss-probe ARGS`: the real program, in a process of its own, with nothing in its environment but the secrets. */
export function start(args: readonly string[], { env = {}, cwd, shell }: RunOptions = {}): Running {
	const folder = cwd ?? aFolder();
	const command = [process.execPath, MAIN, ...args];
	const [file, ...rest] = shell === undefined ? command : ["/bin/bash", "-c", shell, "bash", ...command];
	const began = performance.now();
	const child = spawn(file as string, rest, {
		cwd: folder,
		env: { PATH: process.env["PATH"], HOME: "/nonexistent", TZ: "UTC", ...SECRETS, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let [stdout, stderr] = ["", ""];
	const looks = new Set<() => void>();
	const heard = () => {
		for (const look of looks) look();
	};
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
		heard();
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
		heard();
	});
	let over = false;
	const ended = new Promise<Ended>((done) => {
		child.once("close", (code) => {
			over = true;
			outputs.push(stdout, stderr, ...databases(folder));
			heard();
			done({ code, stdout, stderr, ms: performance.now() - began });
		});
	});
	afterwards(async () => {
		if (!over) child.kill("SIGKILL");
		await ended;
	});
	return {
		process: child,
		stdout: () => stdout,
		stderr: () => stderr,
		ended,
		until(pattern, withinMs = 10_000) {
			return new Promise((done, fail) => {
				const timer = setTimeout(() => end(new Error(`${pattern} was not printed in time`)), withinMs);
				const end = (error?: Error, found?: RegExpExecArray) => {
					clearTimeout(timer);
					looks.delete(look);
					if (found) done(found);
					else fail(new Error(`${error?.message}\nstdout: ${stdout}\nstderr: ${stderr}`));
				};
				const look = () => {
					const found = pattern.exec(`${stdout}\n${stderr}`);
					if (found) end(undefined, found);
					else if (over) end(new Error(`ended before ${pattern} was printed`));
				};
				looks.add(look);
				look();
			});
		},
	};
}

/** Runs `dss-probe ARGS` to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
	return start(args, options).ended;
}

/** What the databases in a folder hold, as it stands on the disk. */
function databases(folder: string): string[] {
	// Sockets lie beside them, and stay where the program was killed.
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.includes(".db"))
		.map(({ name }) => readFileSync(join(folder, name), "latin1"));
}

/** A folder that is removed after the test. */
export function aFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "dss-probe-cli-"));
	afterwards(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** A simulated DSS that takes the key of `SECRETS`, in real time. */
export async function aDss(): Promise<{ readonly url: string; readonly faults: Simulator["faults"] }> {
	const simulator = createSimulator({ apiKey: SECRETS.DSS_KEY, clock: systemClock });
	const { url } = await simulator.listen("127.0.0.1", 0);
	afterwards(() => simulator.close());
	return { url, faults: simulator.faults };
}

/** An alerts.yaml in a folder of its own, with the shipped checks at hand. */
export function configured(
	url: string,
	given: {
		readonly checks?: readonly string[];
		readonly channels?: readonly string[];
		readonly routes?: readonly string[];
		readonly sections?: readonly string[];
	} = {},
): { readonly folder: string; readonly file: string; readonly store: string; write(text: string): void } {
	const folder = aFolder();
	const file = join(folder, "alerts.yaml");
	const { checks = ["- get-configuration"], channels = [], routes = ["- to: []"], sections = [] } = given;
	const list = (lines: readonly string[]) => lines.map((line) => `  ${line}\n`).join("");
	const write = (text: string) => writeFileSync(file, text);
	write(
		`instances:\n  design: { url: "${url}", api_key: "\${DSS_KEY}", labels: { role: design } }\n` +
			`check_files: [${JSON.stringify(SHIPPED)}]\nchecks:\n${list(checks)}` +
			(channels.length > 0 ? `channels:\n${list(channels)}` : "") +
			`routes:\n${list(routes)}store: store.db\n${sections.join("\n")}\n`,
	);
	return { folder, file, store: join(folder, "store.db"), write };
}
