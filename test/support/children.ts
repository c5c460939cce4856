import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A program that runs beside a test and ends with it. */
export interface Child {
	readonly process: ChildProcess;
	/** The next line it prints; undefined when it has ended. */
	line(): Promise<string | undefined>;
	/** All lines it prints until it ends. */
	lines(): Promise<readonly string[]>;
	/** Sends it a line. */
	say(text: string): void;
	/** Kills it as the system does when memory is short, and waits until it is gone. */
	kill(): Promise<void>;
}

/**
 * Starts a program with the Node that runs the tests.
 *
 * @param program a TypeScript file
 */
export function startChild(program: URL, args: readonly string[], nodeFlags: readonly string[] = []): Child {
	const child = spawn(process.execPath, [...nodeFlags, fileURLToPath(program), ...args], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const gone = once(child, "exit");
	const kill = async (): Promise<void> => {
		child.kill("SIGKILL");
		await gone;
	};
	onTestFinished(async () => {
		if (child.exitCode === null && child.signalCode === null) await kill();
	});
	const line = async (): Promise<string | undefined> => {
		const { value, done } = await printed.next();
		return done ? undefined : value;
	};
	return {
		process: child,
		line,
		async lines() {
			const all: string[] = [];
			for (let next = await line(); next !== undefined; next = await line()) all.push(next);
			await gone;
			return all;
		},
		say: (text) => void child.stdin.write(`${text}\n`),
		kill,
	};
}
