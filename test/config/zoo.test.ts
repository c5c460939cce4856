import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatProblems } from "../../src/config/problems.ts";
import type { Loaded } from "../../src/config/read.ts";
import { EXAMPLE_ENV, loadExample } from "../support/config.ts";

/** Examples of a folder, each with its expected text in a file of the same name. */
function examplesIn(folder: string): readonly (readonly [name: string, expected: string])[] {
	const path = join(import.meta.dirname, folder);
	return readdirSync(path)
		.filter((name) => !name.endsWith(".txt"))
		.map((name) => [name, readFileSync(join(path, `${name.replace(/\.yaml$/, "")}.txt`), "utf8")] as const);
}

function told(folder: string, loaded: Loaded): string {
	const problems = loaded.ok ? loaded.config.warnings : loaded.problems;
	return `${formatProblems(problems).replaceAll(`test/config/${folder}/`, "")}\n`;
}

const bad = examplesIn("bad");
const warned = examplesIn("warned");
const load = (folder: string, name: string) => loadExample(join(import.meta.dirname, folder), name);

describe("a mistake is refused with its place", () => {
	test("and there are many kinds of mistakes", () => expect(bad.length).toBeGreaterThan(100));

	test.for(bad)("%s", ([name, expected]) => {
		const loaded = load("bad", name);
		expect(loaded.ok).toBe(false);
		expect(told("bad", loaded)).toBe(expected);
	});
});

describe("something doubtful is accepted with a warning", () => {
	test.for(warned)("%s", ([name, expected]) => {
		const loaded = load("warned", name);
		expect(loaded.ok).toBe(true);
		expect(told("warned", loaded)).toBe(expected);
	});
});

test("no message repeats a secret, filled in or written out", () => {
	const all = [...bad, ...warned].map(([, expected]) => expected).join("");
	expect(all).not.toContain(EXAMPLE_ENV.API_KEY);
	expect(all).not.toContain("hunter2");
});

describe("what is in order is accepted", () => {
	test("every option at least once", () => {
		const loaded = load("good", "everything.yaml");
		expect(told("good", loaded)).toBe("\n");
	});

	test("aliases and the words of YAML 1.1", () => {
		const loaded = load("good", "anchors.yaml");
		expect(told("good", loaded)).toBe("\n");
		expect(loaded.ok && loaded.config.checks.map(({ key }) => key)).toEqual(["a/boot", "b/boot"]);
	});

	test("no channels where another system asks, with a warning", () => {
		const loaded = load("good", "zabbix-only.yaml");
		expect(loaded.ok).toBe(true);
		expect(told("good", loaded)).toContain("there are no routes: nobody is told of anything");
	});
});
