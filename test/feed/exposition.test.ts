import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readExposition, seriesKey } from "../../src/feed/exposition.ts";
import type { Reading } from "../../src/feed/reading.ts";
import { finish } from "../support/steps.ts";

const read = (text: string, openMetrics = false, maxSeries = 100) =>
	finish(readExposition(text, { openMetrics, maxSeries }));

function readingsOf(text: string, openMetrics = false): readonly Reading[] {
	const found = read(text, openMetrics);
	if (!found.ok) throw new Error(`line ${found.line}: ${found.message}`);
	return [...found.byName.values()].flat();
}

describe("the text format 0.0.4", () => {
	test.each<[string, string, Record<string, string>, number]>([
		["a 1\n", "a", {}, 1],
		["a 1", "a", {}, 1],
		["  a\t 1.5e3 1395066363000\n", "a", {}, 1500],
		["a:b_c 0.5\n", "a:b_c", {}, 0.5],
		["a .5\n", "a", {}, 0.5],
		["a 5.\n", "a", {}, 5],
		["a 1 \n", "a", {}, 1],
		["a 1 1395066363000 \t\n", "a", {}, 1],
		['a{b="c"} 1\t\n', "a", { b: "c" }, 1],
		["a +Inf\n", "a", {}, Number.POSITIVE_INFINITY],
		["a -inf\n", "a", {}, Number.NEGATIVE_INFINITY],
		["a NaN\n", "a", {}, Number.NaN],
		["a{} 1\n", "a", {}, 1],
		['a{b="c"} 1\n', "a", { b: "c" }, 1],
		['a { b = "c" , d = "" , } 1\n', "a", { b: "c", d: "" }, 1],
		['a{b="c"}1\n', "a", { b: "c" }, 1],
		['a{b="q\\"s\\\\n\\n}, x"} 1\n', "a", { b: 'q"s\\n\n}, x' }, 1],
		['a{b="é # {"} 1\n', "a", { b: "é # {" }, 1],
		['{"my.metric","my.label"="x",b="c"} 1\n', "my.metric", { "my.label": "x", b: "c" }, 1],
		['a{"l l"="x"} 1\n', "a", { "l l": "x" }, 1],
		["# a comment\n#\n\n \t\n# HELP a What it is.\n# TYPE a counter\na 1\n", "a", {}, 1],
	])("%j", (text, name, labels, value) => {
		expect(readingsOf(text)).toEqual([{ name, labels, value }]);
	});

	test.each([
		["a\n", "no value after the name"],
		["a b\n", "no number"],
		["a 0x10\n", "no number"],
		["a 1_000\n", "no number"],
		["a 1e400\n", "no number"],
		["a 1 2 3\n", "no value"],
		["a 1 1.5\n", "no value"],
		["1a 1\n", "no name"],
		["<html>\n", "no name"],
		['a{b="c" 1\n', "neither a comma"],
		['a{b="c} 1\n', "no label"],
		["a{b=c} 1\n", "no label"],
		['a{b="1",b="2"} 1\n', "twice"],
		['a{,b="1"} 1\n', "no label"],
		['a{b="1",,} 1\n', "no label"],
		['{b="1"} 1\n', "no name of a metric"],
		['a{"b"} 1\n', "a label without a value"],
		["# TYPE a gauges\n", "unknown type"],
		["a 1\r\n", "no number"],
	])("%j is refused: %s", (text, words) => {
		expect(read(`ok 1\n${text}`)).toMatchObject({
			ok: false,
			why: "broken",
			line: 2,
			message: expect.stringContaining(words),
		});
	});

	test("what breaks off in its last line is cut, not broken", () => {
		expect(read('a 1\na{b="')).toMatchObject({ ok: false, why: "cut", line: 2 });
	});

	test("of the same series twice the first counts, whatever the order of its labels", () => {
		expect(readingsOf('a{b="1",c="2"} 1\na{c="2",b="1"} 2\n')).toHaveLength(1);
	});

	test("labels called __proto__ and constructor are labels", () => {
		const [one] = readingsOf('a{__proto__="x",constructor="y"} 1\n');
		expect(Object.entries(one?.labels ?? {})).toEqual([
			["__proto__", "x"],
			["constructor", "y"],
		]);
	});

	test("only what is wanted is kept, but everything is counted and checked", () => {
		const rules = { openMetrics: false, wanted: new Set(["b"]), maxSeries: 3 };
		expect(finish(readExposition("a 1\nb 2\nc 3\n", rules))).toEqual({
			ok: true,
			byName: new Map([["b", [{ name: "b", labels: {}, value: 2 }]]]),
			count: 3,
		});
		expect(finish(readExposition("a 1\nb 2\nc x\n", rules))).toMatchObject({ ok: false, line: 3 });
		expect(finish(readExposition("a 1\nb 2\nc 3\nd 4\n", rules))).toMatchObject({ ok: false, why: "many" });
	});
});

test("a large text is read in steps, so that others have their turn meanwhile", () => {
	const lines = 20_000;
	const steps = readExposition("a 1\n".repeat(lines), { openMetrics: false, maxSeries: lines });
	let turns = 0;
	for (; !steps.next().done; turns++);
	expect(turns).toBeGreaterThanOrEqual(10);
});

describe("OpenMetrics 1.0", () => {
	const whole = `# TYPE a counter
# UNIT a seconds
# HELP a What it is.
a_total{b="c"} 17.0 1520879607.789 # {trace_id="Kp ,}\\"x"} 0.67 1520879606.1
a_created{b="c"} 1520430000.123
b_bucket{le="+Inf"} 3 # {} 4
# EOF
`;

	test("with units, timestamps, exemplars and # EOF", () => {
		expect(readingsOf(whole, true).map(({ name, value }) => [name, value])).toEqual([
			["a_total", 17],
			["a_created", 1520430000.123],
			["b_bucket", 3],
		]);
		expect(readingsOf(whole.trimEnd(), true)).toHaveLength(3);
	});

	test.each([
		["a 1\n", "cut", "# EOF is missing"],
		["a 1\n\n# EOF\n", "broken", "an empty line"],
		["# EOF\na 1\n", "broken", "more after"],
		["# note\n# EOF\n", "broken", "neither HELP"],
		["a  1\n# EOF\n", "broken", "no value"],
		["a 1 x\n# EOF\n", "broken", "timestamp"],
		['a 1 # {b="c"} x\n# EOF\n', "broken", "timestamp or exemplar"],
		["# TYPE a untyped\n# EOF\n", "broken", "unknown type"],
	])("%j is %s", (text, why, words) => {
		expect(read(text, true)).toMatchObject({ ok: false, why, message: expect.stringContaining(words) });
	});
});

describe("whatever is written is read back", () => {
	const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/);
	const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,5}$/);
	const labels = fc.dictionary(label, fc.string({ unit: "grapheme", maxLength: 8 }), {
		maxKeys: 3,
		noNullPrototype: true,
	});
	const reading = fc.record({ name, labels, value: fc.double().map((value) => value || Math.abs(value)) });
	const escaped = (text: string) => text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
	const shown = (value: number) =>
		Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
	const write = ({ name: metric, labels: pairs, value }: Reading) =>
		`${metric}{${Object.entries(pairs)
			.map(([key, text]) => `${key}="${escaped(text)}"`)
			.join(",")}} ${shown(value)}\n`;
	const all = fc.uniqueArray(reading, { selector: seriesKey, maxLength: 6 });

	test("in both formats", () => {
		fc.assert(
			fc.property(all, fc.boolean(), (readings, openMetrics) => {
				const text = readings.map(write).join("") + (openMetrics ? "# EOF\n" : "");
				const found = readingsOf(text, openMetrics);
				const byKey = (list: readonly Reading[]) => new Map(list.map((one) => [seriesKey(one), one]));
				expect(byKey(found)).toEqual(byKey(readings));
			}),
			{ numRuns: 60 },
		);
	});

	test("and no text makes the reader throw", () => {
		const junk = fc.array(
			fc.constantFrom("a", "{", "}", '"', "=", ",", " ", "\\", "\n", "#", "1", "e", "# TYPE ", "é"),
		);
		fc.assert(
			fc.property(junk, fc.boolean(), (parts, openMetrics) => {
				expect(typeof read(parts.join(""), openMetrics).ok).toBe("boolean");
			}),
			{ numRuns: 150 },
		);
	});
});
