import { syncBuiltinESMExports } from "node:module";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { runChild } from "../../src/host/child.ts";

/** Has the system refuse to end what we started, as it does where that runs as another user. Root is refused nothing. */
function refuseKills(): void {
	const real = process.kill;
	const groups: number[] = [];
	process.kill = (pid) => {
		groups.push(pid);
		throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
	};
	syncBuiltinESMExports();
	onTestFinished(() => {
		process.kill = real;
		syncBuiltinESMExports();
		for (const group of groups) real(group, "SIGKILL");
	});
}

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
	refuseKills();
	expect(await run("sleep 60", AbortSignal.timeout(200))).toEqual({ kind: "late", stays: "permission denied" });
});
