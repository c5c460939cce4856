import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRules, evaluate } from "../../src/evaluate/evaluate.ts";
import { CAUSES, type CauseCode, layerOf } from "../../src/model/cause.ts";
import type { Level } from "../../src/model/verdict.ts";
import { aSample, FACTS, theRules, VALUES } from "../support/builders.ts";

const UP = theRules(["status == 200"]);
const CODES = Object.keys(CAUSES) as CauseCode[];

describe("a sample with a fault", () => {
	const undecided: readonly CauseCode[] = ["unsupported", "reply_unknown", "task_failed", "task_too_long"];
	const levelFor = (code: CauseCode): Level =>
		layerOf(code) === "prober" || undecided.includes(code) ? "unknown" : "critical";

	test.each(CODES.map((code) => [code, levelFor(code)] as const))("%s is %s", (code, level) => {
		const sample = aSample({ latency: 0.1 }, { fault: { code, text: "in its own words" } });
		expect(evaluate(sample, UP, {}).verdict).toEqual({
			level,
			cause: { code, text: CAUSES[code].text },
			summary: "in its own words",
			failed: [],
		});
	});

	test("keeps the memory of hysteresis, whatever was measured on the way", () => {
		const rules = theRules([], { latency: { warning: 2, recover: 1 } });
		const sample = aSample({ latency: 0.1 }, { fault: { code: "prober_resolver", text: "no" } });
		expect(evaluate(sample, rules, { latency: "warning" }).raised).toEqual({ latency: "warning" });
	});
});

describe("an expectation that fails blames the layer that the status names", () => {
	test.each<[number, CauseCode]>([
		[502, "backend_down"],
		[503, "backend_down"],
		[504, "backend_down"],
		[500, "backend_error"],
		[501, "backend_error"],
		[429, "rate_limited"],
		[404, "not_found"],
		[401, "login_page"],
		[403, "login_page"],
		[301, "redirected"],
		[302, "redirected"],
		[204, "expectation_failed"],
		[400, "expectation_failed"],
	])("%d: %s", (status, code) => {
		const { verdict } = evaluate(aSample({ status }), UP, {});
		expect(verdict).toMatchObject({ level: "critical", cause: { code }, summary: `HTTP ${status}` });
		expect(verdict.failed).toEqual([`expected status == 200, but status is ${status}`]);
	});
});

test("an expectation that fails by a value with a culprit of its own blames that one, unless the status says more", () => {
	const rules = theRules(["status == 200 || latency < 2.0"]);
	expect(evaluate(aSample({ status: 200, latency: 3 }), theRules(["latency < 2.0"]), {}).verdict.cause?.code).toBe(
		"backend_slow",
	);
	expect(evaluate(aSample({ status: 502, latency: 3 }), rules, {}).verdict.cause?.code).toBe("backend_down");
});

test("what the probe itself says was seen stands in the verdict, good or bad", () => {
	const sample = aSample({ status: 200 }, { seen: "all 3 nodes answer" });
	expect(evaluate(sample, UP, {}).verdict).toEqual({ level: "ok", summary: "all 3 nodes answer", failed: [] });
	expect(evaluate({ ...sample, values: { status: 500 } }, UP, {}).verdict.summary).toBe("all 3 nodes answer");
});

describe("an expectation", () => {
	test("that holds gives ok, without a cause", () => {
		expect(evaluate(aSample({ status: 200, latency: 0.123 }), UP, {}).verdict).toEqual({
			level: "ok",
			summary: "HTTP 200 in 123 ms",
			failed: [],
		});
	});

	test("has the level that the user gave it", () => {
		const rules = theRules([{ that: "state == 'DONE'", else: "warning" }]);
		expect(evaluate(aSample({ state: "FAILED" }), rules, {}).verdict).toEqual({
			level: "warning",
			cause: { code: "expectation_failed", text: CAUSES.expectation_failed.text },
			summary: "FAILED",
			failed: [`expected state == 'DONE', but state is "FAILED"`],
		});
	});

	test("about a value that was not measured is unknown, not down", () => {
		expect(evaluate(aSample({ latency: 0.1 }), UP, {}).verdict).toMatchObject({
			level: "unknown",
			failed: ["expected status == 200, but status was not measured"],
		});
	});

	test("that fails in itself counts as not held: the answer is not what was expected", () => {
		const { verdict } = evaluate(
			aSample({ status: 200 }, { facts: { json: {} } }),
			theRules(["json.ready == true"]),
			{},
		);
		expect(verdict.level).toBe("critical");
		expect(verdict.failed).toEqual(["expected json.ready == true, but No such key: ready"]);
	});

	test("may name a whole number together with a fact", () => {
		const rules = theRules(["status == 200 && json.nodeType == 'DESIGN'"]);
		const levelOf = (status: number, nodeType: string) =>
			evaluate(aSample({ status }, { facts: { json: { nodeType } } }), rules, {}).verdict.level;
		expect(levelOf(200, "DESIGN")).toBe("ok");
		expect(levelOf(200, "GOVERN")).toBe("critical");
		expect(levelOf(500, "DESIGN")).toBe("critical");
	});

	test("shows values with their units and cuts long texts; facts are not shown", () => {
		const rules = theRules(["size > 10 && state == 'x' && has(json.a)"]);
		const { verdict } = evaluate(aSample({ size: 5, state: "y".repeat(500) }, { facts: { json: {} } }), rules, {});
		expect(verdict.failed[0]).toMatch(/but size is 5 B, state is "y{120}…"$/);
	});

	test("a value wins over a fact of the same name", () => {
		expect(evaluate(aSample({ status: 200 }, { facts: { status: 502 } }), UP, {}).verdict.level).toBe("ok");
	});
});

describe("a threshold", () => {
	const slow = theRules([], { latency: { warning: 2, critical: 8, recover: 1.5 } });

	test.each([
		[1.9, undefined, "ok", []],
		[2.5, undefined, "warning", ["latency 2.5 s is above 2 s"]],
		[9, undefined, "critical", ["latency 9 s is above 8 s"]],
		[1.8, "warning", "warning", ["latency 1.8 s is still above 1.5 s"]],
		[1.8, "critical", "warning", ["latency 1.8 s is still above 1.5 s"]],
		[1.5, "critical", "ok", []],
	] as const)("latency %d after %s is %s", (latency, before, level, failed) => {
		const { verdict, raised } = evaluate(aSample({ latency }), slow, before ? { latency: before } : {});
		expect(verdict.level).toBe(level);
		expect(verdict.failed).toEqual(failed);
		expect(raised).toEqual(level === "ok" ? {} : { latency: level });
		expect(verdict.cause?.code).toBe(level === "ok" ? undefined : "backend_slow");
	});

	test("on the other side says so, and blames itself where the value has no culprit of its own", () => {
		const rules = theRules([], { free: { bad: "below", critical: 3, recover: 5 } });
		expect(evaluate(aSample({ free: 2 }), rules, {}).verdict).toMatchObject({
			level: "critical",
			cause: { code: "threshold_exceeded" },
			failed: ["free 2 is below 3"],
		});
		expect(evaluate(aSample({ free: 4 }), rules, { free: "critical" }).verdict).toMatchObject({
			level: "critical",
			failed: ["free 4 is still below 5"],
		});
	});

	test("on a value that was not measured says nothing and forgets nothing", () => {
		const { verdict, raised } = evaluate(aSample({ status: 200 }), slow, { latency: "critical" });
		expect(verdict.level).toBe("ok");
		expect(evaluate(aSample({ latency: 1.8 }), slow, raised).verdict.level).toBe("warning");
	});
});

test("several findings stand worst first, and among equals in the order of the file", () => {
	const rules = theRules(
		[
			{ that: "state == 'DONE'", else: "warning" },
			{ that: "size > 1", else: "critical" },
			"status == 200",
			"has(json.a)",
		],
		{ latency: { warning: 1 }, free: { bad: "below", critical: 1 } },
	);
	const sample = aSample({ state: "ABORTED", size: 0, status: 204, latency: 3, free: 0 });
	expect(evaluate(sample, rules, {}).verdict).toEqual({
		level: "critical",
		cause: { code: "expectation_failed", text: CAUSES.expectation_failed.text },
		summary: "HTTP 204 ABORTED in 3 s",
		failed: [
			"expected size > 1, but size is 0 B",
			"expected status == 200, but status is 204",
			"free 0 is below 1",
			`expected state == 'DONE', but state is "ABORTED"`,
			"latency 3 s is above 1 s",
			"expected has(json.a), but json was not measured",
		],
		exceeded: { free: "free 0 is below 1", latency: "latency 3 s is above 1 s" },
	});
});

describe("rules are refused", () => {
	test("with the place of each", () => {
		const { problems } = compileRules(
			{
				expect: [
					{ that: "status == 200", else: "critical" },
					{ that: "status == 200 && statsu", else: "critical" },
				],
				thresholds: {
					latncy: { bad: "above", warning: 1 },
					state: { bad: "above", warning: 1 },
					json: { bad: "above", warning: 1 },
				},
			},
			VALUES,
			FACTS,
		);
		expect(problems).toEqual([
			{ path: ["expect", 1, "that"], message: "Unknown variable: statsu", start: 17, end: 23 },
			{ path: ["thresholds", "latncy"], message: 'unknown value "latncy"' },
			{ path: ["thresholds", "state"], message: '"state" is no number, so it has no threshold' },
			{ path: ["thresholds", "json"], message: 'unknown value "json"' },
		]);
	});
});

describe("for any sample", () => {
	const rules = theRules(
		[
			"status == 200",
			"json.a.b > 1 && json.list.all(x, x != null)",
			"has(json.version) ? json.version.startsWith('1') : true",
			"headers['content-type'].contains('json')",
			"json[0] == 'a' || json['b'] in json || size(json) > 2 || int(json) > 1 || timestamp(json) < timestamp(0)",
		],
		{ latency: { warning: 2, recover: 1 } },
	);
	const value = fc.oneof(fc.integer(), fc.double({ noDefaultInfinity: true, noNaN: true }), fc.string(), fc.boolean());
	const values = fc.dictionary(fc.constantFrom(...Object.keys(VALUES), "__proto__", "other"), value);
	const json = fc.oneof(
		fc.jsonValue(),
		fc.record({
			a: fc.oneof(fc.jsonValue(), fc.record({ b: fc.jsonValue() })),
			list: fc.jsonValue(),
			version: fc.jsonValue(),
		}),
	);
	const facts = fc.record({ json, headers: fc.dictionary(fc.string(), fc.string()) }, { requiredKeys: [] });

	test("there is a verdict and no exception, the same every time, and its parts agree", () => {
		fc.assert(
			fc.property(values, facts, fc.constantFrom({}, { latency: "warning" as const }), (values, facts, raised) => {
				const sample = aSample(values, { facts });
				const first = evaluate(sample, rules, raised);
				expect(evaluate(structuredClone(sample), rules, raised)).toEqual(first);
				const { level, cause, failed } = first.verdict;
				expect(cause === undefined).toBe(level === "ok");
				expect(failed.length === 0).toBe(level === "ok");
			}),
			{ numRuns: 500 },
		);
	});
});
