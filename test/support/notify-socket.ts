import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

const LISTENER = resolve(import.meta.dirname, "../system/notify_socket.py");

/** What systemd hears. */
export interface NotifySocket {
	readonly address: string;
	/** All datagrams so far, the assignments of each joined by a blank. */
	heard(): readonly string[];
	/** Waits until something that was heard matches. */
	until(pattern: RegExp, withinMs?: number): Promise<string>;
}

/** A socket as systemd has it, at a path in `folder` or, with `@NAME`, an abstract one. Closed after the test. */
export async function notifySocket(folder: string, abstract?: string): Promise<NotifySocket> {
	const address = abstract ?? join(folder, "notify");
	const child = spawn("python3", [LISTENER, address], { stdio: ["ignore", "pipe", "inherit"] });
	const gone = once(child, "exit");
	onTestFinished(async () => {
		child.kill("SIGKILL");
		await gone;
	});
	const heard: string[] = [];
	const lines = createInterface({ input: child.stdout });
	const listens = Promise.withResolvers<void>();
	lines.on("line", (line) => {
		const told = JSON.parse(line) as { listens?: string; lines?: readonly string[] };
		if (told.lines) heard.push(told.lines.join(" "));
		else listens.resolve();
	});
	await listens.promise;
	return {
		address,
		heard: () => heard,
		async until(pattern, withinMs = 10_000) {
			const end = performance.now() + withinMs;
			for (;;) {
				const found = heard.find((one) => pattern.test(one));
				if (found !== undefined) return found;
				if (performance.now() > end) throw new Error(`${pattern} was not heard: ${JSON.stringify(heard)}`);
				await new Promise((done) => setTimeout(done, 20));
			}
		},
	};
}
