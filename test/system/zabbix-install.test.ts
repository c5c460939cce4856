import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { barrierTo } from "../../src/cli/other-user.ts";
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
