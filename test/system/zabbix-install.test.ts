import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { barrierTo } from "../../src/cli/other-user.ts";
import { wrapperText } from "../../src/cli/wrapper.ts";
import { masterTrouble } from "../../src/report/master.ts";
import { aFolder } from "../support/folder.ts";
import { aDss, configured, run, start } from "../support/program.ts";

const ME = userInfo().username;

async function installing(...more: readonly string[]) {
	const { url } = await aDss();
	const { folder, file } = configured(url);
	const dir = join(folder, "it's external");
	mkdirSync(dir);
	const install = (...words: readonly string[]) =>
		run(["zabbix", "install", "--dir", dir, "--user", ME, ...words, ...more], { cwd: folder });
	return { folder, file, dir, script: join(dir, "dss-probe"), install };
}

test("the script is made, tried and told with its item keys; it asks with an empty environment", async () => {
	const { file, script, install } = await installing();
	// The configuration needs a key from the environment, which Zabbix's server does not have.
	const first = await install("--config", file);
	expect(first.code).toBe(1);
	expect(first.stdout).toMatch(/not good: .*DSS_KEY/);
	writeFileSync(file, readFileSync(file, "utf8").replace(/, api_key: "[^"]*"/, ""));
	const { code, stdout, stderr } = await install("--config", file);
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	expect(stdout).toMatch(/^made anew: .*\/it's external\/dss-probe$/m);
	expect(stdout).toMatch(/dss-probe\[get,design,get-configuration\]\n {4}0 {2}\(\d+ ms\)/);
	expect(stdout).toContain("no daemon answered");
	expect(stdout).toContain('dss-probe[get,"{HOST.HOST}","{#CHECK}"]');
	expect(statSync(script).mode & 0o777).toBe(0o755);
});

test("whoever installs it, with whatever umask, Zabbix may start it", async () => {
	const { folder, dir, script } = await installing();
	const words = ["zabbix", "install", "--dir", dir, "--user", ME, "--socket", join(folder, "none.sock")];
	await run(words, { cwd: folder, shell: 'umask 077; exec "$@"' });
	expect(statSync(script).mode & 0o777).toBe(0o755);
});

test.each(["{oops", "{}", '{"probe":1}', "null", "[1]"])(
	"an odd answer is told, not stumbled over: %s",
	async (odd) => {
		const { folder, dir } = await installing();
		const program = join(folder, "odd.mjs");
		writeFileSync(
			program,
			`const isRow = process.argv.includes("discover");
		console.log(isRow ? '[{"{#INSTANCE}":"design","{#CHECK}":"x"}]' : ${JSON.stringify(odd)});`,
		);
		const code = `process.argv[1] = ${JSON.stringify(program)};
		const { zabbixInstall } = await import(${JSON.stringify(join(import.meta.dirname, "../../src/cli/zabbix-install.ts"))});
		const { processIo } = await import(${JSON.stringify(join(import.meta.dirname, "../../src/cli/process-io.ts"))});
		process.exitCode = await zabbixInstall({ dir: ${JSON.stringify(dir)}, socket: "none.sock", name: "dss-probe", user: ${JSON.stringify(ME)} }, processIo());`;
		const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code, program], {
			encoding: "utf8",
			env: { PATH: process.env["PATH"] },
		});
		expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
		expect(stdout).toContain("not good: it is not what dss-probe answers to json");
	},
);

test("a daemon that has not looked yet is good; its socket is found without the variables that only it has", async () => {
	const { url } = await aDss();
	const checks = ["- { use: get-configuration, every: 50d, timeout: 1s }"];
	const { folder, file } = configured(url, { checks, sections: ["answers: { socket: ask.sock }"] });
	const daemon = start(["-c", file]);
	await daemon.until(/"watching"/, 20_000);
	const args = ["zabbix", "install", "--dir", folder, "--user", ME, "--config", file];
	const { code, stdout, stderr } = await run(args, { cwd: folder, shell: 'unset DSS_KEY; exec "$@"' });
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	expect(stdout).toContain("the daemon answers, and has not looked at everything yet");
	expect(stdout).not.toContain("no daemon answered");
});

test("what was not made by dss-probe is left alone; what was is taken away again", async () => {
	const { script, install } = await installing();
	writeFileSync(script, "#!/bin/sh\necho mine\n");
	const refused = await install("--socket", "/run/none.sock");
	expect(refused).toMatchObject({ code: 69, stdout: "" });
	expect(refused.stderr).toMatch(/was not made by dss-probe; it is left as it is/);
	expect((await install("--remove")).code).toBe(69);
	expect(readFileSync(script, "utf8")).toContain("mine");

	const named = await install("--socket", "/run/none.sock", "--name", "probe.sh");
	expect(named.code).toBe(1);
	expect(named.stdout).toContain("not good: no dss-probe listens at /run/none.sock");
	expect((await install("--remove", "--name", "probe.sh")).stdout).toMatch(/^removed: /);
	expect((await install("--remove", "--name", "probe.sh")).code).toBe(69);
});

test("a folder that is missing, a name that Zabbix does not take and nothing to ask are refused", async () => {
	const { install, folder } = await installing();
	expect((await run(["zabbix", "install", "--dir", "/nowhere/at/all", "--socket", "/s"])).stderr).toMatch(
		/there is no folder/,
	);
	expect(await install("--name", "a b", "--socket", "/s")).toMatchObject({ code: 64 });
	const lone = join(folder, "lone");
	mkdirSync(lone);
	const nothing = await run(["zabbix", "install", "--dir", lone], { cwd: lone });
	expect(nothing).toMatchObject({ code: 64 });
	expect(nothing.stderr).toMatch(/--config, or the socket with --socket/);
});

test("a folder that is closed to Zabbix's user is named", async () => {
	const { folder } = await installing();
	const closed = join(folder, "home");
	mkdirSync(join(closed, "app"), { recursive: true });
	const file = join(closed, "app/main.js");
	writeFileSync(file, "");
	chmodSync(folder, 0o755);
	chmodSync(closed, 0o700);
	const zabbix = { name: "zabbix", uid: 4_711, gids: [4_711] };
	expect(barrierTo(file, zabbix)).toBe(`${closed} is closed to the user zabbix (mode 0700)`);
	chmodSync(closed, 0o711);
	expect(barrierTo(file, zabbix)).toBeUndefined();
	chmodSync(file, 0o640);
	expect(barrierTo(file, zabbix)).toBe(`${file} is closed to the user zabbix (mode 0640)`);
});

/** What can be wrong with what the script starts: how Node and the program look. */
const WRECKS: readonly (readonly [string, (node: string, program: string) => void])[] = [
	["Node is missing", (_node, program) => writeFileSync(program, "")],
	["the program is missing", (node) => symlinkSync(process.execPath, node)],
	["Node is empty", (node, program) => wreck(node, "", program)],
	["Node is half a file", (node, program) => wreck(node, "\u007fELF\u0002\u0001\u0001\u0000", program)],
	["Node is of another machine", (node, program) => wreck(node, "#!/nowhere/at/all\n", program)],
	["Node may not be started", (node, program) => writeFileSync(node, "") ?? writeFileSync(program, "")],
	["Node is a folder", (node, program) => mkdirSync(node) ?? writeFileSync(program, "")],
	["the program is half a file", (node, program) => installedAs(node, program, "import { a } fr")],
	["a part of the program is missing", (node, program) => installedAs(node, program, 'await import("./part.js")')],
	["the program refuses this Node", (node, program) => installedAs(node, program, "process.exitCode = 69")],
	["the program throws later", (node, program) => installedAs(node, program, "setTimeout(() => { throw 1 }, 5)")],
];
const SHELLS = ["/bin/sh", "/bin/dash", "/bin/bash", "/bin/busybox"].filter((shell) => existsSync(shell));

function wreck(node: string, text: string, program: string): void {
	writeFileSync(node, text, { mode: 0o755 });
	writeFileSync(program, "");
}

function installedAs(node: string, program: string, text: string): void {
	symlinkSync(process.execPath, node);
	writeFileSync(program, text);
}

test.each(WRECKS)("where %s the script answers by itself, in the shape that was asked for", (_name, make) => {
	const folder = join(aFolder(), "it's 100% #1");
	mkdirSync(folder);
	const [node, program, script] = ["node", "main.mjs", "script"].map((name) => join(folder, name)) as [
		string,
		string,
		string,
	];
	make(node, program);
	writeFileSync(script, wrapperText({ node, program }));
	const why = `${program} or its Node ${node} is missing or broken: install dss-probe anew, then run dss-probe zabbix install`;
	const questions = [
		[["design", "boot"], "3"],
		[["get", "design", "boot"], "3"],
		[["get", "design", "boot", "verdict"], "3"],
		[["get", "design", "boot", "level"], "unknown"],
		[["get", "design", "boot", "cause"], ""],
		[["get", "design", "boot", "latency"], `dss-probe: ${why}`],
		[["discover"], `dss-probe: ${why}`],
		[["discover", "design", "--values"], `dss-probe: ${why}`],
		[["json", "design"], masterTrouble("design", why)],
		[["json", 'de"s\\ign'], masterTrouble("", why)],
	] as const;
	for (const [index, [words, answer]] of questions.entries()) {
		// Every shell has its turn with every kind of question.
		const shell = SHELLS[index % SHELLS.length] as string;
		const args = [...(shell.endsWith("busybox") ? ["sh"] : []), script, ...words];
		const { status, stdout, stderr } = spawnSync(shell, args, { encoding: "utf8", env: {}, cwd: "/" });
		expect({ words, shell, status, stdout, stderr }).toEqual({
			...{ words, shell, status: 0, stderr: "" },
			stdout: `${answer}\n`,
		});
	}
});
