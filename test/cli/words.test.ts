import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { aFolder, run, start } from "../support/program.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

test.each(["--help", "-h"])("%s prints what the program can do, on stdout", async (option) => {
	const { code, stdout, stderr } = await run([option]);
	expect(code).toBe(0);
	expect(stderr).toBe("");
	for (const word of ["validate", "test-notify", "simulate", "zabbix", "--once", "Exit codes"]) {
		expect(stdout).toContain(word);
	}
});

test.each(["--version", "-V"])("%s prints the version and nothing else", async (option) => {
	expect(await run([option])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test.each([
	[["validat"], /unknown command 'validat'; did you mean "validate"\?/],
	[["wtach"], /unknown command 'wtach'; there are: run, validate, /],
	[["--onec"], /unknown option '--onec'.*--once/s],
	[["validate", "--jsno"], /unknown option '--jsno'.*--json/s],
	[["run", "--stop-within", "soon"], /duration such as 10s/],
	[["--log-level", "loud"], /one of debug, info, warn, error/],
	[["simulate"], /required option.*--api-key/],
	[["zabbix", "gte", "design", "boot"], /unknown command 'gte'.*get/s],
])("%j is refused with 64 and a sentence on stderr", async (args, words) => {
	const { code, stdout, stderr } = await run(args);
	expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
	expect(stderr).toMatch(words);
	expect(stderr).not.toMatch(/\n\s+at /);
});

test("a reader that goes away ends the program quietly", async () => {
	const { code, stderr } = await run(["--help"], { shell: '"$@" | head -c 1 >/dev/null; exit "${PIPESTATUS[0]}"' });
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("a configuration file that does not exist is named, with 78", async () => {
	const { code, stderr } = await run(["validate", "-c", "nowhere.yaml"]);
	expect(code).toBe(78);
	expect(stderr).toMatch(/^nowhere\.yaml:1:1: cannot be read: there is no such file/);
});

test("a daemon whose log nobody reads any more goes on watching", async () => {
	const folder = aFolder();
	const daemon = start(["--demo"], { cwd: folder });
	await daemon.until(/DEMONSTRATION/);
	daemon.process.stderr?.destroy();
	await new Promise((resolve) => setTimeout(resolve, 300));
	expect(daemon.process.exitCode).toBe(null);
	daemon.process.kill("SIGTERM");
	expect((await daemon.ended).code).toBe(0);
});
