import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const MAIN = resolve(import.meta.dirname, "../../src/main.ts");
const PRELOAD = resolve(import.meta.dirname, "preload.ts");

/** The boundary at which the first life ends by itself, and the ports at which bytes to receivers are told. */
export interface Fatal {
	readonly at: number;
	readonly ports: readonly number[];
}

/** The daemon as somebody runs it who starts it again whenever it was killed. */
export interface Daemon {
	/** When lives were cut off, ms since 1970 UTC. */
	readonly kills: readonly number[];
	/** Where each life was begun, ms since 1970 UTC. */
	readonly births: readonly number[];
	/** What it passed in its first life, in order: the names of boundaries. */
	boundaries(): readonly string[];
	/** Cuts off the present life; resolves when it is over. */
	kill(): Promise<void>;
	/** Throws where a life has ended in a way that nobody wanted. */
	expectWell(): void;
	/** Ends the present life in good order; false where it was cut off meanwhile, and another one has begun. */
	end(): Promise<boolean>;
	/** Ends whatever still lives, however. */
	abandon(): Promise<void>;
}

/**
 * @param born told whenever another life begins
 */
export function createDaemon(folder: string, file: string, born: () => void, fatal?: Fatal): Daemon {
	const kills: number[] = [];
	const births: number[] = [];
	const journal = join(folder, "boundaries.txt");
	let mishap: string | undefined;
	let isEnding = false;
	let isAbandoned = false;
	let life = live(fatal);
	// Where the tests themselves are broken off, nothing goes on without them.
	const leave = () => void life.child.kill("SIGKILL");
	process.once("exit", leave);

	function live(deadly?: Fatal) {
		births.push(Date.now());
		born();
		const output = openSync(join(folder, `life-${births.length}.log`), "a");
		const child = spawn(process.execPath, [...(deadly ? ["--import", PRELOAD] : []), MAIN, "run", "-c", file], {
			cwd: folder,
			env: {
				PATH: process.env["PATH"],
				HOME: "/nonexistent",
				TZ: "UTC",
				...(deadly && {
					CRASH_AT: String(deadly.at),
					CRASH_PORTS: deadly.ports.join(","),
					CRASH_JOURNAL: journal,
				}),
			},
			stdio: ["ignore", output, output],
		});
		closeSync(output);
		const over = once(child, "exit").then(([code, signal]) => ended(code, signal));
		return { child, over };
	}

	function ended(code: number | null, signal: NodeJS.Signals | null): void {
		if (isAbandoned) return;
		if (signal === "SIGKILL") {
			kills.push(Date.now());
			life = live();
		} else if (!isEnding || code !== 0) {
			mishap = `life ${births.length} ended by itself: ${code ?? signal}`;
		}
	}

	return {
		kills,
		births,
		boundaries: () => (fatal ? readFileSync(journal, "utf8").trimEnd().split("\n") : []),
		async kill() {
			const { child, over } = life;
			child.kill("SIGKILL");
			await over;
		},
		expectWell() {
			if (mishap !== undefined) throw new Error(mishap);
		},
		async end() {
			isEnding = true;
			const last = life;
			last.child.kill("SIGTERM");
			await last.over;
			isEnding = false;
			return life === last;
		},
		async abandon() {
			isAbandoned = true;
			life.child.kill("SIGKILL");
			await life.over;
			process.off("exit", leave);
		},
	};
}
