import type { Alert, AlertState } from "../../src/model/alert.ts";
import { type CauseCode, cause } from "../../src/model/cause.ts";
import type { CheckView, MetricsView, RecentSample, StatusView, WebView } from "../../src/web/view.ts";
import { MONDAY_MORNING } from "./clock.ts";

const NOW = MONDAY_MORNING;

/** A check as the web room sees it, fine for an hour unless said otherwise. */
export function checkView(
	key: string,
	state?: AlertState,
	code?: CauseCode,
	extra: Partial<CheckView> = {},
): CheckView {
	const actual = state ?? { phase: "inactive", since: NOW - 3_600_000 };
	const level = actual.phase === "inactive" || actual.phase === "recovering" ? "ok" : actual.level;
	const alert: Alert = {
		key,
		state: actual,
		sampledAt: NOW - 4_000,
		level,
		...(code ? { cause: cause(code) } : {}),
		summary: code ? "HTTP 502 after 41 ms" : "HTTP 200 after 38 ms",
		failed: code ? ["status == 200: status is 502"] : [],
		values: { status: code ? 502 : 200, latency: 0.038, size: 2_048, tls_days_left: 41, dss_version: "13.5.1" },
		raised: {},
	};
	return {
		key,
		name: key.slice(key.indexOf("/") + 1),
		about: "The DSS backend answers the endpoint that boots the web UI.",
		alert,
		durationMs: 41,
		everyMs: 30_000,
		isStale: false,
		labels: { layer: "backend" },
		types: {
			status: { type: "int", summary: "HTTP status." },
			latency: { type: "double", unit: "s", summary: "From start to end." },
			size: { type: "int", unit: "B", summary: "Size of the body." },
			tls_days_left: { type: "double", unit: "d", summary: "Days until the certificate ends." },
			dss_version: { type: "string", summary: "Version of DSS." },
		},
		...extra,
	};
}

export const firing = (level: "warning" | "critical" | "unknown", forMs: number): AlertState => ({
	phase: "firing",
	incident: "incident-1",
	since: NOW - forMs,
	firedAt: NOW - forMs + 10_000,
	level,
});

/** A status with these instances; everything else is in order. */
export function statusView(instances: Readonly<Record<string, readonly CheckView[]>>): StatusView {
	return {
		instances: Object.entries(instances).map(([name, checks]) => ({
			name,
			url: `https://${name}.dss.example`,
			labels: { env: "prod", role: name },
			checks,
		})),
		silences: [],
		sinks: [],
		channels: [{ name: "ops-mail", type: "email", pending: 0, dead: 0, sentAt: NOW - 7_200_000 }],
		prober: {
			version: "0.1.0",
			startedAt: NOW - 86_400_000,
			configLoadedAt: NOW - 86_400_000,
			store: { file: "data/dss-probe.db" },
			schedule: {
				running: 1,
				waiting: 0,
				stuck: 0,
				started: 34_560,
				missed: 2,
				lateness: { p50Ms: 1.2, p99Ms: 8.4, maxMs: 31 },
			},
			gaps: [],
			deadLetters: 0,
		},
	};
}

export const metricsView: MetricsView = {
	samples: { ok: 34_000, unknown: 1, warning: 59, critical: 500 },
	transitions: { fired: 3, resolved: 2 },
	notifications: [{ channel: "ops-mail", outcome: "sent", count: 5 }],
	lateness: { bounds: [0.01, 0.1], buckets: [9, 10], count: 11, sumSeconds: 0.75 },
	gaps: [{ kind: "stalled", count: 1, seconds: 7.5 }],
	nodeVersion: "24.0.0",
};

/** Forty samples, the last few of them bad where asked for. */
export function recentSamples(bad = 0): RecentSample[] {
	return Array.from({ length: 40 }, (_, index) => ({
		at: NOW - (40 - index) * 30_000,
		level: index >= 40 - bad ? "critical" : "ok",
		durationMs: 30 + ((index * 37) % 23) + (index >= 40 - bad ? 60 : 0),
	}));
}

/** A view that says this, with what a test wants to be different. */
export function webView(status: StatusView, extra: Partial<WebView> = {}): WebView {
	const bad = new Set(
		status.instances.flatMap(({ checks }) => checks.filter(({ alert }) => alert?.level !== "ok").map(({ key }) => key)),
	);
	return {
		status: () => status,
		health: () => ({ ok: true, reasons: [] }),
		recent: (key) => recentSamples(bad.has(key) ? 6 : 0),
		silences: () => status.silences,
		explain: () => undefined,
		metrics: () => metricsView,
		zabbix: () => undefined,
		zabbixDiscovery: () => "[]",
		...extra,
	};
}
