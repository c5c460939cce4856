import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { notifySocket } from "../support/notify-socket.ts";
import { aDss, aFolder, configured, run, start } from "../support/program.ts";

const UNITS = resolve(import.meta.dirname, "../../deploy/systemd");
const read = (name: string) => readFileSync(join(UNITS, name), "utf8");
/** The units as verbs of systemd can look at them: what they start has to be there. */
function installed(dropIn?: string): string {
	const folder = aFolder();
	for (const name of ["dss-probe.service", "dss-probe-once.service", "dss-probe-once.timer"]) {
		writeFileSync(join(folder, name), read(name).replaceAll("/opt/dss-probe/bin/dss-probe", "/bin/true"));
		if (dropIn === undefined || !name.endsWith(".service")) continue;
		mkdirSync(join(folder, `${name}.d`));
		writeFileSync(join(folder, `${name}.d`, dropIn), read(dropIn));
	}
	return folder;
}

const SECOND = 1_000_000;

/** Goes round and round for three seconds on SIGUSR2, as a bug would for ever. */
const BLOCKS = `process.on("SIGUSR2", () => {
	for (const end = Date.now() + 3_000; Date.now() < end; );
	process.stderr.write("the loop is free\\n");
});`;

async function aService(watchdogUs: number, abstract?: string) {
	const dss = await aDss();
	const { file, folder, write } = configured(dss.url, {
		checks: ["- { use: get-configuration, every: 1s, retry_every: 1s, timeout: 1s }"],
	});
	const systemd = await notifySocket(folder, abstract);
	const env = {
		NOTIFY_SOCKET: systemd.address,
		WATCHDOG_USEC: String(watchdogUs),
		NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(BLOCKS)}`,
	};
	const daemon = start(["-c", file], { env });
	const monotonicUs = () => Number(execFileSync("python3", ["-c", "import time; print(time.monotonic_ns() // 1000)"]));
	return { dss, file, write, systemd, daemon, monotonicUs };
}

const signs = (heard: readonly string[]) => heard.filter((one) => /WATCHDOG=1/.test(one)).length;

test("systemd hears that the daemon is ready, that it lives, of each reload, and that it stops", async () => {
	const { file, write, systemd, daemon, monotonicUs } = await aService(SECOND);
	expect(await systemd.until(/READY=1/)).toBe("READY=1 STATUS=watches 1 check on 1 instance; no incident is open");
	await daemon.until(/"watching"/);
	await expect.poll(() => signs(systemd.heard()), { timeout: 10_000 }).toBeGreaterThan(3);

	const before = monotonicUs();
	daemon.process.kill("SIGHUP");
	const reloading = await systemd.until(/RELOADING=1/);
	const at = Number(/MONOTONIC_USEC=(\d+)/.exec(reloading)?.[1]);
	expect(at).toBeGreaterThanOrEqual(before);
	expect(at).toBeLessThan(monotonicUs());
	await daemon.until(/configuration reloaded/);
	await expect.poll(() => systemd.heard().filter((one) => one.startsWith("READY=1")).length).toBe(2);

	const good = readFileSync(file, "utf8");
	write("instances: 7\n");
	daemon.process.kill("SIGHUP");
	await systemd.until(/READY=1 .*a new configuration was refused, see the log/);
	write(good);

	daemon.process.kill("SIGTERM");
	const { code } = await daemon.ended;
	expect(code).toBe(0);
	const heard = systemd.heard();
	expect(heard.at(-1)).toBe("STOPPING=1 STATUS=stops: delivers what is due");
	expect(heard[0]).toMatch(/^READY=1/);
});

test("an abstract socket is told, too, and what is wrong with DSS stands in the status line, not in the watchdog's way", async () => {
	const { dss, systemd, daemon } = await aService(SECOND, `@dss-probe-test-${process.pid}`);
	await systemd.until(/READY=1/);
	await dss.faults.set({ fault: "gateway", status: 502 });
	await systemd.until(/WATCHDOG=1 STATUS=.*; 1 open incident/, 20_000);
	const before = signs(systemd.heard());
	await expect.poll(() => signs(systemd.heard()), { timeout: 10_000 }).toBeGreaterThan(before + 1);
	daemon.process.kill("SIGTERM");
	expect((await daemon.ended).code).toBe(0);
});

test("the watchdog hears nothing of a daemon whose loop is blocked", async () => {
	const { systemd, daemon } = await aService(SECOND);
	await expect.poll(() => signs(systemd.heard()), { timeout: 15_000 }).toBeGreaterThan(1);
	daemon.process.kill("SIGUSR2");
	// What was under way at that moment still arrives.
	await new Promise((done) => setTimeout(done, 500));
	const before = signs(systemd.heard());
	await new Promise((done) => setTimeout(done, 2_000));
	expect(signs(systemd.heard())).toBe(before);
	await daemon.until(/loop is free/);
	await expect.poll(() => signs(systemd.heard()), { timeout: 10_000 }).toBeGreaterThan(before);
	daemon.process.kill("SIGTERM");
	expect((await daemon.ended).code).toBe(0);
});

/** `nobody` on Debian and elsewhere. */
const NOBODY = 65_534;

test("the daemon needs no right and no system call that the unit takes away", async () => {
	const dss = await aDss();
	const { file, folder } = configured(dss.url, {
		checks: ["- { use: get-configuration, every: 1s, timeout: 1s }"],
		sections: ['web: { listen: "127.0.0.1:0" }', "answers: { group: mail }"],
	});
	chownSync(folder, NOBODY, NOBODY);
	const systemd = await notifySocket(folder);
	const rights = `--reuid=${NOBODY} --regid=${NOBODY} --groups=mail --bounding-set=-all --no-new-privs`;
	const filter = `/usr/bin/python3 ${join(import.meta.dirname, "seccomp_exec.py")} ${join(UNITS, "dss-probe.service")}`;
	const daemon = start(["-c", file], {
		shell: `umask 0027; exec setpriv ${rights} ${filter} "$@"`,
		env: { NOTIFY_SOCKET: systemd.address, WATCHDOG_USEC: String(SECOND) },
	});
	const [, url = ""] = await daemon.until(/"url":"([^"]+)".*"watching"/, 20_000);
	await expect.poll(() => signs(systemd.heard()), { timeout: 10_000 }).toBeGreaterThan(1);
	expect((await fetch(`${url}/healthz`)).status).toBe(200);
	expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/dss_probe_check_level\{.*\} 0/);
	daemon.process.kill("SIGTERM");
	const { code, stderr } = await daemon.ended;
	expect(code).toBe(0);
	expect(stderr.split("\n").filter((line) => /"level":"(?:warn|error)"|EPERM/.test(line))).toEqual([]);
});

test("where nobody asks, no program is started and nothing is loaded", async () => {
	const dss = await aDss();
	const { file } = configured(dss.url);
	const daemon = start(["-c", file], { env: { NODE_DEBUG: "esm" } });
	await daemon.until(/"watching"/, 20_000);
	daemon.process.kill("SIGTERM");
	const { stderr } = await daemon.ended;
	expect(stderr).toContain("src/cli/supervision.ts");
	expect(stderr).not.toContain("src/systemd/");
});

test("without the program systemd-notify the daemon watches all the same, and says what is missing", async () => {
	const dss = await aDss();
	const { file, folder } = configured(dss.url);
	const empty = join(folder, "bin");
	mkdirSync(empty);
	const daemon = start(["-c", file], { env: { NOTIFY_SOCKET: "/nowhere", PATH: empty } });
	await daemon.until(/"error":"the program systemd-notify is not installed".*"systemd cannot be told/);
	await daemon.until(/"watching"/);
	daemon.process.kill("SIGTERM");
	expect((await daemon.ended).code).toBe(0);
});

test("in the journal each line of the log has its level", async () => {
	const dss = await aDss();
	const { file, folder } = configured(dss.url);
	const stream = join(folder, "stream");
	const shell = `exec 2>${stream}; JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$@"`;
	const daemon = start(["-c", file], { shell });
	await expect
		.poll(() => readFileSync(stream, "utf8"), { timeout: 15_000 })
		.toMatch(/^<6>\{"level":"info".*"watching"/m);
	daemon.process.kill("SIGTERM");
	await daemon.ended;
	expect(
		readFileSync(stream, "utf8")
			.trim()
			.split("\n")
			.filter((line) => !/^<[3467]>\{/.test(line)),
	).toEqual([]);
});

test.each([undefined, "host.conf"])("systemd finds nothing wrong with the units, with drop-in %s", (dropIn) => {
	const folder = installed(dropIn);
	const verify = ["verify", "--man=no", ...["dss-probe.service", "dss-probe-once.service", "dss-probe-once.timer"]];
	expect(
		execFileSync("systemd-analyze", verify, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
	).toBe("");
});

test.each([
	["dss-probe.service", undefined],
	["dss-probe-once.service", undefined],
	["dss-probe.service", "host.conf"],
	["dss-probe-once.service", "host.conf"],
])("the exposure of %s with drop-in %s is as small as the documentation says", (name, dropIn) => {
	const args = ["security", "--offline=true", "--no-pager", join(installed(dropIn), name)];
	const report = execFileSync("systemd-analyze", args, { encoding: "utf8" });
	const [, score] = /Overall exposure level for \S+: (\d\.\d) OK/.exec(report) ?? [];
	const docs = readFileSync(resolve(UNITS, "../../docs/deployment.md"), "utf8");
	const [, promised] =
		new RegExp(`\`${name}\`${dropIn === undefined ? "" : ` with \`${dropIn}\``} \\| (\\d\\.\\d) `).exec(docs) ?? [];
	expect(Number(score)).toBeLessThanOrEqual(Number(promised));
});

test("on the host of DSS the service sees what its unit hides, and writes no more", () => {
	const settings = (text: string) =>
		new Map([...text.matchAll(/^([A-Z]\w+)=(.*)$/gm)].map(([, name, to]) => [name, to]));
	const dropIn = settings(read("host.conf"));
	const unit = settings(read("dss-probe.service"));
	expect(
		[...dropIn.keys()].filter((name) => /Write|State|Protect(System|ControlGroups)|Seccomp|SystemCall/.test(`${name}`)),
	).toEqual([]);
	// A misspelt setting of the drop-in would change nothing.
	const added = ["PrivateUsers", "DevicePolicy", "DeviceAllow"];
	expect([...dropIn.keys()].filter((name) => !unit.has(name) && !added.includes(`${name}`))).toEqual([]);
});

test("in a /proc as the unit makes it, the checks on the host name the drop-in, and without it they see", async () => {
	const folder = aFolder();
	mkdirSync(join(folder, "data"));
	writeFileSync(join(folder, "data/install.ini"), "[general]\nnodetype = design\n");
	const { file, write } = configured("https://dss.example.com");
	write(
		`instances: { design: { url: "https://dss.example.com", data_dir: "${join(folder, "data")}" } }\n` +
			"checks: [host-machine, host-processes]\nroutes: [{ to: [] }]\nstore: store.db\n",
	);
	const hidden = `exec unshare --mount sh -c 'mount -t proc -o hidepid=invisible,subset=pid proc /proc && exec "$@"' sh "$@"`;
	const { stdout } = await run(["--once", "-c", file], { shell: hidden });
	expect(stdout.match(/design\/host-\w+ .*a unit of systemd hides it .*host\.conf/g)).toHaveLength(2);
	const seen = await run(["--once", "-c", file]);
	expect(seen.stdout).toMatch(/design\/host-machine .* memory available/);
	expect(seen.stdout).not.toContain("host.conf");
});

test("both services are locked in alike", () => {
	const settings = (name: string) =>
		read(name)
			.slice(read(name).indexOf("# It may write its store"))
			.split("\n")
			.filter((line) => /^[A-Z]\w+=/.test(line) && !/^WantedBy/.test(line));
	expect(settings("dss-probe.service").length).toBeGreaterThan(25);
	// Only a daemon has a socket to give to a group.
	const [forSocket, withoutSocket] = ["SystemCallFilter=@chown", "PrivateUsers=yes"];
	const daemon = settings("dss-probe.service");
	expect(daemon).toContain(forSocket);
	expect(settings("dss-probe-once.service").filter((line) => line !== withoutSocket)).toEqual(
		daemon.filter((line) => line !== forSocket),
	);
});
