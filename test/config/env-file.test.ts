import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { envFileOf, envLine, readEnvFile } from "../../src/config/env-file.ts";
import { loadConfig } from "../../src/config/load.ts";
import { formatProblems } from "../../src/config/problems.ts";
import { memoryDisk } from "../support/config.ts";

test.each([
	["A=b", { A: "b" }],
	["export A=b", { A: "b" }],
	["  A=b  ", { A: "b" }],
	["# A=b\n\nB=c\r\n", { B: "c" }],
	["A=", { A: "" }],
	["A=b=c", { A: "b=c" }],
	["A=https://x.example/?a=1&b=2#c", { A: "https://x.example/?a=1&b=2#c" }],
	["A='b c\\d$e'", { A: "b c\\d$e" }],
	['A="b \\" \\\\ \\$ \\` \\n"', { A: 'b " \\ $ ` \\n' }],
	["A=b\nA=c", { A: "c" }],
])("%j sets what a shell and systemd make of it", (text, values) => {
	expect(readEnvFile(text)).toEqual({ values, wrong: [] });
});

test.each(["A b", "1A=b", "=b", "A='b", 'A="b', 'A="b"c', "A='b' 'c'", 'A="$B"', "A=b'c", "A=b\\c"])(
	"%j is refused, and its value is not repeated",
	(text) => {
		const { values, wrong } = readEnvFile(`OK=1\n${text}\n`);
		expect(values).toEqual({ OK: "1" });
		expect(wrong).toEqual([
			{ line: 2, message: expect.stringMatching(/^(this is no NAME=value|the value of A is not)/) },
		]);
	},
);

const value = fc.string({
	unit: fc.oneof(fc.constantFrom(..."'\"\\$` #=&;é"), fc.string({ minLength: 1, maxLength: 1 })),
});

test("what is written is read again", () => {
	fc.assert(
		fc.property(
			value.filter((text) => !/\p{Cc}/u.test(text)),
			(text) => {
				expect(readEnvFile(envLine("NAME", text))).toEqual({ values: { NAME: text }, wrong: [] });
			},
		),
		{ numRuns: 200 },
	);
});

test("what no line can hold is refused", () => {
	expect(() => envLine("NAME", "a\nB=c")).toThrow("the value of NAME has a control character");
});

test("it lies beside the configuration, under its name", () => {
	expect(["alerts.yaml", "/etc/p/my.yml", "x"].map(envFileOf)).toEqual(["alerts.env", "/etc/p/my.env", "x.env"]);
});

describe("a configuration takes from the file beside it what the environment lacks", () => {
	const text = `instances: { a: { url: "https://a.example.com", api_key: "\${KEY}" } }\nchecks: [c]\nroutes: [{ to: [] }]\n`;
	const check = `name: c\nsummary: s.\nprobe: { kind: http, path: / }\nevery: 30s\nexpect: [{ that: "status == 200", else: critical }]\n`;
	const load = (env: Record<string, string>, beside?: string) => {
		const files = { "/etc/p/alerts.yaml": text, "/etc/p/checks/c.yaml": check };
		const disk = memoryDisk({ ...files, ...(beside !== undefined && { "/etc/p/alerts.env": beside }) });
		return loadConfig("/etc/p/alerts.yaml", { env, disk });
	};
	const keyOf = (loaded: ReturnType<typeof load>) =>
		loaded.ok ? loaded.config.instances.get("a")?.apiKey?.reveal() : formatProblems(loaded.problems);

	test("and what the environment has counts", () => {
		expect(keyOf(load({}, "KEY=from-the-file"))).toBe("from-the-file");
		expect(keyOf(load({ KEY: "from-outside" }, "KEY=from-the-file"))).toBe("from-outside");
		expect(load({}, "KEY=from-the-file")).toMatchObject({ config: { secrets: ["from-the-file"] } });
	});

	test("what neither has is told, and so is a line that cannot be read", () => {
		expect(keyOf(load({}))).toContain(`\${KEY} is not set in the environment`);
		expect(keyOf(load({}, "OTHER=1"))).toContain(`\${KEY} is set neither in the environment nor in /etc/p/alerts.env`);
		expect(keyOf(load({}, "KEY='s3cret"))).toMatch(/^\/etc\/p\/alerts\.env:1:1: the value of KEY is not in order/);
		expect(keyOf(load({}, "KEY='s3cret"))).not.toContain("s3cret");
	});
});
