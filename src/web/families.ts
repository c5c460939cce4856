import { type Alert, isOpen } from "../model/alert.ts";
import { layerOf } from "../model/cause.ts";
import { LEVEL_CODE, LEVELS } from "../model/verdict.ts";
import type { CheckView, MetricsView, StatusView } from "./view.ts";

/** One line of the exposition. */
interface Point {
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
	/** Where it differs from the family's: the `_bucket`, `_sum` and `_count` of a histogram. */
	readonly metricName?: string;
}

/** All points of one metric name. */
export interface Family {
	readonly name: string;
	readonly help: string;
	readonly type: "gauge" | "counter" | "histogram";
	readonly values: readonly Point[];
}

const STATE_CODE: Readonly<Record<Alert["state"]["phase"], number>> = {
	inactive: 0,
	pending: 1,
	firing: 2,
	recovering: 3,
};

/**
 * Everything that /metrics tells, by the naming rules of Prometheus: base units, `_total` for counters. Labels come from
 * the configuration and from fixed lists alone, so that their number is bounded; no error text is ever a label.
 */
export function families(status: StatusView, metrics: MetricsView): Family[] {
	return [...checkFamilies(status), ...proberFamilies(status, metrics)];
}

function checkFamilies(status: StatusView): Family[] {
	const all = status.instances.flatMap(({ name, checks }) =>
		checks.map((check) => ({ check, alert: check.alert, labels: { instance: name, check: check.name } })),
	);
	type One = (typeof all)[number];
	const each = (pick: (one: One) => number | undefined): Point[] =>
		all.flatMap((one) => {
			const value = pick(one);
			return value === undefined ? [] : [{ labels: one.labels, value }];
		});
	const measured = (unit: "s" | "B" | undefined): Point[] =>
		all.flatMap(({ check, labels }) =>
			numbers(check, unit).map(([value, number]) => ({ labels: { ...labels, value }, value: number })),
		);

	return [
		gauge(
			"dss_probe_check_state",
			"Where the alert of a check is: 0 inactive, 1 pending, 2 firing, 3 recovering.",
			each(({ alert }) => alert && STATE_CODE[alert.state.phase]),
		),
		gauge(
			"dss_probe_check_level",
			"Level of the newest sample: 0 ok, 1 warning, 2 critical, 3 unknown.",
			each(({ alert }) => alert && LEVEL_CODE[alert.level]),
		),
		gauge(
			"dss_probe_check_stale",
			"1 where a check has no fresh sample.",
			each(({ check }) => Number(check.isStale)),
		),
		gauge(
			"dss_probe_check_muted",
			"1 where nobody is told of a check.",
			each(({ check }) => Number(check.muted !== undefined)),
		),
		gauge(
			"dss_probe_check_sampled_timestamp_seconds",
			"Start of the newest sample that counted, Unix time.",
			each(({ alert }) => alert && alert.sampledAt / 1_000),
		),
		gauge(
			"dss_probe_check_cause_info",
			"Always 1; what an open incident is blamed on.",
			all.flatMap(({ alert, labels }) =>
				alert?.cause && isOpen(alert.state)
					? [{ labels: { ...labels, cause: alert.cause.code, layer: layerOf(alert.cause.code) }, value: 1 }]
					: [],
			),
		),
		gauge(
			"dss_probe_check_duration_seconds",
			"How long the newest run took.",
			each(({ check }) => (check.durationMs !== undefined ? check.durationMs / 1_000 : undefined)),
		),
		gauge(
			"dss_probe_check_phase_seconds",
			"Measured times of the newest sample: latency and its phases.",
			measured("s"),
		),
		gauge("dss_probe_check_size_bytes", "Measured sizes of the newest sample.", measured("B")),
		gauge("dss_probe_check_value", "Other measured numbers of the newest sample.", measured(undefined)),
	];
}

/** The numeric values of a check that have this unit; days and bare numbers have none in Prometheus. */
function numbers({ alert, types }: CheckView, unit: "s" | "B" | undefined): [name: string, value: number][] {
	return Object.entries(alert?.values ?? {}).flatMap(([name, value]) => {
		const own = types[name]?.unit;
		if (typeof value === "string" || (own === "d" ? undefined : own) !== unit) return [];
		return [[name, Number(value)]];
	});
}

function proberFamilies({ prober, channels, sinks }: StatusView, metrics: MetricsView): Family[] {
	const { lateness } = metrics;
	return [
		counter(
			"dss_probe_samples_total",
			"Judged samples by level.",
			LEVELS.map((level) => ({ labels: { level }, value: metrics.samples[level] })),
		),
		counter(
			"dss_probe_transitions_total",
			"State changes of alerts.",
			Object.entries(metrics.transitions).map(([change, value]) => ({ labels: { change }, value })),
		),
		counter(
			"dss_probe_notifications_total",
			"Notifications by channel and outcome.",
			metrics.notifications.map(({ channel, outcome, count }) => ({ labels: { channel, outcome }, value: count })),
		),
		gauge(
			"dss_probe_outbox_pending",
			"Notifications stored, not yet delivered.",
			channels.map(({ name, pending }) => ({ labels: { channel: name }, value: pending })),
		),
		gauge(
			"dss_probe_outbox_dead",
			"Notifications given up.",
			channels.map(({ name, dead }) => ({ labels: { channel: name }, value: dead })),
		),
		counter(
			"dss_probe_sink_values_total",
			"Values by sink and by what became of them: sent, refused, lost.",
			sinks.flatMap(({ name: sink, sent, refused, lost }) =>
				Object.entries({ sent, refused, lost }).map(([outcome, value]) => ({ labels: { sink, outcome }, value })),
			),
		),
		gauge(
			"dss_probe_sink_pending",
			"Values that wait for a sink.",
			sinks.map(({ name, queued }) => ({ labels: { sink: name }, value: queued })),
		),
		gauge(
			"dss_probe_sink_up",
			"1 while a sink takes values.",
			sinks.map(({ name, failingSince }) => ({ labels: { sink: name }, value: Number(failingSince === undefined) })),
		),
		gauge(
			"dss_probe_sink_refusals",
			"Names whose values the receiver of a sink refuses; the status page lists them.",
			sinks.map(({ name, refusals }) => ({ labels: { sink: name }, value: refusals.length })),
		),
		{
			name: "dss_probe_schedule_lateness_seconds",
			help: "How late runs started.",
			type: "histogram",
			values: [
				...lateness.bounds.map((bound, index) => bucket(String(bound), lateness.buckets[index] ?? 0)),
				bucket("+Inf", lateness.count),
				{ metricName: "dss_probe_schedule_lateness_seconds_sum", labels: {}, value: lateness.sumSeconds },
				{ metricName: "dss_probe_schedule_lateness_seconds_count", labels: {}, value: lateness.count },
			],
		},
		counter("dss_probe_schedule_missed_total", "Due moments at which nothing started.", one(prober.schedule.missed)),
		gauge("dss_probe_schedule_running", "Runs in flight.", one(prober.schedule.running)),
		gauge("dss_probe_schedule_waiting", "Due checks that wait for a place.", one(prober.schedule.waiting)),
		gauge("dss_probe_schedule_stuck", "Runs that have not ended long after their timeout.", one(prober.schedule.stuck)),
		counter(
			"dss_probe_gaps_total",
			"Times the program was held up, the machine slept or the clock was set.",
			metrics.gaps.map(({ kind, count }) => ({ labels: { kind }, value: count })),
		),
		counter(
			"dss_probe_gap_seconds_total",
			"How long that was in all.",
			metrics.gaps.map(({ kind, seconds }) => ({ labels: { kind }, value: seconds })),
		),
		gauge(
			"dss_probe_store_up",
			"1 while the database takes what is written.",
			one(Number(prober.store.error === undefined)),
		),
		gauge(
			"dss_probe_config_up",
			"1 while the newest configuration is in force.",
			one(Number(prober.configError === undefined)),
		),
		gauge(
			"dss_probe_config_loaded_timestamp_seconds",
			"When the configuration in force was read.",
			one(prober.configLoadedAt / 1_000),
		),
		gauge("dss_probe_build_info", "Always 1; the versions.", [
			{ labels: { version: prober.version, node: metrics.nodeVersion }, value: 1 },
		]),
	];
}

function bucket(le: string, value: number): Point {
	return { metricName: "dss_probe_schedule_lateness_seconds_bucket", labels: { le }, value };
}

const one = (value: number): Point[] => [{ labels: {}, value }];
const gauge = (name: string, help: string, values: readonly Point[]): Family => ({ name, help, type: "gauge", values });
const counter = (name: string, help: string, values: readonly Point[]): Family => ({
	name,
	help,
	type: "counter",
	values,
});
