import { expect, test } from "vitest";
import { ALERT_CODE } from "../../src/model/alert-code.ts";
import type { CheckReport } from "../../src/model/report.ts";
import { reportedCause } from "../../src/model/reported-cause.ts";
import { LEVELS } from "../../src/model/verdict.ts";
import { alertCode, explaining } from "../../src/report/alert-code.ts";
import { aReport } from "../support/reports.ts";

const PHASES = ["inactive", "pending", "firing", "recovering", undefined] as const;
const { none, good, pending, held, warning, firingWarning, critical, firingCritical } = ALERT_CODE;

function told(level: CheckReport["level"], phase: CheckReport["phase"], parents: readonly string[] = []): CheckReport {
	const { phase: _phase, ...rest } = aReport({ level, parents });
	return { ...rest, ...(phase && { phase }) };
}

/** By phase: the codes of ok, unknown, warning, critical. */
test.each([
	["inactive", [none, none, none, none]],
	["pending", [pending, pending, pending, pending]],
	["firing", [held, firingWarning, firingWarning, firingCritical]],
	["recovering", [held, held, held, held]],
	[undefined, [good, held, warning, critical]],
] as const)("with the phase %s each level has its code", (phase, codes) => {
	expect(LEVELS.map((level) => alertCode(told(level, phase), new Set()))).toEqual(codes);
});

test("a parent that is bad holds back what would raise a problem, and leaves alone what would end one", () => {
	const bad = new Set(["design/parent"]);
	for (const phase of PHASES) {
		for (const level of LEVELS) {
			const alone = alertCode(told(level, phase, ["design/parent"]), new Set());
			const explained = alertCode(told(level, phase, ["design/parent"]), bad);
			expect(explained).toBe(alone >= warning ? held : alone);
		}
	}
});

test("without a daemon an instance that is not reached is told by its own alert alone", () => {
	const down = { ...told("critical", undefined), cause: reportedCause("connection_refused") };
	expect(alertCode(down, new Set())).toBe(held);
	expect(alertCode({ ...down, phase: "firing" }, new Set())).toBe(firingCritical);
	expect(alertCode({ ...down, cause: reportedCause("key_rejected") }, new Set())).toBe(critical);
	expect(alertCode({ ...down, level: "warning" }, new Set())).toBe(warning);
});

test("the daemon says which parents are bad; without one their newest look does", () => {
	const isBad = (level: CheckReport["level"], phase: CheckReport["phase"]) =>
		explaining([told(level, phase)]).has("design/get-configuration");
	expect(PHASES.map((phase) => isBad("ok", phase))).toEqual([false, true, true, true, false]);
	expect(PHASES.map((phase) => isBad("critical", phase))).toEqual([false, true, true, true, true]);
	expect(isBad("unknown", undefined)).toBe(false);
});

test("the order of the codes is what the triggers rely on", () => {
	expect([none, good, pending, held, warning, firingWarning, critical, firingCritical]).toEqual([
		0, 1, 2, 3, 4, 5, 6, 7,
	]);
});
