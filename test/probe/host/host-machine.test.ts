import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseOomKills, readOomKills } from "../../../src/host/oom.ts";
import { hostMachine, hostMachineOptions } from "../../../src/probe/host/host-machine.ts";
import { lookAtMachine } from "../../../src/probe/host/host-machine-look.ts";
import { MONDAY_MORNING, virtualClock } from "../../support/clock.ts";
import { makeInstance } from "../../support/instance.ts";
import { aHost, aNode } from "../../support/made-host.ts";
import { probeContext } from "../../support/probe-context.ts";

const MINUTE = 60_000;

function aMachine() {
	const host = aHost();
	const clock = virtualClock();
	host.starts(aNode(host.dataDir), 10_000);
	host.write(
		"proc/meminfo",
		"MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable:  50 kB\nSwapTotal:  200 kB\nSwapFree:  150 kB\n",
	);
	host.write("proc/loadavg", "8.00 6.00 4.00 1/900 4711\n");
	host.write("proc/stat", "cpu  1 2 3\ncpu0 1 2\ncpu1 1 2\nctxt 9\n");
	host.write("proc/sys/fs/file-nr", "1200\t0\t12000\n");
	host.write("proc/vmstat", "pgfault 1\noom_kill 3\n");
	host.write(
		"proc/20/limits",
		"Limit  Soft  Hard  Units\nMax open files            4096                 65536                files\n",
	);
	for (let file = 0; file < 1_024; file += 128) mkdirSync(join(host.proc, "20/fd", String(file)), { recursive: true });
	const instance = makeInstance("https://dss.example.com", { dataDir: host.dataDir });
	const context = probeContext("", { instance, clock, key: `design/${host.dataDir}` });
	const options = hostMachineOptions.parse({ kind: "host-machine" });
	return { host, clock, look: () => lookAtMachine(options, context, host) };
}

const KILL = `4,900,9990000000,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/DSS/P,task_memcg=/DSS/P/jobs,task=java,pid=20,uid=1000
3,901,9990000001,-;Memory cgroup out of memory: Killed process 20 (java) total-vm:9kB, anon-rss:8kB, UID:1000 pgtables:1kB
3,902,9995000000,-;Out of memory: Killed process 99 (a (b) c) total-vm:9kB
6,903,9996000000,-;usb 1-1: new device
`;

test("memory, swap, load and open files are told", async () => {
	const { look } = aMachine();
	const { values, seen, fault } = await look();
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({
		memory_total: 1_024_000,
		memory_available: 51_200,
		memory_available_percent: 5,
		swap_used: 51_200,
		swap_used_percent: 25,
		cores: 2,
		load5: 6,
		load_per_core: 3,
		files_open: 1_200,
		files_used_percent: 10,
		backend_files: 8,
		backend_files_limit: 4_096,
		oom_kills: 0,
		cgroup_oom_kills: 0,
	});
	expect(seen).toEqual(
		"51.2 kB of 1.02 MB memory available; load 6.0 on 2 cores; 51.2 kB in swap; backend has 8 of 4096 files open",
	);
	expect(values).not.toHaveProperty("clock_synchronized");
	expect(Object.keys(values).filter((name) => !(name in hostMachine.values))).toEqual([]);
});

test("what the kernel killed is counted for an hour, and one of DSS is named before others", async () => {
	const { host, clock, look } = aMachine();
	host.write("sys/fs/cgroup/DSS/memory.events", "low 0\noom 1\noom_kill 4\n");
	expect((await look()).values).toMatchObject({ oom_kills: 0, cgroup_oom_kills: 0 });
	host.write("proc/vmstat", "oom_kill 5\n");
	host.write("sys/fs/cgroup/DSS/memory.events", "low 0\noom 1\noom_kill 5\n");
	host.write("kmsg", KILL);
	host.starts(
		aNode(host.dataDir).filter(({ pid }) => pid !== 20),
		10_000,
	);
	const { values, seen } = await look();
	expect(values).toMatchObject({
		oom_kills: 2,
		cgroup_oom_kills: 1,
		oom_killed: "java",
		oom_killed_pid: 20,
		oom_killed_role: "backend",
		oom_killed_at: MONDAY_MORNING / 1_000 - 10,
		oom_cgroup: "/DSS/P/jobs",
	});
	expect(seen).toEqual(expect.stringMatching(/^2 killed for want of memory: java 20, the backend; /));
	await clock.advance(30 * MINUTE);
	expect((await look()).values).toMatchObject({ oom_kills: 2, oom_killed_role: "backend" });
	await clock.advance(31 * MINUTE);
	const { values: later } = await look();
	expect(later).toMatchObject({ oom_kills: 0, cgroup_oom_kills: 0 });
	expect(later).not.toHaveProperty("oom_killed");
});

test("after a boot the counters begin anew", async () => {
	const { host, look } = aMachine();
	await look();
	host.write("proc/sys/kernel/random/boot_id", "b0b0-2\n");
	host.write("proc/vmstat", "oom_kill 0\n");
	expect((await look()).values["oom_kills"]).toBe(0);
	host.write("proc/vmstat", "oom_kill 1\n");
	expect((await look()).values).toMatchObject({ oom_kills: 1 });
});

test("cgroups of version 1, and those outside of DSS's own, are asked too", async () => {
	const { host, look } = aMachine();
	host.write("sys/fs/cgroup/memory/DSS/P/jobs/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
	host.write("proc/20/cgroup", "0::/system.slice/dss.service\n");
	host.write("sys/fs/cgroup/system.slice/dss.service/memory.events", "oom_kill 1\n");
	await look();
	host.write("sys/fs/cgroup/memory/DSS/P/jobs/memory.oom_control", "oom_kill 3\n");
	host.write("sys/fs/cgroup/system.slice/dss.service/memory.events", "oom_kill 2\n");
	expect((await look()).values).toMatchObject({ cgroup_oom_kills: 3 });
});

test("systemd's word on the clock counts where it is the one who sets it", async () => {
	const { host, look } = aMachine();
	host.write("run/systemd/timesync/synchronized", "");
	expect((await look()).values["clock_synchronized"]).toBe(true);
	rmSync(join(host.run, "systemd/timesync/synchronized"));
	expect((await look()).values["clock_synchronized"]).toBe(false);
});

test("records of the kernel's log are read; a log that may not be read is none", async () => {
	expect(parseOomKills(KILL)).toEqual([
		{ pid: 20, name: "java", uptime: 9_990.000001, cgroup: "/DSS/P/jobs" },
		{ pid: 99, name: "a (b) c", uptime: 9_995 },
	]);
	expect(await readOomKills(aHost())).toBeUndefined();
});

test("a /proc without its files is a fault of the prober", async () => {
	const { host, look } = aMachine();
	rmSync(join(host.proc, "meminfo"));
	expect((await look()).fault?.code).toBe("prober_misconfigured");
	host.write("proc/self/mounts", "proc /proc proc rw,nosuid,hidepid=invisible,subset=pid 0 0\n");
	expect((await look()).fault?.text).toMatch(/a unit of systemd hides it .*host\.conf/);
});
