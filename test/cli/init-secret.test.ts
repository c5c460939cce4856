import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { secretFrom } from "../../src/cli/init-secret.ts";
import { aFolder } from "../support/folder.ts";

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
