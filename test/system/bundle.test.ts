import { execFile } from "node:child_process";
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../build/bundle.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** The package as it lies on a machine of its own: no sources, no node_modules. */
let folder: string;
let server: Server;
let config: string;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "dss-probe-build-"));
	await bundle(join(folder, "dist"));
	for (const part of ["package.json", "checks"]) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
	server = createServer((request, response) => {
		response.setHeader("content-type", "application/json").end(request.method === "GET" ? '{"dssVersion":"14"}' : "");
	});
	await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
	config = join(folder, "alerts.yaml");
	writeFileSync(
		config,
		`instances: { design: { url: "http://127.0.0.1:${(server.address() as AddressInfo).port}" } }
checks: [get-configuration]
channels: { ops: { type: email, smtp: "smtp://127.0.0.1:9", from: a@x.test, to: [b@x.test] } }
routes: [{ to: [ops] }]
store: probe.db
`,
	);
});

afterAll(() => {
	server?.close();
	if (folder) rmSync(folder, { recursive: true, force: true });
});

interface Ran {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs the bundle as Zabbix would: with no home and nothing in the environment. */
async function run(args: readonly string[], env: Record<string, string> = {}, node = process.execPath): Promise<Ran> {
	const given = { HOME: "/nonexistent", TMPDIR: folder, ...env };
	try {
		const output = await promisify(execFile)(node, [join(folder, "dist/main.js"), ...args], { env: given });
		return { code: 0, ...output };
	} catch (error) {
		return error as Ran;
	}
}

test("the bundle knows its version", async () => {
	const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
	expect(await run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("the bundle validates, and finds the checks that are shipped beside it", async () => {
	const { code, stdout } = await run(["validate", "-c", config]);
	expect(stdout).toContain("design/get-configuration");
	expect(code).toBe(0);
});

test("the bundle answers Zabbix in one line, also the second time, from compiled code that was kept", async () => {
	// How fast it is is measured elsewhere: a machine may be busy here.
	const ask = () => run(["zabbix", "get", "design", "get-configuration", "-c", config, "--deadline", "20s"]);
	expect(await ask()).toEqual({ code: 0, stdout: "0\n", stderr: "" });
	const kept = readdirSync(folder).filter((name) => name.startsWith("dss-probe-"));
	expect(kept).toHaveLength(1);
	expect(existsSync(join(folder, kept[0] as string, "questions"))).toBe(true);
	expect(await ask()).toEqual({ code: 0, stdout: "0\n", stderr: "" });
});

test("the bundle answers Zabbix where nothing can be kept", async () => {
	const asked = ["zabbix", "get", "design", "get-configuration", "status", "-c", config];
	expect(await run(asked, { TMPDIR: "/proc/nowhere" })).toEqual({ code: 0, stdout: "200\n", stderr: "" });
});

test("the bundle looks at every check once and keeps what it saw", async () => {
	const { code, stdout } = await run(["--once", "-c", config]);
	expect(stdout).toMatch(/OK\s+design\/get-configuration/);
	expect(code).toBe(0);
	expect(existsSync(join(folder, "probe.db"))).toBe(true);
});

test("the libraries that deliver are loaded from the bundle, too", async () => {
	const { code, stdout } = await run(["test-notify", "-c", config]);
	expect(stdout).toMatch(/FAILED\s+ops\s+email\s+.*ECONNREFUSED/);
	expect(code).toBe(2);
});

test("nothing that is started often needs what only some verbs use", () => {
	const names = readdirSync(join(folder, "dist"));
	const check = readFileSync(join(folder, "dist", names.find((name) => name.startsWith("check-")) as string), "utf8");
	for (const library of ["fastify", "nodemailer", "pino"]) expect(check).not.toMatch(new RegExp(`from"./${library}`));
	expect(names.filter((name) => /^(?:fastify|nodemailer|pino)/.test(name)).length).toBe(3);
});

test("an answer for Zabbix loads two files of its own and no library", () => {
	const dist = join(folder, "dist");
	const names = readdirSync(dist);
	const loaded = new Set<string>();
	const load = (name: string): void => {
		if (loaded.has(name)) return;
		loaded.add(name);
		const text = readFileSync(join(dist, name), "utf8");
		for (const [, next = ""] of text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) load(next);
	};
	load(names.find((name) => name.startsWith("questions-")) as string);
	expect([...loaded].map((name) => name.replace(/-.*/, ""))).toEqual(["questions", "rolldown"]);
	const bytes = [...loaded].reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);
	expect(bytes).toBeLessThan(25_000);
});

test("a look of its own reads no YAML once all of it is known, checks of one's own included", async () => {
	const own = join(folder, "own");
	const yaml = readdirSync(join(folder, "dist")).filter((name) => name.startsWith("yaml-"));
	expect(yaml.length).toBeGreaterThan(0);
	mkdirSync(join(own, "checks"), { recursive: true });
	writeFileSync(
		join(own, "checks/front.yaml"),
		"name: front\nsummary: It answers.\nprobe: { kind: http, path: / }\nevery: 30s\n",
	);
	const alerts = join(own, "alerts.yaml");
	writeFileSync(alerts, readFileSync(config, "utf8").replace("[get-configuration]", "[get-configuration, front]"));
	const ask = (check: string) => run(["zabbix", "get", "design", check, "status", "-c", alerts]);
	// What was written just now proves nothing yet.
	await new Promise((resolve) => setTimeout(resolve, 2_100));
	expect(await ask("front")).toMatchObject({ stdout: "200\n" });
	for (const name of yaml) renameSync(join(folder, "dist", name), join(folder, "dist", `${name}.away`));
	try {
		for (const check of ["front", "get-configuration"]) expect(await ask(check)).toMatchObject({ stdout: "200\n" });
		writeFileSync(join(own, "checks/front.yaml"), "name: front\n");
		expect((await ask("front")).stdout).toContain("yaml-");
	} finally {
		for (const name of yaml) renameSync(join(folder, "dist", `${name}.away`), join(folder, "dist", name));
	}
	expect((await ask("front")).stdout).toContain("checks/front.yaml:1");
});

test.skipIf(!existsSync("/usr/bin/node"))("an older Node is told what is missing, in one line", async () => {
	const { stdout } = await promisify(execFile)("/usr/bin/node", ["--version"]);
	if (Number(stdout.slice(1).split(".")[0]) >= 24) return;
	const ran = await run(["zabbix", "get", "design", "get-configuration"], {}, "/usr/bin/node");
	expect(ran.stderr).toBe(`dss-probe needs Node 24 or newer; this is Node ${stdout.trim().slice(1)}\n`);
	expect(ran.code).toBe(69);
	const plugin = await run(["nagios", "design", "get-configuration"], {}, "/usr/bin/node");
	expect(plugin).toMatchObject({ code: 3, stdout: `DSS UNKNOWN - ${ran.stderr}`, stderr: "" });
});

test("a plugin of which a part is missing is UNKNOWN, not the WARNING that Node ends with", async () => {
	const broken = mkdtempSync(join(folder, "broken-"));
	cpSync(join(folder, "dist"), join(broken, "dist"), { recursive: true });
	const chunk = readdirSync(join(broken, "dist")).find((name) => name.startsWith("nagios-")) as string;
	rmSync(join(broken, "dist", chunk));
	const ran = await promisify(execFile)(process.execPath, [join(broken, "dist/main.js"), "nagios", "design"], {
		env: { TMPDIR: folder },
	}).catch((error: Ran) => error);
	expect(ran).toMatchObject({
		code: 3,
		stdout: expect.stringMatching(/^DSS UNKNOWN - dss-probe failed: .*Cannot find module .*\n$/),
		stderr: "",
	});
});
