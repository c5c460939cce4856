import { expect, test } from "vitest";
import { reportedCause } from "../../src/model/reported-cause.ts";
import { readInstanceReport } from "../../src/report/read.ts";
import { anInstanceReport, aReport } from "../support/reports.ts";

test("a report that went over a socket is the same afterwards", () => {
	const report = anInstanceReport(
		aReport(),
		aReport({ check: "b", level: "critical", cause: reportedCause("backend_down") }),
	);
	expect(readInstanceReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
});

test("what a newer daemon adds does no harm", () => {
	expect(readInstanceReport({ ...anInstanceReport({ ...aReport(), more: 1 } as never), news: [] })).toBeDefined();
});

test("anything else is no report", () => {
	const without = (key: string) => anInstanceReport({ ...aReport(), [key]: undefined });
	const wrong: readonly unknown[] = [
		undefined,
		null,
		"text",
		[],
		{},
		{ ...anInstanceReport(), checks: {} },
		anInstanceReport({ ...aReport(), level: "fine" as never }),
		anInstanceReport({ ...aReport(), cause: { code: "of_tomorrow" as never, text: "?" } as never }),
		...["check", "level", "summary", "failed", "sampledAt", "freshUntil", "values", "types", "labels", "parents"].map(
			without,
		),
	];
	for (const given of wrong) expect(readInstanceReport(given)).toBeUndefined();
});
