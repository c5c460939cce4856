import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../src/cli/exit.ts";
import { markOf, secretFrom } from "../../src/cli/named-secret.ts";
import { runProgram } from "../../src/cli/program.ts";
import { aFolder } from "../support/program.ts";

const PASTED = "dkuaps-Zq81xTfa0000pasted";

function keyFile(text: string): string {
	const path = join(aFolder(), "key");
	writeFileSync(path, text);
	return path;
}

test("a secret is named as a variable or as a file, and the configuration names it in the same way", () => {
	const variable = secretFrom("--key-from", "KEY", { KEY: PASTED });
	expect([variable.value, markOf(variable)]).toEqual([PASTED, "${KEY}"]);
	const path = keyFile(`${PASTED}\n`);
	const file = secretFrom("--key-from", `file:${path}`, {});
	expect([file.value, markOf(file)]).toEqual([PASTED, `\${file:${path}}`]);
});

test.each([
	["the secret itself", PASTED, /^--key-from takes the name of a variable that is set/],
	["a variable that is not set", "NOT_SET", /^--key-from takes the name of a variable that is set/],
	["what every object has", "constructor", /^--key-from takes the name of a variable that is set/],
	["no file", "file:/nonexistent/key", /^--key-from: \/nonexistent\/key cannot be read/],
	["an empty file", `file:${keyFile("\n")}`, / is empty$/],
])("%s is refused, and not repeated where it may be a secret", (_what, where, message) => {
	const attempt = () => secretFrom("--key-from", where, {});
	expect(attempt).toThrow(UserError);
	expect(attempt).toThrow(message);
	expect(attempt).not.toThrow(PASTED);
});

test.each([` ${PASTED}`, `${PASTED} `, `${PASTED}\n`, `\t${PASTED}`])(
	"blanks and line breaks around a secret are told before DSS refuses it: %j",
	(value) => {
		expect(() => secretFrom("--key-from", "K", { K: value })).toThrow("K begins or ends with a blank or a line break");
		expect(() => secretFrom("--key-from", `file:${keyFile(` ${value}\n`)}`, {})).toThrow("begins or ends with a blank");
	},
);

test.each([
	[["discover", "--url", "http://127.0.0.1:9", "--key-from", PASTED]],
	[["discover", "--url", "http://127.0.0.1:9", "--admin-key-from", PASTED]],
])("a key that was pasted where its name belongs is not shown again: %j", async (words) => {
	const said: string[] = [];
	const say = (text: string) => void said.push(text);
	const terminal = { out: say, err: say, isPerson: false, width: 80, paint: (_style: unknown, text: string) => text };
	const io = { terminal, env: {}, onSignal: () => () => {}, exit: () => expect.unreachable() };
	expect(await runProgram(words, io)).toBe(64);
	expect(said.join("\n")).toContain(
		"key-from takes the name of a variable that is set, or file:/path, never the secret",
	);
	expect(said.join("\n")).not.toContain(PASTED);
});

test("a secret comes from a variable, or from a file without the line break at its end", () => {
	expect(secretFrom("--key-from", "K", { K: "a-key" })).toEqual({ kept: "variable", name: "K", value: "a-key" });
	const path = join(aFolder(), "key");
	writeFileSync(path, "a-key\n");
	expect(secretFrom("--key-from", `file:${path}`, {})).toEqual({ kept: "file", path, value: "a-key" });
});

test.each([" a-key", "a-key ", "a-key\n", "\ta-key"])(
	"blanks and line breaks around it are told before DSS refuses it: %j",
	(value) => {
		expect(() => secretFrom("--key-from", "K", { K: value })).toThrow("K begins or ends with a blank or a line break");
		const path = join(aFolder(), "key");
		writeFileSync(path, ` ${value}\n`);
		expect(() => secretFrom("--key-from", `file:${path}`, {})).toThrow("begins or ends with a blank");
	},
);

test("what is not set is not repeated, it may be the secret itself", () => {
	expect(() => secretFrom("--key-from", "the-key-itself", {})).toThrow(/^(?!.*the-key-itself)/);
});
