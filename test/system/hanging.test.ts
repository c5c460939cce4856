import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aDss, aFolder, configured, run, start } from "../support/program.ts";

/** More data directories than Node has threads of its own. */
const NODES = 6;

/** A file that looks at DSS nodes by name, whose data directories lie on a file server that is dead. */
async function deadFileServer(): Promise<string> {
	const { url } = await aDss();
	const byName = url.replace("127.0.0.1", "localhost");
	const folder = aFolder();
	const instances = Array.from({ length: NODES }, (_, index) => {
		const dataDir = join(folder, `node${index}`);
		mkdirSync(dataDir);
		// Whoever opens a pipe that nobody writes waits in the kernel.
		execFileSync("/usr/bin/mkfifo", [join(dataDir, "install.ini")]);
		return `  node${index}: { url: "${byName}", data_dir: "${dataDir}" }\n`;
	});
	const { file, write } = configured(url);
	write(
		`instances:\n${instances.join("")}checks:\n  - { use: host-processes, every: 2s, timeout: 1s, retry_every: 2s }\n` +
			"  - { use: get-configuration, every: 2s, timeout: 1s, retry_every: 2s }\nroutes: [{ to: [] }]\nstore: store.db\n",
	);
	return file;
}

test("a single run ends though reads hang for ever, and what needs no file of theirs is looked at", async () => {
	const file = await deadFileServer();
	for (let round = 0; round < 2; round++) {
		const { code, stdout, stderr, ms } = await run(["--once", "-c", file]);
		expect(stderr).toBe("");
		expect(stdout.match(/^ok +node\d\/get-configuration/gim)).toHaveLength(NODES);
		expect(stdout.match(/^unknown +node\d\/host-processes .*does not answer in time/gim)).toHaveLength(NODES);
		expect(code).toBe(3);
		expect(ms).toBeLessThan(10_000);
	}
}, 40_000);

test("who asks for one look has an answer in time, and an end", async () => {
	const file = await deadFileServer();
	const asked = await run(["zabbix", "get", "node0", "host-processes", "summary", "-c", file]);
	expect(asked).toMatchObject({ code: 0, stderr: "" });
	expect(asked.stdout).toMatch(/does not answer in time/);
	expect(asked.ms).toBeLessThan(5_000);
	const plugin = await run(["nagios", "node1", "host-processes", "--config", file]);
	expect(plugin).toMatchObject({ code: 3, stderr: "" });
	expect(plugin.ms).toBeLessThan(5_000);
}, 40_000);

test("the daemon looks up names while reads hang, and ends when it is asked to", async () => {
	const file = await deadFileServer();
	const daemon = start(["run", "-c", file]);
	await daemon.until(/watching/);
	await new Promise((done) => setTimeout(done, 5_000));
	for (let index = 0; index < NODES; index++) {
		const { stdout } = await run(["zabbix", "get", `node${index}`, "get-configuration", "verdict", "-c", file]);
		expect(stdout.trim(), `node${index}`).toBe("0");
	}
	daemon.process.kill("SIGTERM");
	expect((await daemon.ended).code).toBe(0);
}, 40_000);
