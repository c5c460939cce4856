import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readFileSync,
	symlinkSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Sample } from "../../src/model/sample.ts";
import { probe, probeOptions } from "../../src/probe/probe.ts";
import { makeInstance } from "../support/instance.ts";
import { probeContext } from "../support/probe-context.ts";
import { aFolder, configured, run } from "../support/program.ts";

/** Looks like any program of DSS: what it is, its arguments say. Its children are named in --kids. */
const FAKE = `
import sys, time, os, signal, subprocess
signal.signal(signal.SIGTERM, lambda *a: sys.exit(0))
a = dict(x[2:].split('=', 1) for x in sys.argv if x.startswith('--') and '=' in x)
here = os.path.dirname(__file__)
kids = [subprocess.Popen([here + '/bin/java', __file__, '-Xmx2g', 'com.dataiku.dip.' + k]) for k in a.get('kids', '').split(',') if k]
if 'die' in a: time.sleep(float(a['die'])); sys.exit(3)
while True: time.sleep(60)
`;

const rest = (ms: number) => new Promise((done) => setTimeout(done, ms));

let dataDir: string;
let supervisord: ChildProcess;
/** Kernels that outlive their backend on purpose. */
const kernels = new Set<number>();

beforeAll(async () => {
	dataDir = join(aFolder(), "dss_data");
	for (const folder of ["bin", "run", "config"]) mkdirSync(join(dataDir, folder), { recursive: true });
	symlinkSync("/usr/bin/python3", join(dataDir, "bin/java"));
	writeFileSync(join(dataDir, "fake.py"), FAKE);
	writeFileSync(join(dataDir, "install.ini"), "[general]\nnodetype = design\n");
	const conf = join(dataDir, "install-support.conf");
	writeFileSync(
		conf,
		`[supervisord]
logfile=${dataDir}/run/supervisord.log
pidfile=${dataDir}/run/supervisord.pid
childlogdir=${dataDir}/run
[unix_http_server]
file=${dataDir}/run/svd.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${dataDir}/run/svd.sock
[program:backend]
command=${dataDir}/bin/java ${dataDir}/fake.py -Xmx6g -Ddku.backend --kids=DSSJobKernelMain,DSSFutureKernelMain
[program:ipython]
command=/usr/bin/python3 ${dataDir}/fake.py jupyter-notebook
[program:nginx]
command=/bin/bash -c 'exec -a "nginx: master process /usr/sbin/nginx -c ${dataDir}/run/nginx.conf" sleep 600'
[program:crasher]
command=/usr/bin/python3 ${dataDir}/fake.py crasher --die=0.1
startretries=1
`,
	);
	writeFileSync(join(dataDir, "bin/dss"), `#!/bin/bash\nexec /usr/bin/supervisorctl -c ${conf} "$@"\n`);
	chmodSync(join(dataDir, "bin/dss"), 0o755);
	supervisord = spawn("/usr/bin/supervisord", ["-n", "-c", conf], { stdio: "ignore" });
	await until(() => /crasher +FATAL/.test(dss("status")), 15_000);
});

afterAll(async () => {
	const ended = new Promise((done) => supervisord.once("close", done));
	supervisord.kill("SIGTERM");
	if (supervisord.exitCode === null) await ended;
	for (const pid of kernels) {
		try {
			process.kill(pid, "SIGKILL");
		} catch {
			// It has ended with its backend.
		}
	}
});

const dss = (...words: readonly string[]) => spawnSync(join(dataDir, "bin/dss"), words, { encoding: "utf8" }).stdout;

async function until(isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
	const end = performance.now() + withinMs;
	while (!(await isSo())) {
		if (performance.now() > end) throw new Error("it did not come to pass in time");
		await rest(100);
	}
}

/** A check with notes of its own; each call is one look. */
function check(kind: string, given: object = {}, timeoutMs = 10_000): () => Promise<Sample> {
	const context = probeContext("", {
		key: `design/${kind} ${JSON.stringify(given)}`,
		instance: makeInstance("https://dss.example.com", { dataDir }),
		timeoutMs,
	});
	return () => probe(probeOptions.parse({ kind, ...given }), context);
}

function remember(pid: number): number {
	for (const kid of readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")) {
		if (kid) kernels.add(Number(kid));
	}
	return pid;
}

describe("under a real supervisord", () => {
	test("each program is seen as what it is", async () => {
		const { values, fault } = await check("host-processes")();
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({
			missing: "",
			supervisord_count: 1,
			nginx_count: 1,
			backend_count: 1,
			jek_count: 1,
			fek_count: 1,
			jupyter_count: 1,
			orphans: 0,
			unreadable: 0,
		});
		expect(values["backend_rss"]).toBeGreaterThan(1e6);
		expect(values["backend_pid"]).toBe(Number(dss("pid", "backend")));
		remember(Number(values["backend_pid"]));
	});

	test("the machine tells its memory, and the open files of the backend", async () => {
		const { values, fault } = await check("host-machine")();
		expect(fault).toBeUndefined();
		expect(values["memory_total"]).toBeGreaterThan(1e8);
		expect(values["load_per_core"]).toBeGreaterThanOrEqual(0);
		expect(values["backend_files"]).toBeGreaterThanOrEqual(3);
		expect(values["backend_files_limit"]).toBeGreaterThan(100);
	});

	test("after kill -9 the restart is noticed, and the kernels as left over", async () => {
		const [processes, status] = [check("host-processes"), check("dss-status")];
		const { values: table } = await status();
		expect(table).toMatchObject({ programs: 4, running: 3, down: "crasher FATAL", down_count: 1, restarts: 0 });
		expect(table["backend_state"]).toBe("RUNNING");
		const { values: before } = await processes();
		const pid = remember(Number(before["backend_pid"]));
		// A start is told from another by five seconds.
		await until(async () => Number((await status()).values["backend_uptime"]) > 6, 15_000);
		process.kill(pid, "SIGKILL");
		await until(() => Number(dss("pid", "backend")) > 0 && Number(dss("pid", "backend")) !== pid, 15_000);
		let found: Sample["values"] = {};
		await until(async () => {
			found = (await processes()).values;
			return found["jek_count"] === 2;
		}, 10_000);
		remember(Number(found["backend_pid"]));
		expect(found).toMatchObject({ missing: "", orphans: 2, backend_restarts: 1, fek_count: 2 });
		expect(found["backend_restarted_at"]).toBeGreaterThan(Number(before["backend_restarted_at"]));
		let told: Sample["values"] = {};
		// Until it has stayed up for a second, it is only starting.
		await until(async () => {
			told = (await status()).values;
			return told["backend_state"] === "RUNNING";
		}, 10_000);
		expect(told).toMatchObject({ restarts: 1, restarted: "backend 1", youngest: "backend" });
	}, 50_000);

	test("a backend that was stopped is missing, and the whole program says so", async () => {
		dss("stop", "backend");
		const { file, write } = configured("https://dss.example.com");
		const checks = join(import.meta.dirname, "../../checks");
		write(`instances: { design: { url: "https://dss.example.com", data_dir: "${dataDir}" } }
check_files: [${JSON.stringify(checks)}]
checks: [{ use: host-processes, fail_after: 1 }]
routes: [{ to: [] }]
store: host.db
`);
		const { code, stdout } = await run(["--once", "-c", file]);
		expect(stdout).toContain("a program of DSS is not running on the host");
		expect(stdout).toContain("not running: backend");
		expect(code).toBe(2);
		dss("start", "backend");
		remember(Number(dss("pid", "backend")));
	});

	test("a status command that hangs is ended with all that it started", async () => {
		const own = join(aFolder(), "dss_data");
		mkdirSync(join(own, "bin"), { recursive: true });
		writeFileSync(join(own, "install.ini"), "[general]\nnodetype = design\n");
		writeFileSync(join(own, "bin/dss"), `#!/bin/bash\nsleep 300 & echo $! > ${own}/pid; env > ${own}/env; wait\n`);
		chmodSync(join(own, "bin/dss"), 0o755);
		const context = probeContext("", {
			key: "design/hanging",
			instance: makeInstance("https://dss.example.com", { dataDir: own }),
			timeoutMs: 1_000,
		});
		const { fault, durationMs } = await probe(probeOptions.parse({ kind: "dss-status" }), context);
		expect(fault?.code).toBe("supervisord_hanging");
		expect(durationMs).toBeLessThan(2_000);
		const child = readFileSync(join(own, "pid"), "utf8").trim();
		const isAlive = () =>
			existsSync(`/proc/${child}`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${child}/stat`, "utf8"));
		await until(() => !isAlive(), 2_000);
		// Nothing of our own environment is handed on.
		expect(readFileSync(join(own, "env"), "utf8")).not.toContain("VITEST");
	});

	test("without supervisord DSS is stopped; without its socket's rights nothing is said of DSS", async () => {
		const status = check("dss-status");
		const ended = new Promise((done) => supervisord.once("close", done));
		supervisord.kill("SIGTERM");
		await ended;
		expect((await status()).fault).toMatchObject({ code: "supervisord_down" });
		chmodSync(join(dataDir, "bin/dss"), 0o644);
		expect((await status()).fault).toMatchObject({ code: "prober_misconfigured" });
	}, 30_000);
});

test("a disk that is nearly full, or read-only, is told of", async () => {
	const disk = aFolder();
	execFileSync("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=4m,nr_inodes=100", "tmpfs", disk]);
	onTestFinished(() => void execFileSync("/usr/bin/umount", [disk]));
	const look = check("host-disk", { path: disk, folders: [disk] });
	expect((await look()).values).toMatchObject({ mount: disk, filesystem: "tmpfs", inodes_free: 99 });
	writeFileSync(join(disk, "big"), Buffer.alloc(3_900_000));
	const { values, fault } = await look();
	expect(fault).toBeUndefined();
	expect(values["space_used_percent"]).toBeGreaterThan(90);
	truncateSync(join(disk, "big"));
	expect((await look()).values["space_used_percent"]).toBeLessThan(10);
	execFileSync("/usr/bin/mount", ["-o", "remount,ro", disk]);
	expect((await look()).fault?.code).toBe("disk_read_only");
});

test("a log that is written and rotated meanwhile loses no line", async () => {
	const file = join(dataDir, "run/backend.log");
	writeFileSync(file, "");
	const look = check("host-log");
	await look();
	const writer = spawn("/usr/bin/python3", [
		"-c",
		`
import os, sys, time
path = sys.argv[1]
out = open(path, 'a')
for n in range(6000):
    if n % 700 == 699:
        out.close()
        for at in range(9, 0, -1):
            if os.path.exists(path + '.%d' % at): os.rename(path + '.%d' % at, path + '.%d' % (at + 1))
        os.rename(path, path + '.1')
        out = open(path, 'a')
    out.write('[2026/01/05-08:00:00.000] [t] [ERROR] [x]  - line %d\\n' % n)
    if n % 50 == 0: out.flush(); time.sleep(0.02)
`,
		file,
	]);
	const ended = new Promise((done) => writer.once("close", done));
	let lines = 0;
	const take = async () => {
		const { values, fault } = await look();
		expect(fault).toBeUndefined();
		expect(values["gap"]).toBe(false);
		lines += Number(values["lines"]);
		return values;
	};
	let isOver = false;
	void ended.then(() => {
		isOver = true;
	});
	while (!isOver) await take();
	const values = await take();
	expect(lines).toBe(6_000);
	expect(values["errors"]).toBe(6_000);
});

test("a backup that goes stale is told by the whole program", async () => {
	const backups = aFolder();
	const { file, write } = configured("https://dss.example.com");
	write(`instances: { design: { url: "https://dss.example.com" } }
check_files: [${JSON.stringify(join(import.meta.dirname, "../../checks/backup.yaml"))}]
checks: [{ use: backup, fail_after: 1, with: { folder: ${backups}, quiet_for: 1s } }]
routes: [{ to: [] }]
store: backup.db
`);
	const age = (name: string, hours: number) => {
		const at = new Date(Date.now() - hours * 3_600_000);
		utimesSync(join(backups, name), at, at);
	};
	for (const name of ["a.tar.gz", "b.tar.gz"]) {
		writeFileSync(join(backups, name), Buffer.alloc(10_000));
		age(name, 5);
	}
	await rest(1_500);
	const good = await run(["--once", "-c", file]);
	expect(good.stdout + good.stderr).not.toContain("backup is too old");
	expect(good.code).toBe(0);
	for (const name of ["a.tar.gz", "b.tar.gz"]) age(name, 70);
	await rest(1_500);
	const stale = await run(["--once", "-c", file]);
	expect(stale.stdout).toContain("the newest backup is too old");
	expect(stale.code).toBe(2);
});
