import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Condition, compileCondition } from "../../src/evaluate/condition.ts";
import { FACTS, VALUES } from "../support/builders.ts";

const TYPES = { ...FACTS, ...VALUES };

function compiled(that: string): Condition {
	const result = compileCondition(that, TYPES);
	if (!result.ok) throw new Error(result.message);
	return result.condition;
}

describe("an expression is refused", () => {
	test.each([
		["statsu == 200", "statsu", "Unknown variable: statsu"],
		["status == '200'", "status == '200'", "no such overload: int == string"],
		["status == 200 && state > 1", "state > 1", "no such overload: string > int"],
		["headers['a'] == 'x' && foo", "foo", "Unknown variable: foo"],
		["status", "status", "gives int, not true or false"],
		["latency + 1.0", "latency + 1.0", "gives double, not true or false"],
		["size(status) > 1", "size(status)", "no matching overload"],
		["nope(1)", "nope(1)", "no matching overload"],
		["status = 200", "=", "Unexpected character"],
		["status == 200 &&& status", "&", "Unexpected character"],
		['state == "DONE', '"DONE', "Unterminated string"],
		["status > 1 ? true : 1", "status > 1 ? true : 1", "same type"],
	])("%s: at %j", (that, place, message) => {
		const result = compileCondition(that, TYPES);
		if (result.ok) throw new Error("was accepted");
		expect(that.slice(result.start, result.end)).toBe(place);
		expect(result.message).toContain(message);
	});

	test.each(["", "  ", "status =="])("%j: right behind its end, at least one character wide", (that) => {
		expect(compileCondition(that, TYPES)).toMatchObject({ ok: false, start: that.length, end: that.length + 1 });
	});

	test("whatever the text is, in words and with a place, never by an exception", () => {
		const word = fc.constantFrom(
			"status",
			"json",
			"==",
			"&&",
			"(",
			")",
			"'a'",
			"1",
			".",
			"[",
			"]",
			"has",
			"?",
			":",
			"-",
		);
		const text = fc.oneof(
			fc.string(),
			fc.array(word, { maxLength: 9 }).map((words) => words.join(" ")),
		);
		fc.assert(
			fc.property(text, (that) => {
				const result = compileCondition(that, TYPES);
				if (result.ok) return;
				expect(result.message).not.toBe("");
				expect(result.start).toBeGreaterThanOrEqual(0);
				expect(result.end).toBeGreaterThan(result.start);
			}),
			{ numRuns: 500 },
		);
	});
});

describe("a condition holds or does not hold", () => {
	test.each([
		["status == 200", { status: 200 }, true],
		["status == 200", { status: 502 }, false],
		["status in [200, 204]", { status: 204 }, true],
		["status / 100 == 2", { status: 299 }, true],
		["size > 9007199254740990", { size: Number.MAX_SAFE_INTEGER }, true],
		["latency < 2.0", { latency: 1.5 }, true],
		["latency < 2.0", { latency: 2 }, false],
		["double(size) > latency", { size: 3, latency: 2.5 }, true],
		["state == 'DONE'", { state: "DONE" }, true],
		["state.startsWith('DO') && state.size() == 4", { state: "DONE" }, true],
		["headers['content-type'].contains('json')", { headers: { "content-type": "application/json" } }, true],
		["json.version.product_version == '14.3.1'", { json: { version: { product_version: "14.3.1" } } }, true],
		["json.count == 3", { json: { count: 3 } }, true],
		["json.count > 2", { json: { count: 3 } }, true],
		["json.list.exists(one, one.state == 'DONE')", { json: { list: [{ state: "DONE" }] } }, true],
		["has(json.version)", { json: { version: null } }, true],
		["has(json.version)", { json: {} }, false],
		["has(json.version)", { json: null }, false],
		["json == null", { json: null }, true],
		["!has(json.error) || json.error == ''", { json: {} }, true],
		["true", {}, true],
	])("%s with %j: %s", (that, scope, held) => {
		expect(compiled(that).test(scope)).toEqual({ held });
	});
});

test.each([
	["!has_queue || queue < 5.0", { has_queue: false }, { held: true }],
	["has_queue && queue < 5.0", { has_queue: false }, { held: false }],
	["!has_queue || queue < 5.0", { has_queue: true, queue: 6 }, { held: false }],
	["!has_queue || queue < 5.0", { has_queue: true }, { undecided: "queue was not measured", missing: true }],
	["!has_queue || queue < 5.0", {}, { undecided: "queue, has_queue was not measured", missing: true }],
])("%s with %j asks for the value only where it is there", (that, scope, held) => {
	const types = { queue: { type: "double", summary: "" }, has_queue: { type: "bool", summary: "" } };
	const read = compileCondition(that, types);
	expect(read.ok && read.condition.test(scope)).toEqual(held);
});

describe("a condition cannot be decided", () => {
	test.each([
		["status == 200", {}, "status was not measured"],
		["status == 200 || latency < 1.0", { status: 200 }, "latency was not measured"],
		["status == 200 && latency < 1.0", {}, "status, latency was not measured"],
		["has(json.version)", { status: 200 }, "json was not measured"],
	])("%s with %j, because a value is missing", (that, scope, undecided) => {
		expect(compiled(that).test(scope)).toEqual({ undecided, missing: true });
	});

	test.each([
		["json.a == 1", { json: {} }, "No such key: a"],
		["json.a == 1", { json: null }, "No such key: a"],
		["json.a > 3", { json: { a: "x" } }, "no such overload"],
		["json", { json: 3 }, "gave no true or false"],
		["headers['x'] == 'a'", { headers: {} }, "No such key: x"],
		["status / size > 1", { status: 1, size: 0 }, "division by zero"],
		["state.matches('(')", { state: "a" }, "regular expression"],
		["status == 200", { status: Number.NaN }, "status is no number"],
		["status == 200", { status: "200" }, "status is no number"],
		["status == 200", { status: null }, "status is no number"],
	])("%s with %j, because it fails", (that, scope, words) => {
		const result = compiled(that).test(scope);
		expect(result).toEqual({ undecided: expect.stringContaining(words), missing: false });
	});
});

test("only variables count as named: not fields of the same name, nor words in texts", () => {
	expect(compiled("status == 200 && latency < 1.0").names).toEqual(["status", "latency"]);
	expect(compiled("json.status == 'size'").names).toEqual(["json"]);
	expect(compiled("headers['latency'] == 'state'").names).toEqual(["headers"]);
	expect(compiled("has(json.size) && json.list.all(x, x.free > 0)").names).toEqual(["json"]);
	expect(compiled("json.status == 'ok'").test({ json: { status: "ok" } })).toEqual({ held: true });
});

test("a value that is named like a field is not asked for", () => {
	expect(compiled("json['size'] == 1").test({ json: { size: 1 } })).toEqual({ held: true });
});
