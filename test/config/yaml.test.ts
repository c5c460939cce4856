import fc from "fast-check";
import { expect, test } from "vitest";
import { readYaml } from "../../src/config/yaml.ts";

const TEXT = `# a comment
a: 1
b:
  - plain text
  - { x: "quoted", 'y': two }
c: &c { d: e }
f: *c
g:
h: >-
  folded
  text
`;

test.for([
	["a", ["a"], 2, 4],
	["an entry of a list", ["b", 0], 4, 5],
	["a value in braces, at its quote", ["b", 1, "x"], 5, 10],
	["behind an alias, where the anchor stands", ["f", "d"], 6, 12],
	["nothing behind a key, at the key", ["g"], 8, 1],
	["a missing key, at what is above it", ["b", 1, "z"], 5, 5],
	["the file", [], 2, 1],
] as const)("the place of %s is known", ([, path, line, column]) => {
	expect(readYaml(TEXT, "x.yaml").place(path)).toMatchObject({ file: "x.yaml", line, column });
});

test("the place of a key is known, and its path is written as people write it", () => {
	expect(readYaml(TEXT, "x.yaml").place(["b", 1, "y"], "key")).toMatchObject({ line: 5, column: 20, path: "b[1].y" });
});

test("letters of a text have places where it is written on one line as it is", () => {
	const file = readYaml(`a: "status == 200"\nb: plain\nc: "tab\\t x"\nd: |\n  block\n`, "x.yaml");
	expect(file.place(["a"], "value", 7)).toMatchObject({ line: 1, column: 12 });
	expect(file.place(["b"], "value", 2)).toMatchObject({ line: 2, column: 6 });
	expect(file.place(["c"], "value", 5)).toMatchObject({ line: 3, column: 4 });
	expect(file.place(["d"], "value", 2)).toMatchObject({ line: 4, column: 4 });
});

test("words of YAML 1.1 are texts, and numbers are decimal", () => {
	expect(readYaml("a: yes\nb: off\nc: 010\nd: 1_000\ne: 2026-01-05\nf: ~\ng: true\n", "x").data).toEqual({
		a: "yes",
		b: "off",
		c: 10,
		d: "1_000",
		e: "2026-01-05",
		f: null,
		g: true,
	});
});

test.for([
	["a key that appears twice", "a: 1\nb: 2\na: 3\n", 'key "a" appears twice'],
	["a key that is a list", "? [a]\n: 1\n", "a key must be a plain text"],
	["a tag of another program", "a: !ruby/object x\n", "tags such as !name mean nothing here"],
	["binary data", "a: !!binary aGk=\n", "tags such as !name mean nothing here"],
	["too long a text", `a: ${"x".repeat(2 ** 20)}`, "is longer than 1 MiB: no configuration is"],
	["too deep a nesting", "[".repeat(20_000), "is nested too deeply"],
] as const)("%s is refused", ([, text, message]) => {
	const file = readYaml(text, "x.yaml");
	expect(file.errors[0]?.message).toBe(message);
	expect(file.data).toBeUndefined();
});

test("merge keys of YAML 1.1 are ordinary keys", () => {
	expect(readYaml("a: &a { b: 1 }\nc: { <<: *a }\n", "x").data).toEqual({ a: { b: 1 }, c: { "<<": { b: 1 } } });
});

test("no text whatever makes it throw, and each has data or an error", () => {
	const token = fc.constantFrom(
		"a",
		":",
		" ",
		"\n",
		"- ",
		"{",
		"}",
		"[",
		"]",
		"&a",
		"*a",
		'"',
		"'",
		"|",
		">",
		"#",
		"!",
		"\t",
		"?",
		"%",
		"---",
	);
	fc.assert(
		fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
			const file = readYaml(tokens.join(""), "x");
			expect(file.errors.length > 0).toBe(file.data === undefined);
			file.place(["a", 0, "b"]);
		}),
		{ numRuns: 500 },
	);
});
