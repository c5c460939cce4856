import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Host } from "../../../src/host/host.ts";
import { backupOptions } from "../../../src/probe/host/backup.ts";
import { lookAtBackups } from "../../../src/probe/host/backup-look.ts";
import { lookAtStatus } from "../../../src/probe/host/dss-status-look.ts";
import { hostDiskOptions } from "../../../src/probe/host/host-disk.ts";
import { lookAtDisk } from "../../../src/probe/host/host-disk-look.ts";
import { hostLogOptions } from "../../../src/probe/host/host-log.ts";
import { lookAtLog } from "../../../src/probe/host/host-log-look.ts";
import { lookAtMachine } from "../../../src/probe/host/host-machine-look.ts";
import { hostProcessesOptions } from "../../../src/probe/host/host-processes.ts";
import { lookAtProcesses } from "../../../src/probe/host/host-processes-look.ts";
import type { Finding } from "../../../src/probe/kind.ts";
import { makeInstance } from "../../support/instance.ts";
import { aHost, aNode, type MadeHost } from "../../support/made-host.ts";
import { probeContext } from "../../support/probe-context.ts";

const KINDS = ["host-processes", "host-machine", "dss-status", "host-log", "host-disk", "backup"] as const;
type Name = (typeof KINDS)[number];

/** A healthy machine, with a look of every kind at one data directory. */
function everyLook() {
	const made = aHost();
	made.starts(aNode(made.dataDir));
	made.write("proc/meminfo", "MemTotal: 9000 kB\nMemAvailable: 8000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
	made.write("proc/loadavg", "8.00 6.00 4.00 1/900 4711\n");
	made.write("proc/stat", "cpu  1 2 3\ncpu0 1 2\n");
	made.write("dss_data/run/backend.log", "[2026/01/05-08:00:00.000] [t] [INFO] [x]  - up\n");
	const { dataDir } = made;
	const instance = makeInstance("https://dss.example.com", { dataDir });
	const look = (name: Name, signal: AbortSignal, host: Host = made): Promise<Finding> => {
		const context = probeContext("", { instance, signal, key: `${dataDir}/${name}`, timeoutMs: 5_000 });
		switch (name) {
			case "host-processes":
				return lookAtProcesses(hostProcessesOptions.parse({ kind: name }), context, host);
			case "host-machine":
				return lookAtMachine({ window: 3_600_000 }, context, host);
			case "dss-status":
				return lookAtStatus({ window: 3_600_000 }, context, {}, host);
			case "host-log":
				return lookAtLog(hostLogOptions.parse({ kind: name }), context, host);
			case "host-disk":
				return lookAtDisk(hostDiskOptions.parse({ kind: name }), context, host);
			case "backup":
				return lookAtBackups(backupOptions.parse({ kind: name, folder: dataDir }), context, host);
		}
	};
	/** All of them at once, given up after a moment. */
	const lookAll = async (host?: Host) => {
		const stop = new AbortController();
		const all = KINDS.map((name) => look(name, stop.signal, host));
		await moment();
		stop.abort();
		return await Promise.all(all);
	};
	return { made, look, lookAll };
}

const moment = () => new Promise((done) => setTimeout(done, 100));

/** A file system of which nothing comes back until it is asked to. */
function dead(made: MadeHost) {
	const waiting: (() => void)[] = [];
	const host: Host = {
		...made,
		statfs: (path) => new Promise((done) => waiting.push(() => done(made.statfs(path)))),
	};
	return {
		host,
		waiting,
		async comesBack() {
			for (const answer of waiting.splice(0)) answer();
			await moment();
		},
	};
}

test("a dead file server holds one read, however many checks look there and however often", async () => {
	const { made, look, lookAll } = everyLook();
	const { host, waiting, comesBack } = dead(made);
	for (let round = 0; round < 3; round++) {
		const faults = (await lookAll(host)).map(({ fault }) => fault);
		expect(faults.map((fault) => fault?.code)).toEqual(
			KINDS.map((name) => (name === "host-disk" ? "disk_failing" : "prober_stalled")),
		);
		for (const fault of faults) expect(fault?.text).toContain("the file system does not answer in time");
	}
	expect(waiting).toHaveLength(1);
	await comesBack();
	for (const name of KINDS.filter((one) => one !== "dss-status")) {
		expect((await look(name, new AbortController().signal)).fault, name).toBeUndefined();
	}
});

test("a file that hangs while its folder answers is read once, too", async () => {
	const { made, look } = everyLook();
	const ini = join(made.dataDir, "install.ini");
	rmSync(ini);
	// Whoever opens a pipe that nobody writes waits in the kernel, as with a dead file server.
	execFileSync("/usr/bin/mkfifo", [ini]);
	const pending = () => process.getActiveResourcesInfo().filter((name) => name === "FSReqPromise").length;
	const stop = new AbortController();
	const first = look("dss-status", stop.signal);
	await moment();
	stop.abort();
	const waiting = pending();
	expect(waiting).toBe(1);
	expect((await first).fault?.code).toBe("prober_stalled");
	for (const name of KINDS) expect((await look(name, new AbortController().signal)).fault, name).toBeDefined();
	expect(pending()).toBe(waiting);
	const end = openSync(ini, constants.O_RDWR | constants.O_NONBLOCK);
	onTestFinished(() => closeSync(end));
});

test("looks at one folder do not wait for each other while it answers", async () => {
	const { look } = everyLook();
	const found = await Promise.all(KINDS.map((name) => look(name, new AbortController().signal)));
	expect(found.map(({ fault }) => fault?.code)).toEqual(
		KINDS.map((name) => (name === "dss-status" ? "prober_misconfigured" : undefined)),
	);
});
