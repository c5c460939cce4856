import fc from "fast-check";
import { expect, test } from "vitest";
import { readWords } from "../../src/cli/zabbix-words.ts";

test.each([
	[["get", "design", "front"], { verb: "get", instance: "design", check: "front", field: "" }],
	[["get", "design", "front", ""], { field: "" }],
	[["get", "design", "front", "latency", "--socket", "/s", "-c", "f"], { field: "latency", socket: "/s", config: "f" }],
	[["get", "--deadline=1s", "design", "front"], { deadline: "1s", check: "front" }],
	[["json", 'it\'s "odd", $HOME'], { verb: "json", instance: 'it\'s "odd", $HOME' }],
	[["discover"], { verb: "discover", instance: "", isValues: false }],
	[["discover", ""], { instance: "" }],
	[["discover", "design", "--values"], { instance: "design", isValues: true }],
] as const)("%j is understood", (words, asked) => {
	const read = readWords(words);
	expect(read).toMatchObject(asked);
	expect(read.problem).toBeUndefined();
});

test.each([
	[["get"], "usage: zabbix get INSTANCE CHECK [FIELD]"],
	[["get", ""], "usage: zabbix get INSTANCE CHECK [FIELD]"],
	[["get", "", "front"], "usage: zabbix get INSTANCE CHECK [FIELD]"],
	[["json", ""], "usage: zabbix json INSTANCE"],
	[["json", "a", "b"], "unexpected argument b"],
	[["get", "a", "b", "c", "d"], "unexpected argument d"],
	[["get", "a", "b", "--values"], "unknown option --values"],
	[["get", "a", "b", "-x"], "unknown option -x"],
	[["get", "a", "b", "--socket"], "--socket needs a value"],
] as const)("%j is refused", (words, problem) => {
	expect(readWords(words).problem).toBe(problem);
});

test("no words make it throw", () => {
	fc.assert(
		fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("--socket", "-c", "", "--values", "--"))), (words) => {
			expect(typeof readWords(["get", ...words]).instance).toBe("string");
		}),
		{ numRuns: 100 },
	);
});
