import fc from "fast-check";
import { expect, test } from "vitest";
import { reportedCause } from "../../src/model/reported-cause.ts";
import { zabbixTrouble, zabbixValue } from "../../src/report/zabbix-value.ts";
import { T0 } from "../support/builders.ts";
import { aReport } from "../support/reports.ts";

const NOW = T0 + 3_100;
const bad = aReport({
	level: "critical",
	cause: reportedCause("backend_down"),
	summary: "HTTP 502\nin 3 ms",
	failed: ["expected status == 200, but status is 502"],
	values: { status: 502 },
});

test.each([
	[aReport(), undefined, "0"],
	[aReport(), "", "0"],
	[aReport(), "verdict", "0"],
	[aReport({ level: "warning" }), undefined, "1"],
	[bad, undefined, "2"],
	[aReport({ level: "unknown" }), undefined, "3"],
	[bad, "level", "critical"],
	[bad, "cause", "backend_down"],
	[bad, "cause_text", reportedCause("backend_down").text],
	[aReport(), "cause", ""],
	[bad, "summary", "HTTP 502 in 3 ms; expected status == 200, but status is 502"],
	[bad, "duration", "0.012"],
	[aReport(), "latency", "0.012"],
	[aReport({ values: { latency: 1e-9 } }), "latency", "0"],
	[aReport(), "tls", "1"],
	[bad, "latency", "0"],
	[bad, "dss_version", ""],
] as const)("of a fresh report a field is one value (%#)", (report, field, line) => {
	expect(zabbixValue(report, field, NOW)).toBe(line);
});

test.each(["nonsense", "constructor", "__proto__"])("a field that no check has (%s) is told in words", (field) => {
	expect(zabbixValue(aReport(), field, NOW)).toMatch(
		/^dss-probe: check design\/get-configuration has no field \w+; it has verdict, level, .*latency/,
	);
});

test("an answer whose time is over is unknown, whatever it was, and its numbers are none", () => {
	const later = T0 + 70_001;
	expect(zabbixValue(aReport(), undefined, later)).toBe("3");
	expect(zabbixValue(aReport(), "level", later)).toBe("unknown");
	expect(zabbixValue(bad, "cause", later)).toBe("");
	expect(zabbixValue(aReport(), "summary", later)).toBe("no fresh sample: the newest is 70 s old (HTTP 200 in 12 ms)");
	for (const field of ["latency", "duration", "dss_version"]) {
		expect(zabbixValue(aReport(), field, later)).toMatch(/^dss-probe: no fresh sample/);
	}
	expect(zabbixValue(aReport({ sampledAt: 0, freshUntil: 0 }), "summary", later)).toBe("not sampled yet");
});

test("trouble is unknown for a verdict and words for everything else", () => {
	expect(
		["", "verdict", "level", "cause", "latency", undefined].map((field) => zabbixTrouble("no\nanswer", field)),
	).toEqual(["3", "3", "unknown", "", "dss-probe: no answer", "dss-probe: no answer"]);
});

test("whatever a report holds, the answer is one line without control characters", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, field) => {
			for (const asked of [field, "summary"]) {
				const line = zabbixValue(aReport({ summary: text }), asked, NOW);
				// biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point.
				expect(line).not.toMatch(/[\u0000-\u001f\u007f\u2028\u2029]/);
			}
		}),
		{ numRuns: 200 },
	);
});
