import { expect, test } from "vitest";
import { renderMetrics } from "../../src/web/metrics.ts";
import { checkView, firing, metricsView, statusView } from "../support/web-view.ts";

const bad = checkView("design/bad", firing("critical", 60_000), "backend_down", { muted: { reason: "silence" } });
const view = {
	status: () => statusView({ design: [bad, checkView('design/odd "name"\n')] }),
	metrics: () => metricsView,
};

test("each check tells its state, level, cause and measured values in base units", async () => {
	const lines = (await renderMetrics(view)).split("\n");
	expect(lines).toEqual(
		expect.arrayContaining([
			'dss_probe_check_state{instance="design",check="bad"} 2',
			'dss_probe_check_level{instance="design",check="bad"} 2',
			'dss_probe_check_muted{instance="design",check="bad"} 1',
			'dss_probe_check_cause_info{instance="design",check="bad",cause="backend_down",layer="backend"} 1',
			'dss_probe_check_phase_seconds{instance="design",check="bad",value="latency"} 0.038',
			'dss_probe_check_size_bytes{instance="design",check="bad",value="size"} 2048',
			'dss_probe_check_value{instance="design",check="bad",value="tls_days_left"} 41',
			'dss_probe_check_duration_seconds{instance="design",check="bad"} 0.041',
			'dss_probe_check_state{instance="design",check="odd \\"name\\"\\n"} 0',
		]),
	);
});

test("the prober tells its own counts", async () => {
	const lines = (await renderMetrics(view)).split("\n");
	expect(lines).toEqual(
		expect.arrayContaining([
			'dss_probe_samples_total{level="critical"} 500',
			'dss_probe_transitions_total{change="fired"} 3',
			'dss_probe_notifications_total{channel="ops-mail",outcome="sent"} 5',
			'dss_probe_outbox_pending{channel="ops-mail"} 0',
			'dss_probe_schedule_lateness_seconds_bucket{le="0.1"} 10',
			'dss_probe_schedule_lateness_seconds_bucket{le="+Inf"} 11',
			"dss_probe_schedule_lateness_seconds_sum 0.75",
			"dss_probe_schedule_lateness_seconds_count 11",
			"dss_probe_schedule_missed_total 2",
			'dss_probe_gaps_total{kind="stalled"} 1',
			'dss_probe_build_info{version="0.1.0",node="24.0.0"} 1',
		]),
	);
});

test("texts that a target chose never become labels or values", async () => {
	const text = await renderMetrics(view);
	expect(text).not.toContain("13.5.1");
	expect(text).not.toContain("HTTP 502");
});

test("names and types keep to Prometheus's rules: counters and nothing else end in _total, all have a help text", async () => {
	const text = await renderMetrics(view);
	const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name: name as string, type }));
	expect(types.length).toBeGreaterThan(30);
	for (const { name, type } of types) {
		expect(`${name} ${name.endsWith("_total")}`).toBe(`${name} ${type === "counter"}`);
		expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, "m"));
	}
	expect(types.map(({ name }) => name)).toContain("process_resident_memory_bytes");
});

test("thousands of checks are told completely, under one heading", async () => {
	const checks = Array.from({ length: 4_500 }, (_, index) => checkView(`design/c${index}`));
	const text = await renderMetrics({ ...view, status: () => statusView({ design: checks }) });
	const lines = text.split("\n").filter((line) => line.includes("dss_probe_check_state"));
	expect(lines.filter((line) => line.startsWith("#")).length).toBe(2);
	expect(new Set(lines).size).toBe(4_502);
});

test("rendering twice at once mixes nothing up", async () => {
	const own = (text: string) => text.split("\n").filter((line) => line.includes("dss_probe"));
	const [first, second] = await Promise.all([renderMetrics(view), renderMetrics(view)]);
	expect(own(first)).toEqual(own(second));
	expect(new Set(own(first)).size).toBe(own(first).length);
});
