import { chmodSync, chownSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeAll } from "../../../src/cli/init/files.ts";
import { aFolder } from "../../support/folder.ts";

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const drafts = (folder: string) => [
	{ path: join(folder, "alerts.env"), text: "KEY=new\n", mode: 0o600 },
	{ path: join(folder, "alerts.yaml"), text: "instances: {}\n", mode: 0o644 },
];

function withUmask(mask: number): void {
	const before = process.umask(mask);
	onTestFinished(() => void process.umask(before));
}

test.each([
	[0o022, "600", "644"],
	[0o077, "600", "600"],
	[0o027, "600", "640"],
])("under umask %o what is said of the modes is true", (mask, environment, configuration) => {
	const folder = aFolder();
	withUmask(mask);
	const written = writeAll(drafts(folder));
	expect(written.map(({ mode }) => mode.toString(8))).toEqual([environment, configuration]);
	expect(written.map(({ path }) => modeOf(path))).toEqual([environment, configuration]);
});

test("what is replaced keeps its mode, but secrets are not left open to everybody", () => {
	const folder = aFolder();
	const [env, yaml] = drafts(folder).map(({ path }) => path) as [string, string];
	for (const path of [env, yaml]) writeFileSync(path, "old\n");
	chmodSync(env, 0o640);
	chmodSync(yaml, 0o664);
	withUmask(0o077);
	writeAll(drafts(folder));
	expect([modeOf(env), modeOf(yaml), readFileSync(env, "utf8")]).toEqual(["640", "664", "KEY=new\n"]);
	chmodSync(env, 0o644);
	writeAll(drafts(folder));
	expect(modeOf(env)).toBe("640");
	expect(readdirSync(folder).sort()).toEqual(["alerts.env", "alerts.yaml"]);
});

// Only root can give a file away.
test.skipIf(process.getuid?.() !== 0)("what is replaced keeps its owner and group", () => {
	const folder = aFolder();
	const path = join(folder, "alerts.env");
	writeFileSync(path, "old\n", { mode: 0o640 });
	chownSync(path, 0, 65_534);
	writeAll(drafts(folder));
	expect(statSync(path)).toMatchObject({ uid: 0, gid: 65_534 });
	expect(modeOf(path)).toBe("640");
});
