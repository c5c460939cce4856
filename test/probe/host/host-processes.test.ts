import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileCondition } from "../../../src/evaluate/condition.ts";
import { hostProcesses, hostProcessesOptions } from "../../../src/probe/host/host-processes.ts";
import { lookAtProcesses } from "../../../src/probe/host/host-processes-look.ts";
import type { ProbeContext } from "../../../src/probe/kind.ts";
import { probe, probeOptions } from "../../../src/probe/probe.ts";
import { MONDAY_MORNING, virtualClock } from "../../support/clock.ts";
import { makeInstance } from "../../support/instance.ts";
import { aHost, aNode, type MadeHost, type MadeProcess } from "../../support/made-host.ts";
import { probeContext } from "../../support/probe-context.ts";

const HOUR_MS = 3_600_000;
const clock = virtualClock();

function contextOf(dataDir: string, changes: Partial<ProbeContext> = {}): ProbeContext {
	const instance = makeInstance("https://dss.example.com", { dataDir });
	return probeContext("", { instance, clock, ...changes });
}

function looksAt(host: MadeHost, given: object = {}, dataDir = host.dataDir) {
	const context = contextOf(dataDir, { key: `design/${host.dataDir}` });
	const options = hostProcessesOptions.parse({ kind: "host-processes", ...given });
	return () => lookAtProcesses(options, context, host);
}

const without = (all: readonly MadeProcess[], ...pids: readonly number[]) =>
	all.filter(({ pid }) => !pids.includes(pid));

test("every program of a healthy node is found, counted and measured", async () => {
	const host = aHost();
	host.starts(aNode(host.dataDir));
	const { values, seen, fault, facts } = await looksAt(host, { pss: true })();
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({
		node_type: "design",
		missing: "",
		missing_count: 0,
		process_count: 12,
		supervisord_count: 1,
		nginx_count: 2,
		backend_count: 1,
		jek_count: 2,
		jek_busy: 1,
		jek_idle: 1,
		fek_count: 1,
		jupyter_count: 1,
		kernel_count: 1,
		webapp_count: 1,
		ml_count: 1,
		recipe_count: 1,
		apimain_count: 0,
		other_count: 0,
		orphans: 0,
		zombies: 0,
		backend_pid: 20,
		backend_age: 6_000,
		backend_rss: 6_000_000 * 1_024,
		backend_pss: 3_000_000 * 1_024,
		jek_rss_max: 2_000_001 * 1_024,
		largest: "backend 20",
		backend_restarted_at: MONDAY_MORNING / 1_000 - 6_000,
		backend_restarts: 0,
	});
	expect(seen).toEqual(
		expect.stringMatching(/^backend up 1 h 40 min; 2 jek, 1 fek, 1 kernel, 1 webapp; [\d.]+ GB in memory$/),
	);
	expect(values).not.toHaveProperty("backend_cpu");
	expect(values).not.toHaveProperty("apimain_rss");
	expect(Object.keys(values).filter((name) => !(name in hostProcesses.values))).toEqual([]);
	const that = `processes.exists(p, p.role == "jek" && p.rss > 2.0e9 && p.busy) && processes.size() == 12`;
	const compiled = compileCondition(that, { ...hostProcesses.values, ...hostProcesses.facts });
	expect(compiled.ok && compiled.condition.test({ ...values, ...facts })).toEqual({ held: true });
});

describe("what does not belong to the node is left out:", () => {
	test.each<[string, MadeProcess]>([
		["an editor", { pid: 90, args: ["vim", "-Ddku.backend", "DIR/run/backend.log"] }],
		["another node", { pid: 90, args: ["java", "-Ddku.backend", "-cp", "DIR2/lib"] }],
		["a zombie", { pid: 90, args: [], state: "Z", name: "java" }],
		["a word in another argument", { pid: 90, args: ["java", "-Dx=-Ddku.backend", "DIR/x"] }],
	])("%s", async (_name, stranger) => {
		const host = aHost();
		const args = (stranger.args ?? []).map((arg) => arg.replace("DIR", host.dataDir));
		host.starts([...without(aNode(host.dataDir), 20, 21, 22, 23, 24, 25, 26), { ...stranger, args }]);
		expect((await looksAt(host)()).values).toMatchObject({ backend_count: 0, missing: "backend", missing_count: 1 });
	});
});

test("a data directory behind a link is the same one", async () => {
	const host = aHost();
	host.starts(aNode(host.dataDir));
	const link = join(host.dataDir, "..", "link");
	symlinkSync(host.dataDir, link);
	expect((await looksAt(host, {}, link)()).values).toMatchObject({ missing_count: 0, process_count: 12 });
});

test("a kernel that names no data directory is known by its working folder", async () => {
	const host = aHost();
	const cwd = join(host.dataDir, "jobs/P/J");
	host.starts([...aNode(host.dataDir), { pid: 50, args: ["java", "-Ddku.jek"], cwd }]);
	expect((await looksAt(host)()).values).toMatchObject({ jek_count: 3, orphans: 1, orphan_pids: "jek 50" });
});

test("kernels outlive a killed backend as orphans; its successor is a restart", async () => {
	const host = aHost();
	const look = looksAt(host);
	const all = aNode(host.dataDir);
	host.starts(all);
	await look();
	const orphaned = without(all, 20).map((one) => (one.parent === 20 ? { ...one, parent: 1 } : one));
	host.starts(orphaned, 10_060);
	const { values, seen } = await look();
	expect(values).toMatchObject({ missing: "backend", orphans: 3, orphan_pids: "jek 21, jek 23, fek 24" });
	expect(seen).toMatch(/^not running: backend; .*left over: jek 21, jek 23, fek 24/);
	expect(values["backend_restarts"]).toBe(0);
	const successor = { ...(all[3] as MadeProcess), pid: 60, startedAt: 10_070 };
	host.starts([...orphaned, successor], 10_090);
	expect((await look()).values).toMatchObject({ missing_count: 0, orphans: 3, backend_restarts: 1, backend_age: 20 });
	await clock.advance(HOUR_MS + 1);
	host.starts([...orphaned, successor], 10_090 + 3_600);
	expect((await look()).values["backend_restarts"]).toBe(0);
});

test("a number that was given again is another process: no orphan's parent, and a restart", async () => {
	const host = aHost();
	const look = looksAt(host);
	const all = aNode(host.dataDir);
	host.starts(all);
	await look();
	// The backend's number now belongs to its successor, started after the kernels that still name it as their parent.
	host.starts(
		all.map((one) => (one.pid === 20 ? { ...one, startedAt: 9_000 } : one)),
		10_060,
	);
	const { values } = await look();
	expect(values).toMatchObject({ backend_count: 1, backend_restarts: 1, orphans: 3 });
});

test("CPU is told from the second look on, and says who is busy", async () => {
	const host = aHost();
	const look = looksAt(host);
	const all = aNode(host.dataDir);
	host.starts(all, 10_000);
	await look();
	const cpus: Readonly<Record<number, number>> = { 20: 30, 23: 60 };
	host.starts([...all.map((one) => ({ ...one, cpu: cpus[one.pid] ?? 0 })), { pid: 70, parent: 20, args: [] }], 10_060);
	const { values } = await look();
	expect(values).toMatchObject({ backend_cpu: 0.5, jek_cpu: 1, total_cpu: 1.5, jek_busy: 2, jek_idle: 0 });
	// After a boot the old ticks mean nothing.
	host.write("proc/sys/kernel/random/boot_id", "b0b0-2\n");
	host.starts(all, 60);
	expect((await look()).values).not.toHaveProperty("backend_cpu");
});

test("zombies below the node are counted, and count for nothing else", async () => {
	const host = aHost();
	host.starts([
		...aNode(host.dataDir),
		{ pid: 40, parent: 20, state: "Z", startedAt: 5_000 },
		{ pid: 41, parent: 1, state: "Z" },
	]);
	expect((await looksAt(host)()).values).toMatchObject({ zombies: 1, process_count: 12 });
});

test("parents that go in a circle end no look", async () => {
	const host = aHost();
	const args = ["java", "-Ddku.jek", `${host.dataDir}/x`];
	host.starts([...aNode(host.dataDir), { pid: 50, parent: 51, args }, { pid: 51, parent: 50, args: ["sh"] }]);
	expect((await looksAt(host)()).values).toMatchObject({ jek_count: 3, orphans: 1 });
});

test.each([
	["govern", { missing: "supervisord, nginx, govern" }],
	["api", { missing: "supervisord, nginx, apimain" }],
	["deployer", { missing: "supervisord, nginx, backend" }],
	["automation", { missing: "supervisord, nginx, backend, jupyter" }],
])("what must run on a node of type %s", async (type, expected) => {
	const host = aHost(type);
	expect((await looksAt(host)()).values).toMatchObject(expected);
});

test("the check may say itself what must run", async () => {
	const host = aHost();
	host.starts(without(aNode(host.dataDir), 30, 31));
	expect((await looksAt(host, { required: ["backend"] })()).values).toMatchObject({ missing_count: 0 });
});

describe("what cannot be seen is no missing program but a fault of the prober:", () => {
	test.each<[string, (host: MadeHost) => void, RegExp]>([
		["no data directory", (host) => rmSync(host.dataDir, { recursive: true }), /dss_data: there is no such file/],
		["no install.ini", (host) => rmSync(join(host.dataDir, "install.ini")), /install\.ini: .*is it the data directory/],
		[
			"a file in its place",
			(host) => {
				rmSync(host.dataDir, { recursive: true });
				host.write("dss_data", "");
			},
			/no folder/,
		],
		["no /proc", (host) => rmSync(host.proc, { recursive: true }), /proc: there is no such file/],
		[
			"an empty /proc",
			(host) => {
				rmSync(host.proc, { recursive: true });
				mkdirSync(host.proc);
			},
			/shows no process/,
		],
		[
			"hidepid",
			(host) => host.write("proc/self/mounts", "proc /proc proc rw,nosuid,hidepid=2 0 0\n"),
			/not seen, but that says nothing: \/proc is mounted with hidepid=2/,
		],
		[
			"a unit that hides other users' processes and the machine",
			(host) => {
				host.write("proc/self/mounts", "proc /proc proc rw,nosuid,hidepid=invisible,subset=pid 0 0\n");
				rmSync(join(host.proc, "uptime"));
			},
			/proc shows processes only: a unit of systemd hides it .*host\.conf/,
		],
		[
			"a unit that hides the home of DSS",
			(host) => {
				const home = dirname(host.dataDir);
				host.write(
					"proc/self/mountinfo",
					`1 2 8:1 / / rw - ext4 /dev/sda1 rw\n9 1 0:26 /systemd/inaccessible/dir ${home} ro - tmpfs tmpfs ro\n`,
				);
				rmSync(host.dataDir, { recursive: true });
			},
			/a unit of systemd hides it .*host\.conf/,
		],
		[
			"a container",
			(host) => {
				mkdirSync(join(host.proc, "self/ns"), { recursive: true });
				symlinkSync("pid:[4026532222]", join(host.proc, "self/ns/pid"));
			},
			/container/,
		],
	])("%s", async (_name, harm, words) => {
		const host = aHost();
		harm(host);
		const { fault, values } = await looksAt(host)();
		expect(fault).toMatchObject({ code: "prober_misconfigured", text: expect.stringMatching(words) });
		expect(values).toEqual({});
	});

	test("but what was seen before from here is missing indeed", async () => {
		const host = aHost();
		host.write("proc/self/mounts", "proc /proc proc rw,nosuid,hidepid=invisible 0 0\n");
		const look = looksAt(host);
		host.starts(aNode(host.dataDir));
		expect((await look()).fault).toBeUndefined();
		host.starts([]);
		expect((await look()).values).toMatchObject({ missing_count: 4 });
	});

	test("another system than Linux", async () => {
		const host = { ...aHost(), platform: "darwin" };
		const { fault } = await looksAt(host)();
		expect(fault?.text).toBe("the probe kind host-processes works on Linux only; this is darwin");
	});
});

test("the real machine is looked at through the front door", async () => {
	const host = aHost();
	const options = probeOptions.parse({ kind: "host-processes", required: ["supervisord"] });
	const { values, fault } = await probe(options, contextOf(host.dataDir));
	// Here nothing belongs to this folder, whether or not the machine shows all of its processes.
	if (fault) expect(fault.code).toBe("prober_misconfigured");
	else expect(values).toMatchObject({ process_count: 0, missing: "supervisord" });
});
