import { expect, test } from "vitest";
import { interpolate } from "../../src/config/interpolate.ts";

const files: Readonly<Record<string, string>> = { "/key": "abc\n", "/two": "abc\r\n\r\n" };
const variables: Readonly<Record<string, string>> = { HOST: "dss", EMPTY: "", NESTED: "${HOST}" };
const sources = {
	variable: (name: string) =>
		Object.hasOwn(variables, name) ? { value: variables[name] ?? "" } : { message: "is not set in the environment" },
	readFile(path: string) {
		const text = files[path];
		if (text === undefined) throw new Error("no such file");
		return text;
	},
};
const fill = (data: unknown) => interpolate(data, sources);

test.for([
	["https://${HOST}/", "https://dss/"],
	["${HOST}${HOST}", "dssdss"],
	["${EMPTY}", ""],
	["${file:/key}", "abc"],
	["${file:/two}", "abc\r\n"],
	["$$", "$"],
	["$${HOST}", "${HOST}"],
	["$$$${HOST}", "$${HOST}"],
	["^ok$", "^ok$"],
	["$HOST", "$HOST"],
	["${NESTED}", "${HOST}"],
] as const)("%s becomes %s", ([text, filled]) => {
	expect(fill({ a: [text] })).toMatchObject({ data: { a: [filled] }, unresolved: [] });
});

test("numbers, truth values and nothing stay what they are", () => {
	const data = { a: 1, b: true, c: null, d: [2] };
	expect(fill(data).data).toEqual(data);
});

test("everything that cannot be filled in is told at once, with its place in the text", () => {
	const { unresolved } = fill({ a: "x${NO}", b: ["${file:/no}", "${", "${a b}"], "${HOST}": 1 });
	expect(unresolved.map(({ path, part, offset }) => [path.join("."), part, offset])).toEqual([
		["a", "value", 1],
		["b.0", "value", 0],
		["b.1", "value", 0],
		["b.2", "value", 0],
		["${HOST}", "key", 0],
	]);
	expect(unresolved[0]?.message).toBe("${NO} is not set in the environment");
	expect(unresolved[1]?.message).toBe("${file:/no} cannot be read: no such file");
});

test("names that every object has are not taken for variables", () => {
	expect(fill({ a: "${toString}" }).unresolved).toHaveLength(1);
});

test("what was filled in is remembered by where it came from", () => {
	expect([...fill(["${HOST} ${file:/key}"]).values]).toEqual([
		["dss", "${HOST}"],
		["abc", "${file:/key}"],
	]);
});
