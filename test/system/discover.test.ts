import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { aFolder } from "../support/folder.ts";
import { configured, run } from "../support/program.ts";

const [KEY, ADMIN] = ["key-of-the-node", "key-of-its-admin"];

async function node() {
	const simulator = createSimulator({ apiKey: KEY, adminKey: ADMIN, clock: systemClock, nodeType: "deployer" });
	onTestFinished(() => simulator.close());
	const { url } = await simulator.listen("127.0.0.1", 0);
	return { simulator, url };
}

test("an address becomes a piece of alerts.yaml, without a key in it", async () => {
	const { url } = await node();
	const words = ["discover", "--url", `${url}/`, "--key-from", "K", "--admin-key-from", "A", "--name", "deploy"];
	const { code, stdout, stderr } = await run(words, { env: { K: KEY, A: ADMIN } });
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	expect(stdout).toContain(`# ${url}: a deployer node (deployer-1), version 14.3.1\n`);
	expect(stdout).toContain(`  deploy:\n    url: "${url}"\n    api_key: "\${K}"\n    admin_key: "\${A}"\n`);
	expect(stdout).toContain("  - use: unified-monitoring\n    on: { role: deployer }\n");
	expect(stdout).not.toContain(KEY);
});

test("the piece is a whole configuration in an empty folder, also for a node of which nothing is known", async () => {
	const { url, simulator } = await node();
	const valid = async (piece: string) => {
		const file = join(aFolder(), "alerts.yaml");
		writeFileSync(file, `${piece}routes: [{ to: [] }]\n`);
		return await run(["validate", "-c", file], { env: { K: KEY } });
	};
	const found = await run(["discover", "--url", url, "--key-from", "K"], { env: { K: KEY } });
	expect(await valid(found.stdout)).toMatchObject({ code: 0, stderr: "" });
	await simulator.faults.set({ fault: "gateway" });
	const hidden = await run(["discover", "--url", url, "--key-from", "K"], { env: { K: KEY } });
	expect(hidden.stdout).toContain("Needs an answer of the node itself");
	expect(await valid(hidden.stdout)).toMatchObject({ code: 0, stderr: "" });
});

test("on the host of DSS the checks that look there are proposed", async () => {
	const { url } = await node();
	const folder = aFolder();
	const words = ["discover", "--url", url, "--data-dir", folder];
	expect(await run(words)).toMatchObject({ code: 64, stderr: expect.stringContaining("no install.ini") });
	writeFileSync(join(folder, "install.ini"), "[general]\nnodetype = deployer\n");
	const { stdout } = await run(words);
	expect(stdout).toContain(`    data_dir: "${folder}"\n`);
	expect(stdout).toContain("\n  - use: host-processes\n");
});

test("an instance of the configuration is asked with its own keys; JSON says the same", async () => {
	const { url } = await node();
	const { file } = configured(url, {});
	const piece = await run(["discover", "design", "-c", file]);
	expect(piece.stdout).not.toMatch(/^instances:/m);
	expect(piece.stdout).toContain("\nchecks:\n");
	expect(piece.stdout).toContain("    on: { instance: design }\n");
	const { code, stdout } = await run(["discover", "design", "-c", file, "--json"]);
	const found = JSON.parse(stdout);
	expect(code).toBe(1);
	expect(found).toMatchObject({ instance: "design", url, node: { is: "node", role: "deployer" } });
	expect(found.keys.own).toMatchObject({ is: "refused", fault: { code: "key_rejected" } });
	expect(found.checks).toContainEqual(expect.objectContaining({ check: "public-api", lacks: expect.any(String) }));
});

test("the exit code says how far it came", async () => {
	const { url, simulator } = await node();
	expect(await run(["discover", "--url", url])).toMatchObject({ code: 1 });
	await simulator.faults.set({ fault: "gateway" });
	const gateway = await run(["discover", "--url", url, "--key-from", "K"], { env: { K: KEY } });
	expect(gateway.code).toBe(1);
	expect(gateway.stdout).toContain("nginx up, DSS backend down or starting");
	const nobody = await run(["discover", "--url", "http://127.0.0.1:1"]);
	expect(nobody).toMatchObject({ code: 2, stdout: "" });
	expect(nobody.stderr).toContain("nothing answers");
	await simulator.faults.clear();
	const page = await run(["discover", "--url", `${url}/projects/SALES/flow/?x=1`, "--key-from", "K"], {
		env: { K: KEY },
	});
	expect(page).toMatchObject({ code: 0, stdout: expect.stringContaining(`url: "${url}"\n`) });
	expect(await run(["discover"])).toMatchObject({ code: 64 });
	expect(await run(["discover", "--url", url, "--key-from", "NOT_SET"])).toMatchObject({ code: 64 });
	expect(await run(["discover", "--url", "http://me:word@127.0.0.1"])).toMatchObject({ code: 64 });
	expect(await run(["discover", "--url", url, "--name", "a: b"])).toMatchObject({ code: 64 });
});
