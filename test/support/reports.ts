import type { CheckReport, InstanceReport } from "../../src/model/report.ts";
import { reportedCause } from "../../src/model/reported-cause.ts";
import { T0 } from "./builders.ts";

/** A good report of a check, taken at T0 and fresh for 70 s. */
export function aReport(given: Partial<CheckReport> = {}): CheckReport {
	return {
		instance: "design",
		check: "get-configuration",
		about: "The DSS backend answers.",
		level: "ok",
		summary: "HTTP 200 in 12 ms",
		failed: [],
		sampledAt: T0,
		durationMs: 12,
		values: { status: 200, latency: 0.012, tls: true },
		types: {
			status: { type: "int", summary: "HTTP status." },
			latency: { type: "double", unit: "s", summary: "Time." },
			tls: { type: "bool", summary: "Over TLS." },
			dss_version: { type: "string", summary: "Version." },
			headers: { type: "map<string, string>", summary: "Headers." },
		},
		freshUntil: T0 + 70_000,
		phase: "inactive",
		thresholds: { latency: { warning: 2, critical: 8, bad: "above" } },
		labels: {},
		parents: [],
		...given,
	};
}

/** The same while the backend is down. */
export function aBadReport(given: Partial<CheckReport> = {}): CheckReport {
	return aReport({
		level: "critical",
		cause: reportedCause("backend_down"),
		summary: "HTTP 502 in 2 ms",
		failed: ["expected status == 200, but status is 502"],
		values: { latency: 0.002, status: 502 },
		...given,
	});
}

export function anInstanceReport(...checks: readonly CheckReport[]): InstanceReport {
	return { instance: "design", url: "http://dss.test", labels: {}, checks };
}
