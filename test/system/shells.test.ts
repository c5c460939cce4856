import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { manPage } from "../../build/man.ts";
import { aFolder } from "../support/program.ts";

const MAIN = resolve(import.meta.dirname, "../../src/main.ts");
const TYPIST = resolve(import.meta.dirname, "type_in_shell.py");

/** A folder with `dss-probe` on the path, a configuration, and a file. */
let folder: string;

beforeAll(() => {
	folder = aFolder();
	mkdirSync(join(folder, "bin"));
	writeFileSync(join(folder, "bin/dss-probe"), `#!/bin/sh\n${process.execPath} ${MAIN} "$@"\ntouch "$HOME/answered"\n`);
	chmodSync(join(folder, "bin/dss-probe"), 0o755);
	writeFileSync(
		join(folder, "alerts.yaml"),
		"instances: { design: { url: '${UNSET}' }, deployer: {} }\nchecks: [public-api]\nchannels: { 'ops-mail': {} }\n",
	);
	writeFileSync(join(folder, "my-alerts.yaml"), "");
});

/** How each shell is started without anybody's settings, and given the script. */
const SHELLS = {
	bash: { start: ["bash", "--norc", "--noprofile", "-i"], load: "source <(dss-probe completion bash)" },
	zsh: {
		start: ["zsh", "-f", "-i"],
		load: "autoload -U compinit && compinit -u -D && source <(dss-probe completion zsh)",
	},
	fish: { start: ["fish", "--no-config", "-i"], load: "dss-probe completion fish | source" },
} as const;

describe.each(Object.entries(SHELLS))("%s", (shell, { start, load }) => {
	/** What stands on the line after `typed` and the tab key. */
	function afterTab(...typed: readonly string[]): readonly string[] {
		const env = { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, HOME: folder, TERM: "dumb", LC_ALL: "C.UTF-8" };
		const printed = execFileSync("/usr/bin/python3", [TYPIST, JSON.stringify(start), load, ...typed], {
			cwd: folder,
			env,
		});
		return JSON.parse(printed.toString()) as readonly string[];
	}

	test("completes verbs, options, names of the configuration, labels and files", () => {
		expect(
			afterTab(
				"valid",
				"silence en",
				"validate --js",
				"ack des",
				"ack design pub",
				"test-notify op",
				"silence add instance=des",
				"validate -c my-",
			),
		).toEqual([
			["validate"],
			["silence", "end"],
			["validate", "--json"],
			["ack", "design"],
			["ack", "design", "public-api"],
			["test-notify", "ops-mail"],
			["silence", "add", "instance=design"],
			["validate", "-c", "my-alerts.yaml"],
		]);
	});

	test("the script is one that the shell reads without a word", () => {
		const script = execFileSync(process.execPath, [MAIN, "completion", shell]);
		const file = join(folder, `completion.${shell}`);
		writeFileSync(file, script);
		const read = shell === "fish" ? "--no-execute" : "-n";
		expect(execFileSync(shell, [read, file], { encoding: "utf8" })).toBe("");
	});
});

test("neither mandoc nor groff finds anything wrong with the manual page", () => {
	const page = manPage("2026-01-05");
	const lint = (command: string, args: readonly string[]) =>
		execFileSync(command, args, { input: page, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
	expect(lint("mandoc", ["-T", "lint", "-W", "style"])).toBe("");
	expect(lint("groff", ["-man", "-ww", "-z", "-T", "utf8"])).toBe("");
});
