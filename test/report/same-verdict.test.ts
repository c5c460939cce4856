import fc from "fast-check";
import { expect, test } from "vitest";
import { exitFor } from "../../src/cli/exit.ts";
import { CAUSES, type CauseCode } from "../../src/model/cause.ts";
import { asOfNow, type CheckReport } from "../../src/model/report.ts";
import { reportedCause } from "../../src/model/reported-cause.ts";
import { LEVEL_CODE, LEVELS } from "../../src/model/verdict.ts";
import { masterJson } from "../../src/report/master.ts";
import { nagiosCheck } from "../../src/report/nagios.ts";
import { readInstanceReport } from "../../src/report/read.ts";
import { zabbixValue } from "../../src/report/zabbix-value.ts";
import { T0 } from "../support/builders.ts";
import { anInstanceReport, aReport } from "../support/reports.ts";

const text = fc.string({ unit: "binary", maxLength: 60 });
const reports: fc.Arbitrary<CheckReport> = fc
	.record({
		level: fc.constantFrom(...LEVELS),
		code: fc.constantFrom(...(Object.keys(CAUSES) as CauseCode[])),
		summary: text,
		failed: fc.array(text, { maxLength: 3 }),
		ageMs: fc.integer({ min: 0, max: 200_000 }),
		values: fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(fc.double({ noNaN: true }), text, fc.boolean()), {
			maxKeys: 4,
		}),
	})
	.map(({ level, code, ageMs, ...rest }) => ({
		...aReport({ ...rest, level, sampledAt: T0 - ageMs, freshUntil: T0 - ageMs + 70_000 }),
		...(level !== "ok" && { cause: reportedCause(code) }),
	}));

test("whoever asks hears the same verdict: Zabbix, Nagios, the JSON of the daemon and the exit code", () => {
	fc.assert(
		fc.property(reports, (report) => {
			const sent = JSON.parse(JSON.stringify(anInstanceReport(report)));
			const [heard] = readInstanceReport(sent)?.checks ?? [];
			const master = JSON.parse(masterJson(anInstanceReport(report), T0));
			const plugin = nagiosCheck(asOfNow(report, T0), { now: T0 });
			const level = asOfNow(report, T0).level;
			const all = {
				zabbix: Number(zabbixValue(heard as CheckReport, "", T0)),
				word: LEVEL_CODE[zabbixValue(report, "level", T0) as "ok"],
				instance: master.verdict,
				row: master.checks[0].verdict,
				plugin: plugin.code,
				line: LEVEL_CODE[(/^DSS (\w+) - /.exec(plugin.text)?.[1] ?? "").toLowerCase() as "ok"],
				code: exitFor(level),
			};
			const code = LEVEL_CODE[level];
			expect(all).toEqual({ zabbix: code, word: code, instance: code, row: code, plugin: code, line: code, code });
		}),
		{ numRuns: 1_000 },
	);
});
