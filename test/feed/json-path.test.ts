import { describe, expect, test } from "vitest";
import { follow, parseJsonPath } from "../../src/feed/json-path.ts";

const DATA = {
	gauges: { "jvm.memory.heap.used": { value: 4 }, "it's": { value: 5 } },
	jobs: [
		{ id: "a", state: "RUNNING", n: 1, at: { host: "x" } },
		{ id: "b", state: "DONE", n: 2, at: { host: "y" } },
		{ id: "c", state: "RUNNING", n: 3 },
	],
	flags: { on: true, off: false, none: null },
};

function found(text: string, data: unknown = DATA) {
	const read = parseJsonPath(text);
	if (!("path" in read)) throw new Error(read.why);
	return follow(read.path, data);
}

test.each<[string, unknown[]]>([
	["$", [DATA]],
	["flags.on", [true]],
	["$.flags.on", [true]],
	[".flags.on", [true]],
	["gauges['jvm.memory.heap.used'].value", [4]],
	['gauges["jvm.memory.heap.used"].value', [4]],
	["gauges['it\\'s'].value", [5]],
	["$['gauges']['it\\'s']['value']", [5]],
	["jobs[0].id", ["a"]],
	["jobs[-1].id", ["c"]],
	["jobs[3].id", []],
	["jobs[-4]", []],
	["jobs.id", []],
	["jobs[*].n", [1, 2, 3]],
	["jobs.*.n", [1, 2, 3]],
	["gauges.*.value", [4, 5]],
	["jobs[?@.state == 'RUNNING'].n", [1, 3]],
	["jobs[?@.state!='RUNNING'].n", [2]],
	["jobs[?@.n == 2].id", ["b"]],
	["jobs[?@.n == 2.0].id", ["b"]],
	["jobs[?@.at.host == 'y'].id", ["b"]],
	["jobs[?@.at['host'] != 'y'].id", ["a", "c"]],
	["flags[?@ == true]", [true]],
	["flags[?@ == null]", [null]],
	["flags[?@ != null]", [true, false]],
	["flags.none", [null]],
	["flags.constructor", []],
	["flags.__proto__", []],
	["nothing.at.all", []],
])("%s", (path, values) => {
	expect(found(path).map(({ value }) => value)).toEqual(values);
});

test("the place of a value is its path in full, and its key what the wildcards stood for", () => {
	expect(found("$.jobs[?@.state=='DONE'].at.*")).toEqual([
		{ place: "$['jobs'][1]['at']['host']", key: "1/host", value: "y" },
	]);
	expect(found("gauges.*.value").map(({ key }) => key)).toEqual(["jvm.memory.heap.used", "it's"]);
	expect(found("gauges['it\\'s'].value")[0]).toMatchObject({ place: "$['gauges']['it\\'s']['value']", key: "" });
});

test("a list of numbers has them by index", () => {
	expect(found("[*]", [7, 8]).map(({ key, value }) => [key, value])).toEqual([
		["0", 7],
		["1", 8],
	]);
});

describe("what is no path is told with its place", () => {
	test.each([
		["", 0, "expected a name"],
		["a..b", 2, "expected a name or *"],
		["a.", 2, "expected a name or *"],
		["a b", 1, "expected . or ["],
		["a[b]", 2, "expected 'name', a number"],
		["a['b'", 5, "expected ]"],
		["a['b", 2, "expected 'name'"],
		["a[01]", 3, "expected ]"],
		["a[?b==1]", 3, "a filter looks like"],
		["a[?@.b]", 6, "expected == or !="],
		["a[?@.b>1]", 6, "expected == or !="],
		["a[?@.b==x]", 8, "expected 'text', a number"],
		["a[?@.*==1]", 6, "a filter compares one field"],
		["a[0:2]", 3, "expected ]"],
	])("%j", (text, at, why) => {
		expect(parseJsonPath(text)).toEqual({ at, why: expect.stringContaining(why) });
	});
});
