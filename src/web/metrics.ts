import { setImmediate as breathe } from "node:timers/promises";
import { collectDefaultMetrics, type Metric, Registry } from "prom-client";
import { type Family, families } from "./families.ts";
import type { WebView } from "./view.ts";

/** Gauges whose names end like a counter's; tools complain about them. */
const BADLY_NAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** There is one process, whatever comes and goes in it. */
let ofProcess: Registry | undefined;

/** Begins to count what the process uses. Whoever asks again gets what has been counted since the first time. */
export function watchProcess(): Registry {
	if (ofProcess === undefined) {
		ofProcess = new Registry();
		// The event loop's delay is sampled by a timer; ten times a second is enough and costs next to nothing.
		collectDefaultMetrics({ register: ofProcess, eventLoopMonitoringPrecision: 100 });
		for (const name of BADLY_NAMED) ofProcess.removeSingleMetric(name);
	}
	return ofProcess;
}

/** Ten thousand checks make a long text; after this many lines probes may start in between. */
const AT_ONCE = 2_000;

export const METRICS_TYPE: string = Registry.PROMETHEUS_CONTENT_TYPE;

/** The whole of /metrics in Prometheus's text format: what the view says now, and the metrics of the process. */
export async function renderMetrics(view: Pick<WebView, "status" | "metrics">): Promise<string> {
	const parts: string[] = [];
	for (const family of families(view.status(), view.metrics())) {
		for (let from = 0; from === 0 || from < family.values.length; from += AT_ONCE) {
			if (from > 0) await breathe();
			const registry = new Registry();
			registry.registerMetric(asMetric({ ...family, values: family.values.slice(from, from + AT_ONCE) }));
			const text = await registry.metrics();
			// HELP and TYPE stand before the first piece alone.
			parts.push(from === 0 ? text : text.replace(/^(?:#.*\n)+/, ""));
		}
	}
	return [...parts, await watchProcess().metrics()].join("");
}

/** A family that is complete already, in the shape in which prom-client asks its own metrics for their values. */
function asMetric(family: Family): Metric {
	return { ...family, get: async () => family } as unknown as Metric;
}
