import { chmodSync, copyFileSync, cpSync, linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundle } from "../../build/bundle.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** The package as it lies on a machine of its own, where every account can read it. */
export interface Installed {
	readonly folder: string;
	readonly node: string;
	/** `dist/main.js`. */
	readonly main: string;
	remove(): void;
}

/** Bundles the program into a folder of its own, with the Node that runs the tests beside it. */
export async function install(): Promise<Installed> {
	const folder = mkdtempSync(join(tmpdir(), "dss-probe-installed-"));
	chmodSync(folder, 0o755);
	mkdirSync(join(folder, "bin"));
	const node = join(folder, "bin/node");
	const running = realpathSync(process.execPath);
	// A hundred megabytes: linked where both lie on one disk.
	try {
		linkSync(running, node);
	} catch {
		copyFileSync(running, node);
	}
	await bundle(join(folder, "dist"));
	for (const part of ["package.json", "checks"]) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
	return {
		folder,
		node,
		main: join(folder, "dist/main.js"),
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}
