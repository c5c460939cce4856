import type { Config } from "../config/alerts.ts";
import type { Check } from "../config/checks.ts";
import { longestGap } from "../config/gaps.ts";
import { kinds } from "../probe/probe.ts";
import { icinga2Objects } from "../report/icinga2-objects.ts";
import { nagiosObjects } from "../report/nagios-objects.ts";
import type { Host, PluginCall, Service } from "../report/service.ts";

/** Nagios and Icinga give a plugin 60 s; ours ends before, with an answer of its own. */
const MOST_TIMEOUT_S = 55;
const LEAST_TIMEOUT_S = 10;
/** Beside the look's own timeout: starting, and asking the daemon first, s. */
const START_S = 2;

const WRITERS = { nagios: nagiosObjects, icinga2: icinga2Objects } as const;

/** The programs that definitions can be written for. */
export const DEFINITIONS = Object.keys(WRITERS) as readonly (keyof typeof WRITERS)[];

/**
 * Definitions for all checks of a configuration, or of one instance of it.
 *
 * @param call.program how dss-probe itself is called, each word apart
 * @returns undefined where no such instance has checks
 */
export function definitionsOf(
	kind: keyof typeof WRITERS,
	config: Config,
	call: Omit<PluginCall, "timeoutS">,
	only?: string,
): string | undefined {
	const isMeant = (name: string) => only === undefined || name === only;
	const hosts = [...config.instances.values()]
		.filter(({ name }) => isMeant(name))
		.map((instance): Host => {
			const services = config.checks
				.filter((check) => check.instance.name === instance.name)
				.map((check) => serviceOf(check, isMeant));
			const { name, url, labels } = instance;
			return { instance: name, address: new URL(url).hostname.replace(/^\[|\]$/g, ""), url, labels, services };
		})
		.filter(({ services }) => services.length > 0);
	if (hosts.length === 0) return undefined;
	// A canary is never run by the plugin, so its long timeout does not count.
	const longestMs = Math.max(
		0,
		...config.checks.filter(({ probe }) => !kinds[probe.kind].startsWork).map((one) => one.timeoutMs),
	);
	const timeoutS = Math.min(MOST_TIMEOUT_S, Math.max(LEAST_TIMEOUT_S, Math.ceil(longestMs / 1_000) + START_S));
	return WRITERS[kind](hosts, { ...call, timeoutS });
}

function serviceOf(check: Check, isMeant: (instance: string) => boolean): Service {
	const { instance, name, summary, timing, retryEveryMs, policy, runbook, labels, parents } = check;
	return {
		instance: instance.name,
		check: name,
		about: summary,
		// With cron the longest gap stands in: these programs know intervals only.
		everyMs: "every" in timing ? timing.every : longestGap(timing.cron, timing.timezone),
		retryMs: retryEveryMs,
		attempts: policy.failAfter,
		...(runbook !== undefined && { runbook }),
		labels,
		// A dependency on what is not defined would be refused.
		parents: parents
			.map((key) => {
				const at = key.indexOf("/");
				return { instance: key.slice(0, at), check: key.slice(at + 1) };
			})
			.filter((parent) => isMeant(parent.instance)),
	};
}
