import { expect, test } from "vitest";
import { discoverChecks, discoverValues } from "../../src/report/lld.ts";
import { anInstanceReport, aReport } from "../support/reports.ts";

test("each check is a row, with what its items and triggers need", () => {
	const reports = [
		anInstanceReport(
			aReport(),
			aReport({ check: "b", labels: { severity: "warning" }, runbook: "https://wiki.test/b" }),
		),
	];
	expect(JSON.parse(discoverChecks(reports))).toEqual([
		{
			"{#INSTANCE}": "design",
			"{#CHECK}": "get-configuration",
			"{#SUMMARY}": "The DSS backend answers.",
			"{#SEVERITY}": "critical",
			"{#RUNBOOK}": "",
		},
		expect.objectContaining({ "{#CHECK}": "b", "{#SEVERITY}": "warning", "{#RUNBOOK}": "https://wiki.test/b" }),
	]);
	expect(discoverChecks([])).toBe("[]");
});

test("each value that can be an item is a row, with its unit", () => {
	const rows = JSON.parse(discoverValues([anInstanceReport(aReport())]));
	expect(rows.map((row: Record<string, string>) => [row["{#VALUE}"], row["{#UNIT}"], row["{#TYPE}"]])).toEqual([
		["status", "", "number"],
		["latency", "s", "number"],
		["tls", "", "number"],
		["dss_version", "", "text"],
	]);
});
