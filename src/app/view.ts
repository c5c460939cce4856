import type { Clock } from "../clock.ts";
import type { Check } from "../config/checks.ts";
import { isInForce } from "../model/silence.ts";
import { discoverChecks, discoverValues } from "../report/lld.ts";
import { masterJson } from "../report/master.ts";
import { LATENESS_BOUNDS } from "../schedule/lateness.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Timing } from "../schedule/timing.ts";
import type { ChannelView, CheckView, InstanceView, MetricsView, StatusView, WebView } from "../web/view.ts";
import { coveredBy } from "./covers.ts";
import { explain, explanationJson } from "./explain.ts";
import { healthOf } from "./health.ts";
import type { Parts } from "./parts.ts";
import type { Reports } from "./reports.ts";
import { SELF } from "./self.ts";
import type { Sinks } from "./sinks.ts";

/** Samples of a check that the page draws. */
const RECENT = 60;

export interface ViewDeps {
	readonly parts: Parts;
	readonly reports: Reports;
	readonly sinks: Sinks;
	readonly schedule: Schedule;
	readonly clock: Clock;
	readonly version: string;
	readonly nodeVersion: string;
	readonly startedAt: number;
	/** When the configuration in force was taken, and why a newer one was not. */
	configState(): { readonly loadedAt: number; readonly error?: string };
}

/** What the pages show: copies of the live state, made when they are asked for. */
export function webViewOf(deps: ViewDeps): WebView {
	const { parts, clock } = deps;
	return {
		status: () => statusOf(deps),
		health: () => healthOf(deps),
		recent: (key) =>
			(parts.keeper.read((store) => store.samples(key, RECENT)) ?? []).map(({ level, sample }) => ({
				at: sample.startedAt,
				level,
				durationMs: sample.durationMs,
			})),
		silences: () => parts.ledger.silences(),
		explain(key, sinceMs, to) {
			const config = parts.config();
			if (!coveredBy({}, config).includes(key)) return undefined;
			const { ledger, pipeline } = parts;
			const told = parts.keeper.read((store) => explain({ clock, config, ledger, pipeline, store }, key, sinceMs, to));
			return told && (JSON.parse(parts.redact()(JSON.stringify(explanationJson(told)))) as object);
		},
		metrics: () => metricsOf(deps),
		zabbix(name) {
			const report = deps.reports.report(name);
			return report && masterJson(report, clock.now());
		},
		zabbixDiscovery(what) {
			const all = deps.reports.instances().flatMap((name) => deps.reports.report(name) ?? []);
			return what === "checks" ? discoverChecks(all) : discoverValues(all);
		},
	};

	function statusOf({ schedule, version, startedAt, configState }: ViewDeps): StatusView {
		const config = parts.config();
		const now = clock.now();
		const byInstance = Map.groupBy(config.checks, (check) => check.instance.name);
		const instances = [...config.instances.values()].map(
			({ name, url, labels }): InstanceView => ({
				name,
				url,
				labels,
				checks: (byInstance.get(name) ?? []).map((check) => checkView(check, now)),
			}),
		);
		const { running, waiting, stuck, started, missed, lateness } = schedule.stats();
		const fault = parts.keeper.fault();
		const { loadedAt, error } = configState();
		return {
			instances: [...instances, selfInstance(now)],
			channels: [...config.channels].map(([name, { type }]) => channelView(name, type)),
			sinks: [...deps.sinks.all()].map((sink) => ({ name: sink.name, type: sink.type, ...sink.figures() })),
			silences: parts.ledger.silences().filter((silence) => isInForce(silence, now)),
			prober: {
				version,
				startedAt,
				configLoadedAt: loadedAt,
				...(error !== undefined && { configError: error }),
				store: { file: config.store.path, ...(fault !== undefined && { error: fault }) },
				schedule: { running, waiting, stuck, started, missed, lateness },
				gaps: [...parts.counters.gaps],
				deadLetters: [...parts.counters.channels.values()].reduce((sum, { counts }) => sum + counts.dead, 0),
			},
		};
	}

	function checkView(check: Check, now: number): CheckView {
		const alert = parts.ledger.alert(check.key);
		const durationMs = parts.counters.durations.get(check.key);
		const muted = parts.pipeline.mutedBy(check.key);
		return {
			key: check.key,
			name: check.name,
			about: check.summary,
			...(alert && { alert }),
			...(durationMs !== undefined && { durationMs }),
			...timingView(check.timing),
			isStale: alert !== undefined && now - alert.sampledAt > check.policy.gapMs + check.timeoutMs,
			...(muted && { muted }),
			labels: check.labels,
			...(check.advice !== undefined && { advice: check.advice }),
			...(check.runbook !== undefined && { runbook: check.runbook }),
			types: check.rules.types,
		};
	}

	function selfInstance(now: number): InstanceView {
		const alert = parts.ledger.alert(SELF.key);
		return {
			...SELF.instance,
			checks: [
				{
					key: SELF.key,
					name: SELF.name,
					about: SELF.summary,
					...(alert && { alert }),
					everyMs: SELF.retryEveryMs,
					isStale: alert !== undefined && now - alert.sampledAt > SELF.policy.gapMs,
					labels: SELF.labels,
					types: {},
				},
			],
		};
	}

	function channelView(name: string, type: string): ChannelView {
		const pending = parts.notifier.pending().get(name);
		const record = parts.counters.channels.get(name);
		return {
			name,
			type,
			pending: pending?.queued ?? 0,
			dead: record?.counts.dead ?? 0,
			...(record?.sentAt !== undefined && { sentAt: record.sentAt }),
			...(record?.lastError && { lastError: record.lastError }),
			...(pending?.disabled !== undefined && { disabled: pending.disabled }),
			...(pending?.deferredUntil !== undefined && { deferredUntil: pending.deferredUntil }),
		};
	}
}

function timingView(timing: Timing): Pick<CheckView, "everyMs" | "cron"> {
	return "every" in timing ? { everyMs: timing.every } : { cron: timing.cron };
}

function metricsOf({ parts, schedule, nodeVersion }: ViewDeps): MetricsView {
	const { counters } = parts;
	const { buckets, count, sumSeconds } = schedule.stats().lateness;
	return {
		samples: { ...counters.samples },
		transitions: { ...counters.transitions },
		notifications: [...counters.channels].flatMap(([channel, { counts }]) =>
			Object.entries(counts).map(([outcome, amount]) => ({ channel, outcome, count: amount })),
		),
		lateness: { bounds: LATENESS_BOUNDS, buckets, count, sumSeconds },
		gaps: [...counters.gapTotals].map(([kind, { count: times, ms }]) => ({ kind, count: times, seconds: ms / 1_000 })),
		nodeVersion,
	};
}
