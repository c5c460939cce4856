import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { realDisk } from "../../src/config/disk.ts";
import { loadConfig } from "../../src/config/load.ts";
import { holds, recording } from "../../src/config/proof.ts";

/** Far enough from now for any file to be old. */
const LATER = Date.now() + 3_600_000;

function proven() {
	const folder = mkdtempSync(join(tmpdir(), "proof-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const file = join(folder, "a.yaml");
	const checks = join(folder, "checks");
	mkdirSync(checks);
	writeFileSync(file, "one");
	const env: Record<string, string | undefined> = { KEY: "s3cret-of-mine", OTHER: "x" };
	const recorded = recording(realDisk, env);
	recorded.disk.readText(file);
	recorded.disk.list(checks);
	expect(Object.hasOwn(recorded.env, "KEY") && recorded.env["KEY"]).toBe("s3cret-of-mine");
	expect(recorded.env["MISSING"]).toBeUndefined();
	const proof = JSON.parse(JSON.stringify(recorded.proof(LATER, "salt")));
	return { file, checks, env, proof, recorded };
}

function replace(file: string, text: string): void {
	writeFileSync(`${file}.new`, text);
	renameSync(`${file}.new`, file);
}

test("a proof holds as long as nothing that was read has changed, and holds no secret", () => {
	const { env, proof } = proven();
	expect(holds(proof, env)).toBe(true);
	expect(holds(proof, { ...env, OTHER: "y" })).toBe(true);
	expect(JSON.stringify(proof)).not.toContain("s3cret");
});

test.each<[string, (given: ReturnType<typeof proven>) => unknown]>([
	["a file with as many letters", ({ file }) => writeFileSync(file, "two")],
	["a file in its place", ({ file }) => replace(file, "one")],
	["a file that is gone", ({ file }) => rmSync(file)],
	["a file that came", ({ checks }) => writeFileSync(join(checks, "b.yaml"), "")],
	["a folder that is gone", ({ checks }) => rmSync(checks, { recursive: true })],
	["another value", ({ env }) => (env["KEY"] = "s3cret-of-yours")],
	["a value that is gone", ({ env }) => delete env["KEY"]],
	["a value that came", ({ env }) => (env["MISSING"] = "")],
])("%s ends a proof", (_name, change) => {
	const given = proven();
	change(given);
	expect(holds(given.proof, given.env)).toBe(false);
});

test("what was written a moment ago proves nothing: the next change might leave the same traces", () => {
	expect(proven().recorded.proof(Date.now(), "salt")).toBeUndefined();
});

test("a configuration that names a check of the program's own is read as without recording, and proven", () => {
	const folder = mkdtempSync(join(tmpdir(), "proof-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const file = join(folder, "alerts.yaml");
	writeFileSync(
		file,
		'instances: { a: { url: "http://127.0.0.1:9" } }\nchecks: [get-configuration]\nroutes: [{ to: [] }]\n',
	);
	const recorded = recording(realDisk, {});
	expect(loadConfig(file, { env: recorded.env, disk: recorded.disk })).toMatchObject({ ok: true });
	expect(holds(recorded.proof(LATER, "salt"), {})).toBe(true);
});
