import { type Labels, matches } from "./matcher.ts";
import type { RouteOptions } from "./route.ts";

/** Grouping without a stated wait: long enough for a mass outage to gather, short enough for a page. */
const DEFAULT_GROUP_WAIT_MS = 10_000;

/** A channel that a route names for an alert, and on what terms. */
export interface Target {
	readonly channel: string;
	/** Told only when the alert has been firing for this long; 0 for the first step. */
	readonly afterMs: number;
	/** Equal texts share a message; empty where the route does not group. */
	readonly group: string;
	readonly groupWaitMs: number;
	/** Least time between two messages of the same kind to the group. */
	readonly groupIntervalMs?: number;
	readonly repeatEveryMs?: number;
}

/** What a route hands down to the routes below it. */
type Terms = Pick<RouteOptions, "to" | "group_by" | "group_wait" | "group_interval" | "repeat_every" | "escalate">;

/**
 * Walks the route tree for an alert's labels, as Alertmanager does: the first route that matches wins unless it says
 * `continue`; its own routes are tried first and inherit its terms. A channel named twice keeps its earliest step.
 */
export function targetsFor(routes: readonly RouteOptions[], labels: Labels): readonly Target[] {
	const found = new Map<string, Target>();
	walk(routes, labels, {}, (terms) => {
		for (const target of targetsOf(terms, labels)) {
			const known = found.get(target.channel);
			if (!known || target.afterMs < known.afterMs) found.set(target.channel, target);
		}
	});
	return [...found.values()];
}

function walk(routes: readonly RouteOptions[], labels: Labels, above: Terms, take: (terms: Terms) => void): boolean {
	let taken = false;
	for (const route of routes) {
		if (!matches(route.match, labels)) continue;
		const terms: Terms = {
			to: route.to ?? above.to,
			group_by: route.group_by ?? above.group_by,
			group_wait: route.group_wait ?? above.group_wait,
			group_interval: route.group_interval ?? above.group_interval,
			repeat_every: route.repeat_every ?? above.repeat_every,
			escalate: route.escalate ?? above.escalate,
		};
		if (!walk(route.routes ?? [], labels, terms, take)) take(terms);
		taken = true;
		if (!route.continue) break;
	}
	return taken;
}

function targetsOf(terms: Terms, labels: Labels): readonly Target[] {
	const by = terms.group_by ?? [];
	const shared = {
		group: by.map((name) => `${name}=${labels[name] ?? ""}`).join(","),
		groupWaitMs: terms.group_wait ?? (by.length > 0 ? DEFAULT_GROUP_WAIT_MS : 0),
		...(terms.group_interval !== undefined && { groupIntervalMs: terms.group_interval }),
		...(terms.repeat_every !== undefined && { repeatEveryMs: terms.repeat_every }),
	};
	const steps = [{ after: 0, to: terms.to ?? [] }, ...(terms.escalate ?? [])];
	return steps.flatMap(({ after, to }) => to.map((channel) => ({ channel, afterMs: after, ...shared })));
}
