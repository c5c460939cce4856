import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { imbalance } from "../../src/feed/balance.ts";
import { quantileOf } from "../../src/feed/histogram.ts";
import { rateMemory } from "../../src/feed/rate.ts";
import { seriesOptions } from "../../src/feed/series.ts";
import { measured, type Said } from "../support/feeds.ts";

const POOLS = `
used{pool="old",area="heap"} 30
used{pool="young",area="heap"} 10
used{pool="meta",area="other"} 5
used{pool="gone",area="heap"} NaN
max 100
`;

/** The value of one series; what `one` says of two targets or one. */
const amountOf = (one: object, said: string | Readonly<Record<string, Said>> = POOLS, options = {}) =>
	measured({ one }, typeof said === "string" ? { a: { text: said } } : said, options).series["one"]?.value;

describe("label matchers are those of Prometheus", () => {
	test.each<[object, number | undefined]>([
		[{}, 45],
		[{ pool: "old" }, 30],
		[{ pool: ["old", "young"] }, 40],
		[{ pool: { not: "old" } }, 15],
		[{ pool: { matches: "o.*" } }, 30],
		[{ pool: { matches: "ol" } }, undefined],
		[{ pool: { matches: "old|meta" } }, 35],
		[{ pool: { matches: "(?i)OLD" } }, 30],
		[{ pool: { not_matches: "o.*" } }, 15],
		[{ area: "heap", pool: { not: "old" } }, 10],
		[{ pool: { matches: "o.*", not: "old" } }, undefined],
		[{ none: "" }, 45],
		[{ none: { not: "" } }, undefined],
		[{ none: { matches: ".*" } }, 45],
		[{ none: { matches: ".+" } }, undefined],
		[{ target: "a" }, 45],
		[{ target: "b" }, undefined],
	])("where %j", (where, value) => {
		expect(amountOf({ metric: "used", where })).toBe(value);
	});

	test("a number in YAML stands for its text", () => {
		expect(amountOf({ metric: "hits", where: { code: 200 } }, 'hits{code="200"} 3\nhits{code="500"} 4\n')).toBe(3);
	});

	test.each(['a{b="c"}', '{b="c"}', "rate(a[5m])", "sum (a)", "a[5m]"])("%j is a query and no metric", (metric) => {
		const message = expect.stringContaining("is a query");
		expect(seriesOptions.safeParse({ metric }).error?.issues).toMatchObject([{ path: ["metric"], message }]);
	});

	test("names of today may have other signs", () => {
		for (const metric of ["a:b_c", "my.metric", "Größe {odd} (ms)"])
			expect(seriesOptions.safeParse({ metric }).success).toBe(true);
	});

	test.each(["code=", "code!=", "code=~", "code!~"])("%j is no label", (label) => {
		const where = { [label]: "5.." };
		expect(seriesOptions.safeParse({ metric: "a", where }).error?.issues[0]?.path).toEqual(["where", label]);
	});

	test.each(["(", "(?=a)", "(a)\\1", "(?<!a)b"])("%j is no expression of Prometheus", (matches) => {
		expect(seriesOptions.safeParse({ metric: "a", where: { b: { matches } } }).success).toBe(false);
	});
});

describe("several numbers become one", () => {
	const two = { a: { text: 'q{e="0"} 1\nq{e="1"} 2\n' }, b: { text: 'q{e="0"} 7\n' } };

	test.each<[object, number | undefined]>([
		[{}, 10],
		[{ aggregate: "max" }, 7],
		[{ aggregate: "min" }, 1],
		[{ aggregate: "avg" }, 10 / 3],
		[{ aggregate: "count" }, 3],
		[{ aggregate: "sum", across: "max" }, 7],
		[{ aggregate: "sum", across: "avg" }, 5],
		[{ aggregate: "max", across: "min" }, 2],
		[{ aggregate: "count", across: "max" }, 2],
		[{ scale: 0.001 }, 0.01],
	])("%j", (how, value) => {
		expect(amountOf({ metric: "q", ...how }, two)).toBe(value);
	});

	test("labels of the list of targets go before those of the feed", () => {
		const said = { a: { text: 'q{zone="inner"} 1\n', labels: { zone: "outer" } } };
		expect(amountOf({ metric: "q", where: { zone: "outer", exported_zone: "inner" } }, said)).toBe(1);
	});

	test("a value over another one; nothing over zero or over what is not there", () => {
		const series = {
			share: { metric: "used", where: { area: "heap" }, over: "max" },
			max: { metric: "max" },
			zero: { metric: "max", over: "none" },
			none: { metric: "missing" },
		};
		const { series: found } = measured(series, { a: { text: POOLS } });
		expect(found["share"]?.value).toBe(0.4);
		expect(found["zero"]).not.toHaveProperty("value");
	});
});

describe("what is not there is not zero", () => {
	test("a missing series has no value and says so", () => {
		expect(measured({ one: { metric: "gone" } }, { a: { text: POOLS } }).series["one"]).toEqual({
			isThere: false,
			parts: [],
		});
	});

	test("a series that is NaN or infinite is there, without a value", () => {
		const found = measured({ nan: { metric: "a" }, inf: { metric: "b" } }, { a: { text: "a NaN\nb +Inf\n" } }).series;
		expect(found["nan"]).toEqual({ isThere: true, parts: [] });
		expect(found["inf"]).toMatchObject({ isThere: true });
		expect(found["inf"]).not.toHaveProperty("value");
	});

	test("only a count of nothing is zero", () => {
		expect(amountOf({ metric: "gone", aggregate: "count" })).toBe(0);
		expect(amountOf({ json: "list[*]", aggregate: "count" }, { a: { json: { list: [] } } })).toBe(0);
	});
});

describe("JSON", () => {
	const json = {
		workers: { w1: { busy: true, n: 3, name: "x" }, w2: { busy: false, n: 5, name: "y" } },
		texts: ["42.5", " -3e6 ", "3.5GB", "", "0x10"],
	};

	test.each<[object, number | undefined]>([
		[{ json: "workers.w1.n" }, 3],
		[{ json: "workers.*.n" }, 8],
		[{ json: "workers.*.busy" }, 1],
		[{ json: "workers.*.name" }, undefined],
		[{ json: "workers.*.name", aggregate: "count" }, 2],
		[{ json: "workers[?@.busy == true].n" }, 3],
		[{ json: "workers.*.n", where: { key: { not: "w1" } } }, 5],
		[{ json: "workers.*.n", balance: { between: "key", as: "peak" } }, 1.25],
		[{ json: "texts[0]" }, 42.5],
		[{ json: "texts[1]" }, -3e6],
		[{ json: "texts[2]" }, undefined],
		[{ json: "texts[3]" }, undefined],
		[{ json: "texts[4]" }, undefined],
		[{ json: "texts[*]" }, -2_999_957.5],
	])("%j", (one, value) => {
		expect(amountOf(one, { a: { json } })).toBe(value);
	});
});

test("a text that says NaN or +Inf, as Prometheus answers, is there without a value", () => {
	const { series } = measured({ nan: { json: "[0]" }, inf: { json: "[1]" } }, { a: { json: ["NaN", "+Inf"] } });
	expect(series["nan"]).toMatchObject({ isThere: true });
	expect(series["inf"]).toMatchObject({ isThere: true });
	expect([series["nan"]?.value, series["inf"]?.value]).toEqual([undefined, undefined]);
});

describe("rates", () => {
	const one = { metric: "served_total", rate: true };
	const at = (second: number, text: string, more = {}) => ({ a: { text, second, ...more } });

	/** The values of looks that follow each other. */
	function course(...looks: readonly [number, string][]) {
		let before = {};
		return looks.map(([second, text]) => {
			const found = measured({ one }, at(second, text), { before });
			before = found.memory ?? {};
			return found.series["one"]?.value;
		});
	}

	test("the first look gives none, the next the growth per second", () => {
		expect(course([0, "served_total 10\n"], [10, "served_total 30\n"], [12, "served_total 30\n"])).toEqual([
			undefined,
			2,
			0,
		]);
	});

	test("a counter that fell began at zero", () => {
		expect(course([0, "served_total 100\n"], [10, "served_total 40\n"])).toEqual([undefined, 4]);
	});

	test("a series that is new has no rate yet, and does not count in the sum", () => {
		const [, second, third] = course(
			[0, 'served_total{w="1"} 10\n'],
			[10, 'served_total{w="1"} 20\nserved_total{w="2"} 1000\n'],
			[20, 'served_total{w="1"} 20\nserved_total{w="2"} 1010\n'],
		);
		expect([second, third]).toEqual([1, 1]);
	});

	test("a clock that was set back gives none, and then goes on", () => {
		expect(course([100, "served_total 10\n"], [50, "served_total 20\n"], [60, "served_total 30\n"])).toEqual([
			undefined,
			undefined,
			1,
		]);
	});

	test("a target that did not answer goes on from its last look; one that left the list is forgotten", () => {
		const first = measured({ one }, { a: { text: "served_total 1\n" }, b: { text: "served_total 1\n" } });
		const second = measured(
			{ one },
			{ a: { text: "served_total 2\n", second: 10 } },
			{ before: first.memory, down: ["b"] },
		);
		expect(Object.keys(second.memory ?? {}).sort()).toEqual(["a", "b"]);
		const back = measured({ one }, { b: { text: "served_total 41\n", second: 20 } }, { before: second.memory });
		expect(back.series["one"]?.value).toBe(2);
		expect(Object.keys(back.memory ?? {})).toEqual(["b"]);
	});

	test("the memory survives as text; a broken one is known as such", () => {
		const { memory } = measured({ one }, at(0, 'served_total{__proto__="x"} 1\n'));
		expect(rateMemory.parse(JSON.parse(JSON.stringify(memory)))).toEqual(memory);
		for (const broken of [[1], { a: 1 }, { a: { at: "x", values: {} } }])
			expect(rateMemory.safeParse(broken).success).toBe(false);
	});

	test("labels from the list of targets may change without a loss", () => {
		const first = measured({ one }, at(0, "served_total 1\n", { labels: { zone: "a" } }));
		expect(
			measured({ one }, at(10, "served_total 11\n", { labels: { zone: "b" } }), { before: first.memory }).series["one"]
				?.value,
		).toBe(1);
	});

	test("however a counter grows and falls, no rate is negative", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(1_000), { minLength: 2, maxLength: 6 }), (counts) => {
				const looks = counts.map((count, index): [number, string] => [index * 10, `served_total ${count}\n`]);
				for (const [index, value] of course(...looks).entries()) {
					if (index > 0) expect(value).toBeGreaterThanOrEqual(0);
				}
			}),
			{ numRuns: 30 },
		);
	});
});

describe("quantiles of histograms", () => {
	const buckets = (counts: readonly (readonly [string, number])[]) =>
		counts.map(([le, value]) => ({ labels: { le }, value }));
	const usual = buckets([
		["0.1", 10],
		["0.5", 30],
		["1", 40],
		["+Inf", 40],
	]);

	test.each<[number, number]>([
		[0, 0],
		[0.25, 0.1],
		[0.5, 0.3],
		[0.75, 0.5],
		[0.875, 0.75],
		[1, 1],
	])("%d", (quantile, value) => {
		expect(quantileOf(quantile, usual)).toBeCloseTo(value, 12);
	});

	test("in the last bucket: its lower limit; below zero: the first limit", () => {
		expect(
			quantileOf(
				0.99,
				buckets([
					["1", 5],
					["+Inf", 10],
				]),
			),
		).toBe(1);
		expect(
			quantileOf(
				0.5,
				buckets([
					["-1", 5],
					["1", 5],
					["+Inf", 5],
				]),
			),
		).toBe(-1);
	});

	test("a count that falls is held up; nothing observed or no last bucket has no quantile", () => {
		expect(
			quantileOf(
				0.5,
				buckets([
					["1", 10],
					["2", 8],
					["+Inf", 10],
				]),
			),
		).toBe(0.5);
		expect(
			quantileOf(
				0.5,
				buckets([
					["1", 0],
					["+Inf", 0],
				]),
			),
		).toBeUndefined();
		expect(
			quantileOf(
				0.5,
				buckets([
					["1", 1],
					["2", 3],
				]),
			),
		).toBeUndefined();
		expect(quantileOf(0.5, [])).toBeUndefined();
	});

	test("over all series and targets, of the whole or of what came since the last look", () => {
		const text = (n: number) => `d_bucket{le="1"} ${n}\nd_bucket{le="2"} ${2 * n}\nd_bucket{le="+Inf"} ${2 * n}\n`;
		const said = { a: { text: text(10) }, b: { text: text(30) } };
		expect(amountOf({ metric: "d", quantile: 0.5 }, said)).toBe(1);
		expect(amountOf({ metric: "d_bucket", quantile: 0.5, where: { target: "a" } }, said)).toBe(1);
		const one = { metric: "d", quantile: 0.75, rate: true };
		const first = measured({ one }, { a: { text: text(10) } });
		expect(first.series["one"]).not.toHaveProperty("value");
		const later = measured({ one }, { a: { text: text(20), second: 10 } }, { before: first.memory });
		expect(later.series["one"]?.value).toBe(1.5);
	});
});

describe("balance", () => {
	test.each<[number[], number, number]>([
		[[5, 5, 5], 0, 1],
		[[0, 10], 1, 2],
		[[0, 0, 0, 12], Math.sqrt(3), 4],
		[[10, 20, 30], Math.sqrt(2 / 3) / 2, 1.5],
	])("of %j: spread %d, peak %d", (shares, spread, peak) => {
		expect(imbalance("spread", shares, 0)).toBeCloseTo(spread, 12);
		expect(imbalance("peak", shares, 0)).toBeCloseTo(peak, 12);
	});

	test("too little work, a single worker or none says nothing", () => {
		for (const [shares, atLeast] of [
			[[1, 2], 4],
			[[5], 0],
			[[], 0],
			[[0, 0], 0],
		] as const) {
			expect(imbalance("spread", shares, atLeast)).toBeUndefined();
		}
	});

	test("does not depend on the amount, and lies between equal shares and all on one", () => {
		const shares = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 2, maxLength: 8 });
		fc.assert(
			fc.property(shares, fc.integer({ min: 1, max: 50 }), (given, factor) => {
				for (const as of ["spread", "peak"] as const) {
					const value = imbalance(as, given, 0) as number;
					expect(
						imbalance(
							as,
							given.map((share) => share * factor),
							0,
						),
					).toBeCloseTo(value, 9);
					expect(value).toBeGreaterThanOrEqual(as === "peak" ? 1 : 0);
					expect(value).toBeLessThanOrEqual(as === "peak" ? given.length : Math.sqrt(given.length - 1));
				}
			}),
			{ numRuns: 40 },
		);
	});

	test("between targets, between values of a label; a target that answers without the series did nothing", () => {
		const said = { a: { text: 'n{w="1"} 4\nn{w="2"} 4\n' }, b: { text: 'n{w="1"} 8\n' }, c: { text: "other 1\n" } };
		expect(amountOf({ metric: "n", balance: { as: "peak" } }, said)).toBe(1.5);
		expect(amountOf({ metric: "n", balance: { as: "peak", between: "w" } }, said)).toBe(1.5);
		expect(amountOf({ metric: "n", balance: { between: "nothing" } }, said)).toBeUndefined();
		expect(amountOf({ metric: "none", balance: {} }, said)).toBeUndefined();
	});

	test("of rates, from the second look on", () => {
		const one = { metric: "n", rate: true, balance: { as: "peak", at_least: 2 } };
		const first = measured({ one }, { a: { text: "n 1\n" }, b: { text: "n 1\n" } });
		expect(first.series["one"]).toEqual({ isThere: true, parts: [] });
		const next = (text: string) =>
			measured({ one }, { a: { text, second: 10 }, b: { text: "n 1\n", second: 10 } }, { before: first.memory }).series[
				"one"
			]?.value;
		expect(next("n 21\n")).toBe(2);
		expect(next("n 20\n")).toBeUndefined();
	});
});
