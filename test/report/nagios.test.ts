import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asOfNow } from "../../src/model/report.ts";
import { reportedCause } from "../../src/model/reported-cause.ts";
import type { Level } from "../../src/model/verdict.ts";
import { REPLY_VALUES } from "../../src/probe/reply-values.ts";
import { confirmed, nagiosCheck, nagiosInstance, nagiosTrouble } from "../../src/report/nagios.ts";
import { parseRange, type Range } from "../../src/report/nagios-range.ts";
import { judgedByRanges } from "../../src/report/nagios-ranges.ts";
import { T0 } from "../support/builders.ts";
import { parsePerfdata } from "../support/perfdata.ts";
import { aBadReport, anInstanceReport, aReport } from "../support/reports.ts";

const now = T0 + 3_000;
const range = (text: string) => parseRange(text) as Range;

test("a good check is one line, with its age behind it", () => {
	expect(nagiosCheck(aReport(), { now })).toEqual({
		text: "DSS OK - design/get-configuration: HTTP 200 in 12 ms | latency=0.012s;2;8;0 status=200 tls=1 duration=0.012s;;;0\nSeen: 3 s ago, alert inactive",
		code: 0,
	});
});

test("a bad check names the culprit, what failed, what to do, and where", () => {
	const { text, code } = nagiosCheck(aBadReport({ phase: "pending", runbook: "https://wiki.example/dss?a=1&b=2" }), {
		now,
	});
	expect(code).toBe(2);
	expect(text.split("\n")).toEqual([
		"DSS CRITICAL - design/get-configuration: nginx up, DSS backend down or starting (HTTP 502 in 2 ms) | latency=0.002s;2;8;0 status=502 duration=0.012s;;;0",
		"Failed: expected status == 200, but status is 502",
		"To do: On the host: DATADIR/bin/dss status, then the end of run/backend.log. supervisord restarts a crashed backend within a minute.",
		"Runbook: https://wiki.example/dss?a=1&b=2",
		"Seen: 3 s ago, alert pending",
	]);
});

test.each<[Level, number]>([
	["ok", 0],
	["warning", 1],
	["critical", 2],
	["unknown", 3],
])("%s ends with %d", (level, code) => expect(nagiosCheck(aReport({ level }), { now }).code).toBe(code));

test("-v adds what was measured", () => {
	expect(nagiosCheck(aReport({ values: { state: "DONE" } }), { now, verbosity: 1 }).text).toMatch(/\nstate: DONE$/);
});

test("an instance is as bad as its worst check, which is named first", () => {
	const { text, code } = nagiosInstance(
		anInstanceReport(
			aReport(),
			aReport({ check: "slow", level: "warning", cause: reportedCause("backend_slow"), summary: "HTTP 200 in 3 s" }),
			aBadReport({ check: "public-api" }),
			aReport({ check: "canary-job", level: "unknown", summary: "not sampled yet", sampledAt: 0, values: {} }),
		),
		{ now },
	);
	expect(code).toBe(2);
	const [first = "", ...long] = text.split("\n");
	const [line, data = ""] = first.split(" | ");
	expect(line).toBe(
		"DSS CRITICAL - design: nginx up, DSS backend down or starting (HTTP 502 in 2 ms) in public-api; 1 critical, 1 warning, 1 unknown, 1 ok of 4 checks",
	);
	expect(parsePerfdata(data).map(({ label }) => label)).toEqual([
		"get-configuration::latency",
		"slow::latency",
		"public-api::latency",
	]);
	expect(long.filter((one) => one.startsWith("["))).toEqual([
		"[CRITICAL] public-api: nginx up, DSS backend down or starting (HTTP 502 in 2 ms), 3 s ago, alert inactive",
		"[WARNING] slow: DSS backend slow (HTTP 200 in 3 s), 3 s ago, alert inactive",
		"[UNKNOWN] canary-job: not sampled yet",
		"[OK] get-configuration: HTTP 200 in 12 ms, 3 s ago, alert inactive",
	]);
	expect(nagiosInstance(anInstanceReport(aReport()), { now }).text).toMatch(/^DSS OK - design: 1 check ok \|/);
	expect(nagiosInstance(anInstanceReport(), { now })).toEqual(nagiosTrouble("no check runs on design"));
});

test("no text of a target reaches Nagios's macros, its pages, a shell or the performance data", () => {
	const hostile = fc.oneof(
		fc.string({ unit: "binary", maxLength: 40 }),
		fc.constantFrom(
			"<script>",
			"$(reboot)",
			"`id`",
			"a|b=1",
			'";id;"',
			"x\ny",
			"$HOSTNAME$",
			"\u202egnp",
			"\ud800",
			"&lt;",
		),
	);
	fc.assert(
		fc.property(hostile, hostile, (summary, failed) => {
			const report = aBadReport({ summary, failed: [failed], values: { latency: 1, state: summary } });
			for (const { text } of [
				nagiosCheck(report, { now, verbosity: 3 }),
				nagiosInstance(anInstanceReport(report), { now, verbosity: 3 }),
				nagiosTrouble(summary),
			]) {
				expect(text.replace(" | ", " ").replaceAll("\n", " ")).not.toMatch(/[<>&"'`$\\|\u2028\u202e]|\p{Cc}/u);
				expect(text.isWellFormed()).toBe(true);
			}
		}),
		{ numRuns: 25 },
	);
});

test("what is too much for Nagios is cut between figures and between lines", () => {
	const many = Array.from({ length: 300 }, (_, index) =>
		aBadReport({ check: `check-with-a-long-name-${index}`, summary: "ü".repeat(500) }),
	);
	const { text } = nagiosInstance(anInstanceReport(...many), { now, verbosity: 1 });
	expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_000);
	const [first = ""] = text.split("\n");
	expect(parsePerfdata(first.slice(first.indexOf("|") + 2)).length).toBeGreaterThan(50);
	expect(text).toMatch(/\n\[CRITICAL\]/);
});

describe("ranges of the command line", () => {
	const slow = aBadReport({
		cause: reportedCause("backend_slow"),
		summary: "HTTP 200 in 9 s",
		types: REPLY_VALUES,
		values: { latency: 9, status: 200 },
		failed: ["latency 9 s is above 8 s"],
		exceeded: { latency: "latency 9 s is above 8 s" },
	});

	test("take the place of the check's threshold", () => {
		expect(judgedByRanges(slow, { latency: { warning: range("10"), critical: range("20") } })).toMatchObject({
			level: "ok",
			failed: [],
		});
		expect(judgedByRanges(slow, { latency: { warning: range("1"), critical: range("10") } })).toMatchObject({
			level: "warning",
			cause: { code: "backend_slow" },
			failed: ["latency 9 s is outside the range 1"],
		});
		expect(judgedByRanges(aReport(), { latency: { critical: range("@0:1") } })).toMatchObject({
			level: "critical",
			failed: ["latency 0.012 s is inside the range 1"],
		});
	});

	test("hide neither another condition that failed nor a fault", () => {
		const both = { ...slow, failed: ["latency 9 s is above 8 s", "expected status == 200, but status is 500"] };
		expect(judgedByRanges(both, { latency: { warning: range("20") } })).toMatchObject({
			level: "critical",
			failed: ["expected status == 200, but status is 500"],
		});
		// A condition whose words look like those of a threshold stays one.
		const alike = { ...slow, failed: ["latency 9 s is above 8 s"], exceeded: {} };
		expect(judgedByRanges(alike, { latency: { warning: range("20") } })).toMatchObject({ level: "critical" });
		const fault = aBadReport({ cause: reportedCause("backend_hanging"), failed: [], values: {} });
		expect(judgedByRanges(fault, { latency: { warning: range("20") } })).toMatchObject({
			level: "critical",
			cause: { code: "backend_hanging" },
			failed: [],
		});
	});

	test("judge no values that are too old", () => {
		const stale = asOfNow(slow, slow.freshUntil + 1);
		expect(judgedByRanges(stale, { latency: { critical: range("1") } })).toBe(stale);
	});

	test("about a value that was not measured are unknown", () => {
		expect(judgedByRanges(aReport(), { dss_days: { warning: range("14:") } })).toMatchObject({
			level: "unknown",
			failed: ["dss_days was not measured"],
		});
		// Neither is a certificate that was never seen about to expire, nor is there anything to do about DSS.
		const unseen = judgedByRanges(aReport({ advice: "Renew it.", types: REPLY_VALUES }), {
			tls_days_left: { warning: range("14:") },
		});
		expect(unseen.cause).toBeUndefined();
		const { text } = nagiosCheck(unseen, { now });
		expect(text).toMatch(/^DSS UNKNOWN - .*: tls_days_left was not measured; HTTP 200 in 12 ms \|/);
		expect(text).not.toMatch(/expires|To do/);
	});

	test("name in the first line what alerted", () => {
		const judged = judgedByRanges(aReport({ types: REPLY_VALUES }), { status: { critical: range("@200") } });
		expect(nagiosCheck(judged, { now }).text).toMatch(
			/^DSS CRITICAL - .*: a threshold of the check is exceeded \(status 200 is inside the range 200; HTTP 200 in 12 ms\) \|/,
		);
	});

	test("know how long the look took", () => {
		expect(judgedByRanges(aReport(), { duration: { warning: range("0.01") } }).level).toBe("warning");
	});
});

describe("what dss-probe has confirmed", () => {
	test("is good while a problem is pending, and says so", () => {
		const { text, code } = nagiosCheck(confirmed(aBadReport({ phase: "pending" })), { now });
		expect(code).toBe(0);
		expect(text).toMatch(/^DSS OK - design\/get-configuration: HTTP 502 in 2 ms, critical but not confirmed \|/);
		expect(text).toMatch(/, alert pending$/);
	});

	test("is bad while an incident is open, also after a good look", () => {
		expect(confirmed(aBadReport({ phase: "firing", firm: "critical" })).level).toBe("critical");
		const { text, code } = nagiosCheck(confirmed(aReport({ phase: "recovering", firm: "critical" })), { now });
		expect(code).toBe(2);
		expect(text).toMatch(/^DSS CRITICAL - .*: HTTP 200 in 12 ms, not confirmed as over/);
	});

	test("is the sample where nobody confirms, and unknown where nothing is known", () => {
		const { phase: _, ...alone } = aBadReport();
		expect(confirmed(alone)).toBe(alone);
		const unknown = aReport({ level: "unknown", phase: "inactive" });
		expect(confirmed(unknown)).toBe(unknown);
	});
});

test("the check's own advice comes after the cause's, or in its place where only the check knows", () => {
	const todo = (given: Parameters<typeof aBadReport>[0]) =>
		nagiosCheck(aBadReport({ advice: "Ask Ada.", ...given }), { now }).text.match(/^To do: .*$/gm);
	expect(todo({})).toEqual([expect.stringMatching(/supervisord/), "To do: Ask Ada."]);
	expect(todo({ cause: reportedCause("expectation_failed") })).toEqual(["To do: Ask Ada."]);
	const unseen = aReport({
		level: "unknown",
		summary: "not sampled yet",
		sampledAt: 0,
		values: {},
		advice: "Ask Ada.",
	});
	expect(nagiosCheck(unseen, { now }).text).not.toContain("To do");
});
