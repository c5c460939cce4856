import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
const NPM = { ...process.env, npm_config_audit: "false", npm_config_fund: "false", npm_config_loglevel: "error" };
const PARTS = ["src", "build", "checks", "schema", "deploy", "alerts.yaml", "package.json", "README.md", "LICENSE"];

/** The packed program, installed into an empty folder as a user does it. */
export interface Packed {
	readonly home: string;
	readonly tarball: string;
	readonly version: string;
	/** The package as npm has put it. */
	readonly folder: string;
	/** An environment that finds it on the path, and Node 24 as a shell finds it. */
	readonly env: Readonly<Record<string, string>>;
	remove(): void;
}

export async function packed(): Promise<Packed> {
	const home = mkdtempSync(join(tmpdir(), "dss-probe-package-"));
	// Packed from a copy: packing builds dist/, which other tests may be reading.
	const source = join(home, "source");
	for (const part of PARTS) cpSync(join(ROOT, part), join(source, part), { recursive: true });
	symlinkSync(join(ROOT, "node_modules"), join(source, "node_modules"));
	await promisify(execFile)("npm", ["pack", "--pack-destination", home], { cwd: source, env: NPM });
	const tarball = join(home, `dss-probe-${version}.tgz`);
	// Nothing may come from anywhere else: the package stands alone.
	const install = ["install", "--global", "--offline", "--prefix", join(home, "opt"), tarball];
	await promisify(execFile)("npm", install, { cwd: home, env: NPM });
	const path = `${join(home, "opt/bin")}:${dirname(process.execPath)}:/usr/bin:/bin`;
	return {
		home,
		tarball,
		version,
		folder: join(home, "opt/lib/node_modules/dss-probe"),
		env: { PATH: path, HOME: home, TMPDIR: home },
		remove: () => rmSync(home, { recursive: true, force: true }),
	};
}
