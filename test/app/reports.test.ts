import { expect, test } from "vitest";
import { createCounters } from "../../src/app/counters.ts";
import { reportsOf } from "../../src/app/reports.ts";
import type { Config } from "../../src/config/alerts.ts";
import { cause } from "../../src/model/cause.ts";
import { asOfNow } from "../../src/model/report.ts";
import { redactor } from "../../src/model/secret.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { anAlert, aSample, firing, inactive, SECOND, T0 } from "../support/builders.ts";

const instance = { name: "design", url: "http://dss.test", labels: { env: "prod", layer: "?" } };
const check = (name: string) => ({
	key: `design/${name}`,
	name,
	summary: "It answers.",
	instance,
	timing: { every: 30 * SECOND },
	timeoutMs: 10 * SECOND,
	policy: { gapMs: 90 * SECOND },
	labels: { layer: "backend" },
	parents: [],
	rules: {
		types: { latency: { type: "double", unit: "s", summary: "Time." } },
		expect: [],
		thresholds: [{ name: "latency", limits: { warning: 2, critical: undefined, recover: 1, bad: "above" } }],
	},
});
const config = {
	instances: new Map([["design", instance]]),
	checks: [check("front"), check("back")],
} as unknown as Config;

function withAlerts(...alerts: readonly ReturnType<typeof anAlert>[]) {
	const ledger = createLedger({ alerts, told: [], outbox: [], notes: new Map() });
	const counters = createCounters();
	const redact = () => redactor(["s3cret-key"]);
	return { counters, reports: reportsOf({ config: () => config, ledger, counters, redact }) };
}

const FRONT = { key: "design/front", values: { latency: 0.5 } };

test("a report holds what was seen last, what was configured, and until when it counts", () => {
	const { reports, counters } = withAlerts(anAlert(inactive(), FRONT));
	counters.sampled("design/front", "ok", aSample({}, { durationMs: 7 }));
	expect(reports.instances()).toEqual(["design"]);
	expect(reports.report("design", "front")).toEqual({
		instance: "design",
		url: "http://dss.test",
		labels: instance.labels,
		checks: [
			{
				instance: "design",
				check: "front",
				about: "It answers.",
				level: "ok",
				summary: "HTTP 200",
				failed: [],
				sampledAt: T0,
				durationMs: 7,
				values: { latency: 0.5 },
				types: check("front").rules.types,
				freshUntil: T0 + 70 * SECOND,
				phase: "inactive",
				thresholds: { latency: { warning: 2, bad: "above" } },
				labels: { env: "prod", layer: "backend" },
				parents: [],
			},
		],
	});
});

test("an open problem has its cause; one that is better but not yet closed has none", () => {
	const bad = withAlerts(anAlert(firing(), FRONT)).reports.report("design", "front")?.checks[0];
	expect(bad).toMatchObject({ level: "critical", phase: "firing", cause: cause("backend_down") });
	const better = withAlerts(anAlert(firing(), { ...FRONT, level: "ok" })).reports.report("design", "front")?.checks[0];
	expect(better?.cause).toBeUndefined();
});

test("a fault of the prober is told as unknown, with its words and no secret, whatever was seen before", () => {
	const { reports, counters } = withAlerts(anAlert(inactive(), FRONT));
	const fault = { code: "prober_resolver", text: "no answer about s3cret-key" } as const;
	counters.sampled("design/front", "unknown", aSample({}, { startedAt: T0 + SECOND, fault }));
	const [report] = reports.report("design")?.checks ?? [];
	expect(report).toMatchObject({
		level: "unknown",
		cause: cause("prober_resolver"),
		sampledAt: T0 + SECOND,
		values: {},
	});
	expect(report?.summary).toContain("no answer about");
	expect(report?.summary).not.toContain("s3cret-key");
	counters.sampled("design/front", "ok", aSample({}));
	expect(reports.report("design")?.checks[0]?.level).toBe("ok");
});

test("a check that was never sampled is unknown and never fresh; old knowledge is unknown, too", () => {
	const { reports } = withAlerts(anAlert(inactive(), FRONT));
	const [front, back] = reports.report("design")?.checks ?? [];
	expect(back).toMatchObject({ level: "unknown", summary: "not sampled yet", sampledAt: 0, freshUntil: 0 });
	expect(front && asOfNow(front, T0 + 70 * SECOND).level).toBe("ok");
	expect(front && asOfNow(front, T0 + 71 * SECOND)).toMatchObject({ level: "unknown", failed: [] });
});

test("dss-probe itself can be asked for; what is not watched cannot", () => {
	const { reports } = withAlerts();
	expect(reports.report("dss-probe")?.checks).toMatchObject([{ check: "self", level: "unknown" }]);
	for (const [name, only] of [["desing"], ["design", "fornt"], ["dss-probe", "front"], ["constructor"]]) {
		expect(reports.report(name as string, only)).toBeUndefined();
	}
});
