import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A program under measurement, in a process of its own. */
export interface Running {
	/** Processor time used so far, user and system, ms; steps of 10 ms. */
	cpuMs(): number;
	/** Memory that it holds now, MB. */
	rssMb(): number;
	stop(): Promise<void>;
}

/** Kernel ticks per second in /proc: a constant of Linux's interface to programs, whatever the kernel runs at. */
const TICKS = 100;

/** Starts a program; its output goes nowhere but its errors, which are shown. */
export function startProgram(file: string, args: readonly string[]): Running {
	const child = spawn(file, args, { stdio: ["ignore", "ignore", "inherit"], env: { PATH: process.env["PATH"] } });
	const ended = once(child, "exit");
	return {
		cpuMs: () => (cpuTicks(child) * 1_000) / TICKS,
		rssMb: () => Number(/^VmRSS:\s+(\d+) kB/m.exec(read(child, "status"))?.[1]) / 1_024,
		async stop() {
			child.kill("SIGTERM");
			await ended;
		},
	};
}

/** proc(5): fields 14 and 15, counted behind the name, which may hold anything but ends with the last parenthesis. */
function cpuTicks(child: ChildProcess): number {
	const fields = read(child, "stat")
		.replace(/^.*\) /s, "")
		.split(" ");
	return Number(fields[11]) + Number(fields[12]);
}

function read({ pid, exitCode }: ChildProcess, file: string): string {
	if (pid === undefined || exitCode !== null) throw new Error("the program under measurement has ended");
	return readFileSync(`/proc/${pid}/${file}`, "utf8");
}

/** Waits until an address answers. */
export async function answers(url: string, withinMs = 20_000): Promise<void> {
	const end = performance.now() + withinMs;
	for (;;) {
		const response = await fetch(url).catch(() => undefined);
		await response?.body?.cancel();
		if (response?.ok) return;
		if (performance.now() > end) throw new Error(`${url} does not answer`);
		await sleep(50);
	}
}
