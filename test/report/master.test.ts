import fc from "fast-check";
import { expect, test } from "vitest";
import type { CheckReport } from "../../src/model/report.ts";
import { reportedCause } from "../../src/model/reported-cause.ts";
import { masterJson, masterTrouble } from "../../src/report/master.ts";
import { T0 } from "../support/builders.ts";
import { aBadReport, anInstanceReport, aReport } from "../support/reports.ts";

const NOW = T0 + 3_100;
const parsed = (...checks: readonly CheckReport[]) => JSON.parse(masterJson(anInstanceReport(...checks), NOW));

test("a good instance is told in one line, with all that its dependent items ask for", () => {
	const line = masterJson(anInstanceReport(aReport()), NOW);
	expect(line).not.toContain("\n");
	expect(JSON.parse(line)).toEqual({
		probe: 1,
		instance: "design",
		verdict: 0,
		alert: 0,
		up: 1,
		version: "",
		cause: "",
		cause_text: "",
		error: "",
		age: 3.1,
		checks: [
			{
				name: "get-configuration",
				about: "The DSS backend answers.",
				severity: "",
				runbook: "",
				verdict: 0,
				alert: 0,
				phase: "inactive",
				cause: "",
				cause_text: "",
				summary: "HTTP 200 in 12 ms",
				time: T0 / 1_000,
				age: 3.1,
				duration: 0.012,
				values: { status: 200, latency: 0.012, tls: 1 },
				units: { latency: "s" },
			},
		],
	});
});

test("the worst check speaks for the instance, critical before warning before unknown", () => {
	const at = (level: CheckReport["level"], check: string) =>
		aReport({ level, check, ...(level !== "ok" && { cause: reportedCause("threshold_exceeded") }) });
	expect(parsed(at("ok", "a"), at("unknown", "b")).verdict).toBe(3);
	expect(parsed(at("unknown", "a"), at("warning", "b")).verdict).toBe(1);
	expect(parsed(at("warning", "a"), at("critical", "b"))).toMatchObject({ verdict: 2, cause: "threshold_exceeded" });
});

test.each([
	["connection_refused", 0],
	["backend_down", 0],
	["login_page", 0],
	["key_rejected", 1],
	["job_failed", 1],
] as const)("an instance with a critical %s counts as up: %s", (code, up) => {
	expect(parsed(aReport({ level: "critical", cause: reportedCause(code) })).up).toBe(up);
	expect(parsed(aReport({ level: "warning", cause: reportedCause(code) })).up).toBe(1);
});

test("the version comes from whichever check saw it", () => {
	expect(parsed(aReport(), aReport({ check: "b", values: { dss_version: "14.3.1" } })).version).toBe("14.3.1");
});

test("where no answer is fresh, the probe itself is what is wrong", () => {
	const report = anInstanceReport(aReport());
	expect(JSON.parse(masterJson(report, T0 + 80_000))).toMatchObject({
		probe: 0,
		verdict: 3,
		alert: 3,
		error: "no fresh sample: the newest is 80 s old (HTTP 200 in 12 ms)",
		age: 80,
	});
	expect(JSON.parse(masterJson(anInstanceReport(), NOW))).toMatchObject({ probe: 0, verdict: 3, age: -1 });
	const waiting = parsed(aReport({ level: "unknown", summary: "not sampled yet", sampledAt: 0, freshUntil: 0 }));
	expect(waiting).toMatchObject({ probe: 0, error: "not sampled yet", age: -1 });
	expect(JSON.parse(masterTrouble("design", "no daemon"))).toMatchObject({
		probe: 0,
		verdict: 3,
		error: "no daemon",
		checks: [],
	});
	expect(Object.keys(JSON.parse(masterTrouble("design", "")))).toEqual(Object.keys(waiting));
});

test("the instance is unavailable where a check fires because nothing is reached, and its children leave that to it", () => {
	const root = aReport({ phase: "firing", level: "critical", cause: reportedCause("backend_down") });
	const child = aReport({ ...root, check: "public-api", parents: ["design/get-configuration"] });
	expect(parsed(root, child)).toMatchObject({ alert: 7, up: 0, checks: [{ alert: 7 }, { alert: 3 }] });
	// Not confirmed yet, over for a moment, and over.
	expect(parsed({ ...root, phase: "pending" }, child).alert).toBe(0);
	expect(parsed({ ...root, phase: "recovering", level: "ok" }, child).alert).toBe(3);
	expect(parsed(aReport(), aReport({ check: "public-api" })).alert).toBe(0);
	// A key that is rejected, or an answer that is slow, is no outage.
	expect(parsed(aReport(), { ...child, cause: reportedCause("key_rejected") })).toMatchObject({
		alert: 0,
		checks: [{}, { alert: 7 }],
	});
	expect(parsed({ ...root, level: "warning", cause: reportedCause("backend_slow") }).alert).toBe(0);
	// Without a daemon.
	const { phase: _phase, ...once } = root;
	const { phase: _none, ...good } = aReport();
	expect(parsed(once).alert).toBe(6);
	expect(parsed(good).alert).toBe(1);
	expect(parsed({ ...good, level: "unknown" }).alert).toBe(3);
	expect(parsed(good, { ...good, check: "b", level: "unknown" }).alert).toBe(1);
});

test("a stale check is held back, whatever its alert was", () => {
	const stale = aReport({
		check: "b",
		freshUntil: T0,
		phase: "firing",
		level: "critical",
		cause: reportedCause("job_failed"),
	});
	expect(parsed(aReport(), stale)).toMatchObject({ alert: 0, checks: [{ alert: 0 }, { alert: 3 }] });
});

test("a stale check beside fresh ones is unknown, and the probe counts as well", () => {
	expect(
		parsed(aReport(), aReport({ check: "b", freshUntil: T0 })).checks.map((row: CheckReport) => row),
	).toMatchObject([{ verdict: 0 }, { verdict: 3 }]);
	expect(parsed(aReport(), aReport({ check: "b", freshUntil: T0 })).probe).toBe(1);
});

test("what is too long for Zabbix is cut, and the worst is kept", () => {
	const many = Array.from({ length: 3_000 }, (_, index) =>
		aReport({
			check: `check-${index}`,
			summary: "é".repeat(3_000),
			...(index === 2_700 && { level: "critical", cause: reportedCause("job_failed") }),
		}),
	);
	for (const count of [1, 40, 150, 1_000, 3_000]) {
		const report = anInstanceReport(...many.slice(-count));
		const line = masterJson(report, NOW);
		// What Zabbix 6.0 refuses from an external check.
		expect(Buffer.byteLength(line)).toBeLessThan(512 * 1_024);
		const { checks, left_out = 0 } = JSON.parse(line);
		expect(checks.length + left_out).toBe(count);
		if (count === 3_000) expect(checks[0].name).toBe("check-2700");
		// Of what is shortened the texts go first, then the values.
		expect(checks.every(({ values }: { values: object }) => "latency" in values)).toBe(count <= 150 || count === 1_000);
	}
});

test("two hundred checks are told whole, with all that they measured", () => {
	const many = Array.from({ length: 200 }, (_, index) =>
		aBadReport({ check: `customer-facing-endpoint-${index}`, about: "The public interface answers in time." }),
	);
	const { checks, left_out } = JSON.parse(masterJson(anInstanceReport(...many), NOW));
	expect({ count: checks.length, left_out }).toEqual({ count: 200, left_out: undefined });
	expect(checks[199]).toMatchObject({ verdict: 2, values: { latency: 0.002, status: 502 } });
});

test("any values and texts give JSON whose numbers are numbers", () => {
	const value = fc.oneof(fc.double(), fc.string({ unit: "binary" }), fc.boolean());
	fc.assert(
		fc.property(fc.dictionary(fc.string(), value), fc.string({ unit: "binary" }), (values, summary) => {
			const line = masterJson(anInstanceReport(aReport({ values, summary })), NOW);
			expect(line).not.toMatch(/\n|null/i.test(JSON.stringify({ values, summary })) ? /\n/ : /\n|null/);
			const row = JSON.parse(line).checks[0];
			expect(Object.values(row.values).every((one) => ["number", "string"].includes(typeof one))).toBe(true);
		}),
		{ numRuns: 50 },
	);
});
