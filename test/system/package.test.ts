import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Packed, packed } from "../support/packed.ts";
import { aDss, configured, SECRETS } from "../support/program.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const BIN = join(ROOT, "node_modules/.bin");
let installed: Packed;
/** An empty folder into which the packed program is installed, as a user does it. */
let home: string;

beforeAll(async () => {
	installed = await packed();
	home = installed.home;
});

afterAll(() => installed.remove());

/** Runs what npm has put on the path, with Node 24 found there as a shell finds it. */
async function run(args: readonly string[], env: Record<string, string> = {}, cwd = home) {
	const given = { ...installed.env, ...env };
	try {
		return { code: 0, ...(await promisify(execFile)("dss-probe", args, { cwd, env: given })) };
	} catch (error) {
		return error as { code: number; stdout: string; stderr: string };
	}
}

test("the package holds what runs, what it ships, how to run it, and nothing else", () => {
	const folder = join(home, "opt/lib/node_modules/dss-probe");
	expect(readdirSync(folder).toSorted()).toEqual(
		["LICENSE", "README.md", "alerts.yaml", "checks", "deploy", "dist", "package.json", "schema"].toSorted(),
	);
	const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
	expect(files.filter((file) => /(?:\.ts|\.map|\.test\.\w+|\.db)$/.test(file))).toEqual([]);
	expect(files).toContain("dist/THIRD-PARTY.txt");
});

test("it brings no other package along: all is in the bundle", () => {
	expect(readdirSync(join(home, "opt/lib/node_modules"))).toEqual(["dss-probe"]);
	expect(existsSync(join(home, "opt/lib/node_modules/dss-probe/node_modules"))).toBe(false);
});

test("the licences of what was bundled are passed on", () => {
	const text = readFileSync(join(home, "opt/lib/node_modules/dss-probe/dist/THIRD-PARTY.txt"), "utf8");
	for (const name of ["undici", "bree", "nodemailer", "fastify", "zod"])
		expect(text).toMatch(new RegExp(`^${name} \\d`, "m"));
	expect(text).toContain("Permission is hereby granted, free of charge");
});

test("nobody can import it by mistake: it is a program, and its schemas are all that can be asked for", async () => {
	const ask = async (name: string) => {
		const code = `process.stdout.write(import.meta.resolve(${JSON.stringify(name)}))`;
		const env = { PATH: dirname(process.execPath) };
		const cwd = join(home, "opt/lib");
		return promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { cwd, env });
	};
	await expect(ask("dss-probe")).rejects.toThrow(/No "exports" main defined|ERR_PACKAGE_PATH_NOT_EXPORTED/);
	expect((await ask("dss-probe/schema/webhook.schema.json")).stdout).toMatch(/schema\/webhook\.schema\.json$/);
});

test("the script that goes to /usr/local/bin starts it with the Node beside it, whatever the environment is", async () => {
	const opt = join(home, "opt");
	const text = readFileSync(join(opt, "lib/node_modules/dss-probe/deploy/dss-probe"), "utf8");
	const script = join(mkdtempSync(join(home, "bin-")), "dss-probe");
	writeFileSync(script, text.replaceAll("/opt/dss-probe", opt), { mode: 0o755 });
	symlinkSync(process.execPath, join(opt, "bin/node"));
	const { stdout } = await promisify(execFile)(script, ["--version"], { cwd: "/", env: {} });
	expect(stdout).toBe(`${installed.version}\n`);
});

test("installed into an empty folder it knows its version and validates a configuration", async () => {
	expect(await run(["--version"])).toEqual({ code: 0, stdout: `${installed.version}\n`, stderr: "" });
	const folder = mkdtempSync(join(home, "etc-"));
	const config = join(folder, "alerts.yaml");
	writeFileSync(
		config,
		`instances: { a: { url: "http://127.0.0.1:9" } }
checks: [get-configuration]
routes: [{ to: [] }]
`,
	);
	const { code, stdout } = await run(["validate", "-c", config]);
	expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("a/get-configuration") });
});

test("it answers Zabbix", async () => {
	const dss = await aDss();
	const { file } = configured(dss.url);
	const ask = ["zabbix", "get", "design", "get-configuration", "status", "-c", file];
	expect(await run(ask, { DSS_KEY: SECRETS.DSS_KEY })).toEqual({ code: 0, stdout: "200\n", stderr: "" });
});

test("where nothing is configured it shows its demonstration and ends cleanly", async () => {
	const { env } = installed;
	const demo = spawn("dss-probe", [], {
		cwd: mkdtempSync(join(home, "empty-")),
		env,
		stdio: ["ignore", "pipe", "pipe"],
	});
	const ended = once(demo, "close");
	let [out, err] = ["", ""];
	demo.stdout.on("data", (part) => {
		out += part;
	});
	demo.stderr.on("data", (part) => {
		err += part;
	});
	try {
		await expect.poll(() => out, { timeout: 15_000 }).toMatch(/DEMONSTRATION/);
		await expect.poll(() => out, { timeout: 20_000 }).toMatch(/SIMULATOR +the DSS backend crashes/);
	} finally {
		demo.kill("SIGTERM");
	}
	expect(await ended).toEqual([0, null]);
	expect(err).toBe("");
});

test("publint finds nothing wrong with the package", async () => {
	const { stdout } = await promisify(execFile)(join(BIN, "publint"), ["run", installed.tarball, "--strict"]);
	expect(stdout).toContain("All good!");
});

test("are-the-types-wrong finds no types, because a program has none", async () => {
	const { stdout } = await promisify(execFile)(join(BIN, "attw"), [installed.tarball, "--format", "json"]);
	expect(JSON.parse(stdout)).toMatchObject({ analysis: { types: false } });
});
