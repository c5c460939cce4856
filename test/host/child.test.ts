import { kill } from "node:process";
import { afterEach, expect, test, vi } from "vitest";
import { runChild } from "../../src/host/child.ts";

/** Whether the system lets us end what we started. A test that runs as root is refused nothing. */
const power = vi.hoisted(() => ({ isRefused: false, groups: [] as number[] }));
vi.mock("node:process", async (original) => {
	const real = await original<typeof import("node:process")>();
	const kill: typeof real.kill = (pid, signal) => {
		power.groups.push(pid);
		if (power.isRefused) throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
		return real.kill(pid, signal);
	};
	return { ...real, kill };
});

afterEach(() => {
	power.isRefused = false;
	for (const group of power.groups.splice(0)) {
		try {
			kill(group, "SIGKILL");
		} catch {
			// It has ended.
		}
	}
});

const run = (script: string, signal = new AbortController().signal) =>
	runChild("/bin/sh", ["-c", script], "/tmp", signal);

test("a command is run to its end, with what it says on both streams", async () => {
	expect(await run("echo one; echo two >&2; exit 3")).toEqual({ kind: "ended", code: 3, output: "one\ntwo\n" });
	expect(await runChild("/nowhere/at/all", [], "/tmp", new AbortController().signal)).toEqual({
		kind: "not started",
		reason: "/nowhere/at/all: there is no such file or folder",
	});
});

test("one that is late is ended with all that it started", async () => {
	expect(await run("sleep 60 & sleep 60", AbortSignal.timeout(200))).toEqual({ kind: "late" });
});

test("one that may not be ended is late, and that is said; nothing is thrown", async () => {
	power.isRefused = true;
	expect(await run("sleep 60", AbortSignal.timeout(200))).toEqual({ kind: "late", stays: "permission denied" });
});
