import { chmodSync, chownSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { judgeSecretFile, secretFiles, secretsExamination } from "../../src/examine/config-secrets.ts";
import type { Patient } from "../../src/examine/patient.ts";
import { aFolder } from "../support/folder.ts";

const signal = new AbortController().signal;

test.each([
	[0o600, undefined],
	[0o400, undefined],
	[0o640, "warning"],
	[0o644, "critical"],
	[0o604, "critical"],
])("a file with a secret and mode %o", (mode, level) => {
	const path = join(aFolder(), "key");
	writeFileSync(path, "a-secret-key");
	chmodSync(path, mode);
	const { uid, gid } = statSync(path);
	expect(judgeSecretFile(path, { mode, uid, gid }, { uid, gid: gid + 1 })?.level).toBe(level);
});

test("root's file that the group of the service may read is as it should be", () => {
	const stat = { mode: 0o100640, uid: 0, gid: 33 };
	expect(judgeSecretFile("/etc/x", stat, { uid: 7, gid: 33 })).toBeUndefined();
	expect(judgeSecretFile("/etc/x", { ...stat, uid: 7 }, { uid: 7, gid: 33 })).toBeUndefined();
	expect(judgeSecretFile("/etc/x", stat, { uid: 7, gid: 34 })).toMatchObject({
		level: "warning",
		seen: "/etc/x holds secrets, and group 33 may read it (mode 640)",
	});
	expect(judgeSecretFile("/etc/x", { ...stat, uid: 5 }, { uid: 7, gid: 33 })?.level).toBe("warning");
});

test.skipIf(process.getuid?.() !== 0)("to root the group of the service is that of its store", async () => {
	const folder = aFolder();
	const [file, key, path] = ["alerts.yaml", "key", "dss-probe.db"].map((name) => join(folder, name)) as [
		string,
		string,
		string,
	];
	writeFileSync(key, "a-secret-key-of-root");
	chmodSync(key, 0o640);
	chownSync(key, 0, 4_711);
	writeFileSync(path, "");
	const patient = {
		...{ file, read: new Map([[key, "a-secret-key-of-root"]]), machine: { uid: 0, gid: 0 } },
		config: { secrets: ["a-secret-key-of-root"], store: { path } },
		daemon: () => Promise.resolve({ result: "nobody" }),
	} as unknown as Patient;
	const examined = async () => (await secretsExamination(patient).examine(signal)).map(({ level }) => level);
	expect(await examined()).toEqual(["warning"]);
	chownSync(path, 4_711, 4_711);
	expect(await examined()).toEqual(["ok"]);
	rmSync(path);
	expect(await examined()).toEqual(["warning"]);
	chownSync(folder, 4_711, 4_711);
	expect(await examined()).toEqual(["ok"]);
});

test("files with secrets are known by what stands in them", () => {
	const read = new Map([
		["alerts.yaml", 'api_key: "the-inline-key"'],
		["checks/a.yaml", "name: a"],
		["/run/key", "the-file-key\n"],
		["more.yaml", "url: https://hook.example/a-path"],
		["/etc/ca.pem", "-----BEGIN CERTIFICATE-----"],
	]);
	const environments = new Map([
		["/etc/env", "export DSS_API_KEY=another\n"],
		["/etc/other.env", "LANG=C\n# DSS_API_KEY=\n"],
		["/etc/value.env", "X=the-inline-key\n"],
		["/run/key", "the-file-key\n"],
	]);
	expect(
		secretFiles(read, environments, [
			"the-inline-key",
			"the-file-key",
			"short",
			"BEGIN",
			"https://hook.example/a-path",
		]),
	).toEqual(["alerts.yaml", "/run/key", "/etc/env", "/etc/value.env"]);
});
