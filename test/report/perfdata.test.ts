import fc from "fast-check";
import { expect, test } from "vitest";
import type { CheckReport } from "../../src/model/report.ts";
import type { ValueType, ValueTypes } from "../../src/model/sample.ts";
import { REPLY_VALUES } from "../../src/probe/reply-values.ts";
import { parseRange } from "../../src/report/nagios-range.ts";
import { perfdata } from "../../src/report/perfdata.ts";
import { parsePerfdata } from "../support/perfdata.ts";
import { aReport } from "../support/reports.ts";

const data = (given: Partial<CheckReport>) =>
	perfdata(aReport({ durationMs: 14, types: REPLY_VALUES, ...given }), {}).join(" ");

test("values have their units, limits and least value, the main one first", () => {
	const values = {
		status: 200,
		latency: 0.0123456789,
		size: 5_300,
		json_ok: true,
		content_type: "a/b",
		tls_days_left: -2.5,
	};
	expect(data({ values })).toBe(
		"latency=0.012346s;2;8;0 status=200 size=5300B;;;0 json_ok=1 tls_days_left=-2.5 duration=0.014s;;;0",
	);
});

test("a limit stands on its bad side", () => {
	const thresholds = {
		latency: { critical: 8, bad: "above" as const },
		tls_days_left: { warning: 21, critical: 7, bad: "below" as const },
		status: { warning: 399, bad: "above" as const },
	};
	const values = { latency: 1, tls_days_left: 30, status: 200 };
	expect(data({ values, thresholds })).toBe(
		"latency=1s;;8;0 tls_days_left=30;21:;7: status=200;399 duration=0.014s;;;0",
	);
});

test("what may be negative is limited upwards only", () => {
	const thresholds = { tls_days_left: { warning: 400, critical: -1, bad: "above" as const } };
	expect(data({ values: { tls_days_left: 30 }, thresholds })).toContain("tls_days_left=30;~:400;~:-1");
});

test("ranges that were given take the place of thresholds", () => {
	const critical = parseRange("@1:2");
	if (!critical) throw new Error("no range");
	expect(perfdata(aReport(), { ranges: { latency: { critical } } })[0]).toBe("latency=0.012s;2;@1:2;0");
});

test("whatever a kind measures, the line is in the grammar of the guidelines and holds every number", () => {
	const unit = fc.constantFrom<ValueType["unit"]>("s", "B", "d", undefined);
	const name = fc.oneof(
		fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/),
		fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
	);
	const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e-9, 1e22, -1e25, 0.1));
	const limit = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), { nil: undefined });
	const limits = fc.record({
		warning: limit,
		critical: limit,
		bad: fc.constantFrom("above" as const, "below" as const),
	});
	const value = fc.record({ name, unit, number, limits, type: fc.constantFrom("int", "double") });
	fc.assert(
		fc.property(fc.uniqueArray(value, { maxLength: 5, selector: (one) => one.name }), (all) => {
			const types: ValueTypes = Object.fromEntries(
				all.map(({ name, unit, type }) => [name, { type, summary: "", ...(unit && { unit }) }]),
			);
			const { durationMs: _, ...rest } = aReport({
				values: Object.fromEntries(all.map(({ name, number }) => [name, number])),
				types,
				thresholds: Object.fromEntries(all.map(({ name, limits }) => [name, limits])) as CheckReport["thresholds"],
			});
			const parsed = parsePerfdata(perfdata(rest, {}).join(" "));
			const finite = Object.values(rest.values).filter((one) => Number.isFinite(one));
			expect(parsed.length).toBe(finite.length);
			for (const { value, warning, critical } of parsed) {
				expect(finite.some((one) => Math.abs((one as number) - value) <= 1e-6)).toBe(true);
				for (const range of [warning, critical]) if (range !== "") expect(parseRange(range)).toBeDefined();
			}
		}),
		{ numRuns: 100 },
	);
});
