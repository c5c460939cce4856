import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { type Authority, makeAuthority } from "../support/certificates.ts";
import { answer, faultServer } from "../support/fault-server.ts";
import { answering, closedPort, httpReceiver } from "../support/http-receiver.ts";
import { aDss, aFolder, mustHoldNoSecret, run, SECRETS } from "../support/program.ts";

const MAIN = resolve(import.meta.dirname, "../../src/main.ts");
const CLERK = resolve(import.meta.dirname, "answer_questions.py");

const authority: Authority = makeAuthority();
afterAll(() => authority.close());

async function aReceiver() {
	const receiver = await httpReceiver(answering(204));
	onTestFinished(() => receiver.close());
	return { receiver, url: `http://127.0.0.1:${receiver.port}/${SECRETS.SLACK_PATH}` };
}

/** Runs `dss-probe init` in a pseudo terminal and answers its questions. */
async function converse(folder: string, pairs: readonly (readonly [string, string])[], words: readonly string[] = []) {
	const command = [CLERK, JSON.stringify(pairs), process.execPath, MAIN, "init", "--listen", "127.0.0.1:0", ...words];
	const env = { PATH: process.env["PATH"], HOME: "/nonexistent", TZ: "UTC" };
	const { stdout } = await promisify(execFile)("python3", command, { cwd: folder, env });
	const { shown, code } = JSON.parse(stdout) as { shown: string; code: number };
	mustHoldNoSecret(shown);
	return { shown: stripVTControlCharacters(shown).replace(/\s+/g, " "), code };
}

/** A server with TLS behind which there is nothing. */
async function secured(names = "IP:127.0.0.1"): Promise<string> {
	const tls = authority.issue(names);
	const body = answer("200 OK", "{}", { "content-type": "application/json" });
	const server = await faultServer(body, { tls });
	onTestFinished(() => server.close());
	return server.url;
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("on a terminal", () => {
	test("it asks, tries each answer at once, asks again for what is wrong, and writes what works", async () => {
		const { url } = await aDss();
		const { receiver, url: hook } = await aReceiver();
		const folder = aFolder();
		const refused = await closedPort();
		const untrusted = await secured();
		writeFileSync(join(folder, "ca.pem"), authority.ca);
		const { shown, code } = await converse(folder, [
			["Address of the DSS node: ", `http://127.0.0.1:${refused}`],
			["[http://127.0.0.1:", untrusted],
			["PEM file of your own authority", "nothing.pem"],
			["PEM file of your own authority", ""],
			["Address (Enter: this again)", `${url}/projects/DKU/`],
			["API key (not shown", "no-such-key-000000"],
			["API key (not shown", SECRETS.DSS_KEY],
			["Key with admin rights", ""],
			["Name for this node [design]: ", "prod design"],
			["Name for this node [design]: ", "prod"],
			["Tell people by mail, slack, webhook", "pigeon"],
			["Tell people by mail, slack, webhook", "webhook"],
			["Address that gets a POST", hook],
			["Send a test message now? y/n [y]: ", ""],
		]);
		for (const said of [
			"connection refused",
			"nothing.pem cannot be read: there is no such file or folder",
			"API key rejected, DSS is up",
			"a design node",
			'"prod design" is no name',
			"one or more of: mail, slack, webhook",
			"SENT hook webhook HTTP 204",
		])
			expect(shown).toContain(said);
		expect(shown).toMatch(/TLS certificate.*authority/);
		expect(shown).not.toContain("no-such-key-000000");
		expect(code).toBe(0);
		expect(receiver.requests).toHaveLength(1);
		expect(readdirSync(folder).toSorted()).toEqual(["alerts.env", "alerts.yaml", "ca.pem"]);
		expect([modeOf(join(folder, "alerts.env")), modeOf(join(folder, "alerts.yaml"))]).toEqual(["600", "644"]);
		const written = readFileSync(join(folder, "alerts.yaml"), "utf8");
		mustHoldNoSecret(written);
		expect(written).toContain(`url: "${url}"`);
		expect(readFileSync(join(folder, "alerts.env"), "utf8")).toContain(`DSS_API_KEY='${SECRETS.DSS_KEY}'\n`);

		// It is read by those who run it, without a variable set, and by a shell.
		const valid = await run(["validate"], { cwd: folder });
		expect(valid).toMatchObject({ code: 0, stderr: "" });
		const shell = await promisify(execFile)("sh", ["-c", "set -a; . ./alerts.env; echo $DSS_API_KEY"], { cwd: folder });
		expect(shell.stdout).toBe(`${SECRETS.DSS_KEY}\n`);

		// A second time nothing is replaced without a yes.
		const again = await converse(folder, [["alerts.yaml is there already: replace it? y/n [n]: ", ""]]);
		expect(again).toMatchObject({ code: 69, shown: expect.stringContaining("Nothing was written.") });
		expect(readFileSync(join(folder, "alerts.yaml"), "utf8")).toBe(written);
	}, 60_000);

	test.each([
		["at the first question", [["Address of the DSS node: ", "^C"]]],
		[
			"while a secret is typed",
			[
				["Address of the DSS node: ", "URL"],
				["API key (not shown", "^C"],
			],
		],
	] as const)("Ctrl-C %s leaves nothing behind", async (_when, pairs) => {
		const { url } = await aDss();
		const folder = aFolder();
		const given = pairs.map(([question, typed]) => [question, typed === "URL" ? url : typed] as const);
		const { code, shown } = await converse(folder, given);
		expect({ code, shown }).toEqual({ code: 130, shown: expect.stringContaining("Nothing was written.") });
		expect(readdirSync(folder)).toEqual([]);
	});
});

describe("without a terminal", () => {
	const flags = (url: string) => ["init", "--url", url, "--key-from", "DSS_KEY", "--listen", "127.0.0.1:0"];

	test("and without an address it says at once what to give", async () => {
		const folder = aFolder();
		const { code, stdout, stderr } = await run(["init"], { cwd: folder });
		expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
		for (const flag of ["--url", "--key-from", "--webhook-url-from", "--mail-to", "--yes"])
			expect(stderr).toContain(flag);
		expect(readdirSync(folder)).toEqual([]);
	});

	test("flags give all answers, and a secret in a file stays there", async () => {
		const { url } = await aDss();
		const { receiver, url: hook } = await aReceiver();
		const folder = aFolder();
		writeFileSync(join(folder, "key"), `${SECRETS.DSS_KEY}\n`, { mode: 0o600 });
		const words = ["--key-from", "file:key", "--webhook-url-from", "HOOK_URL", "--name", "prod", "--yes"];
		const more = ["--mail-to", "a@ci.test,b@ci.test", "--smtp-from", "smtp://127.0.0.1:9"];
		const given = [...flags(url), ...words, ...more, "my.yaml"];
		const { code, stdout, stderr } = await run(given, { cwd: folder, env: { HOOK_URL: hook } });
		// The mail server is none, and the exit code says so.
		expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("accepted: it is that of") });
		expect(stdout).toContain("Written: my.yaml (mode 0644), my.env (mode 0600).");
		expect(stdout).toMatch(/prod\/get-configuration +every 30 s +at most 1 min/);
		expect(stdout).toMatch(/FAILED +mail[\s\S]*SENT +hook/);
		expect(receiver.requests).toHaveLength(1);
		const text = readFileSync(join(folder, "my.yaml"), "utf8");
		expect(text).toContain(`api_key: "\${file:${join(folder, "key")}}"`);
		expect(text).toContain(`to: ["a@ci.test", "b@ci.test"]`.replaceAll('"', ""));
		expect(readFileSync(join(folder, "my.env"), "utf8")).not.toContain(SECRETS.DSS_KEY);
		expect(await run(["validate", "-c", "my.yaml"], { cwd: folder })).toMatchObject({ code: 0, stderr: "" });

		expect(await run(given, { cwd: folder, env: { HOOK_URL: hook } })).toMatchObject({
			code: 69,
			stderr: expect.stringContaining(
				"my.yaml is there already: replace it; --force allows to change it.".slice(0, 24),
			),
		});
		// What somebody has added to the secrets stays.
		writeFileSync(join(folder, "my.env"), "OTHER=1\nHOOK_URL=old\n", { mode: 0o600 });
		expect((await run([...given, "--force"], { cwd: folder, env: { HOOK_URL: hook } })).code).toBe(2);
		expect(readFileSync(join(folder, "my.env"), "utf8")).toBe(`OTHER=1\nHOOK_URL=${hook}\n`);
	}, 30_000);

	test("--dry-run prints the file and writes none", async () => {
		const { url } = await aDss();
		const folder = aFolder();
		const { code, stdout, stderr } = await run([...flags(url), "--dry-run"], { cwd: folder });
		expect({ code, out: stdout.split("\n")[0] }).toEqual({
			code: 0,
			out: expect.stringMatching(/^# yaml-language-server/),
		});
		expect(stdout).toContain("  - use: get-configuration\n");
		expect(stderr).toContain("alerts.env would keep: DSS_KEY. Nothing was written.");
		expect(readdirSync(folder)).toEqual([]);
	});

	test("what is wrong is told in the words of the examination, and nothing is written", async () => {
		const { url, faults } = await aDss();
		const folder = aFolder();
		const untrusted = await secured();
		const page = await httpReceiver(answering(200, "<html>Sign in</html>", { "content-type": "text/html" }));
		onTestFinished(() => page.close());
		const refused = `http://127.0.0.1:${await closedPort()}`;
		const told = async (...words: readonly string[]) => {
			const { code, stdout, stderr } = await run(words, { cwd: folder });
			expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
			expect(stderr).toContain("Nothing was written.");
			return stderr;
		};
		const [closed, ca, login] = await Promise.all([
			told(...flags(refused)),
			told(...flags(untrusted)),
			told(...flags(`http://127.0.0.1:${page.port}`)),
		]);
		expect(closed).toContain("connection: nginx down (connection refused)");
		expect(ca).toMatch(/^TLS: .*authority/m);
		expect(login).toMatch(/^backend: .*(login page|proxy)/m);
		await faults.set({ fault: "key_revoked" });
		expect(await told(...flags(url))).toContain("API key: API key rejected, DSS is up");
		expect(existsSync(join(folder, "alerts.yaml"))).toBe(false);
	}, 30_000);

	test("a secret in the place of its name is not repeated", async () => {
		const { code, stderr } = await run(["init", "--url", "http://127.0.0.1:9", "--key-from", SECRETS.DSS_KEY]);
		expect(code).not.toBe(0);
		expect(stderr).not.toContain(SECRETS.DSS_KEY);
	});
});
