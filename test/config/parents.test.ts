import fc from "fast-check";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { formatProblems } from "../../src/config/problems.ts";
import { memoryDisk } from "../support/config.ts";

interface Given {
	readonly name: string;
	readonly layer?: string | undefined;
	readonly parents?: readonly string[];
	readonly on?: string;
}

const CHECK = `name: c\nsummary: x\nprobe: { kind: http, path: / }\nevery: 30s\n`;

function load(uses: readonly Given[]) {
	const lines = uses.map(({ name, layer, parents = [], on }) => {
		const labels = layer ? `, labels: { layer: ${layer} }` : "";
		return `  - { use: c, as: ${name}, parents: ${JSON.stringify(parents)}${labels}${on ? `, on: { instance: ${on} }` : ""} }`;
	});
	const text = `instances: { a: { url: "https://a.x" }, b: { url: "https://b.x" } }\nroutes: [{ to: [] }]\nchecks:\n${lines.join("\n")}\n`;
	return loadConfig("/p/alerts.yaml", {
		env: {},
		disk: memoryDisk({ "/p/alerts.yaml": text, "/p/checks/c.yaml": CHECK }),
	});
}

function parentsOf(uses: readonly Given[]): Readonly<Record<string, readonly string[]>> {
	const loaded = load(uses);
	if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
	return Object.fromEntries(loaded.config.checks.map(({ key, parents }) => [key, parents]));
}

test("layers of an instance explain each other from the outside in", () => {
	const parents = parentsOf([
		{ name: "job", layer: "job" },
		{ name: "api", layer: "api" },
		{ name: "back", layer: "backend" },
		{ name: "licence", layer: "detail" },
		{ name: "memory", layer: "machine" },
		{ name: "programs", layer: "host" },
		{ name: "other" },
	]);
	expect(parents).toMatchObject({
		"a/programs": [],
		"a/back": ["a/programs"],
		"a/memory": ["a/programs", "a/back"],
		"a/api": ["a/back"],
		"a/job": ["a/api"],
		"a/licence": ["a/api"],
		"a/other": [],
		"b/job": ["b/api"],
	});
});

test("where a layer has no check the next one outside counts", () => {
	expect(
		parentsOf([
			{ name: "back", layer: "backend" },
			{ name: "job", layer: "job" },
		]),
	).toMatchObject({ "a/job": ["a/back"] });
});

test("named parents come first and are kept; another instance's check may be one", () => {
	const parents = parentsOf([
		{ name: "gate", on: "a" },
		{ name: "back", layer: "backend", parents: ["a/gate"] },
		{ name: "api", layer: "api", parents: ["a/gate", "back"] },
	]);
	expect(parents).toMatchObject({ "b/back": ["a/gate"], "b/api": ["a/gate", "b/back"] });
});

test("a named parent that leads inwards keeps the layer's own from closing a circle", () => {
	const parents = parentsOf([
		{ name: "back", layer: "backend", parents: ["job"], on: "a" },
		{ name: "api", layer: "api", on: "a" },
		{ name: "job", layer: "job", on: "a" },
	]);
	expect(parents).toEqual({ "a/back": ["a/job"], "a/api": ["a/back"], "a/job": [] });
});

test("whatever parents are named, either a circle is told or there is none", () => {
	const names = ["p", "q", "r", "s", "t"];
	const use = fc.record({
		layer: fc.option(fc.constantFrom("backend", "api", "job"), { nil: undefined }),
		parents: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
	});
	fc.assert(
		fc.property(fc.tuple(use, use, use, use, use), (given) => {
			const loaded = load(given.map((one, index) => ({ ...one, name: names[index] as string })));
			if (!loaded.ok) {
				expect(loaded.problems.map(({ message }) => message).join()).toContain("in a circle");
				return;
			}
			const above = new Map(loaded.config.checks.map(({ key, parents }) => [key, parents]));
			for (const start of above.keys()) {
				const seen = new Set(above.get(start));
				for (const key of seen) for (const parent of above.get(key) ?? []) seen.add(parent);
				expect(seen).not.toContain(start);
			}
		}),
		{ numRuns: 150 },
	);
});
