import { matches } from "../dispatch/matcher.ts";
import { type RouteOptions, routeOptions } from "../dispatch/route.ts";
import type { Document } from "./document.ts";
import { type Draft, namesOf } from "./expand.ts";
import { dig } from "./explain.ts";
import { type LabelValues, mismatches } from "./labels.ts";
import type { Path } from "./path.ts";
import { listLength } from "./sections.ts";
import { didYouMean, nearest } from "./suggest.ts";

/** The levels of alerts; each is the label `severity` of an alert whose check has none of its own. */
export const SEVERITIES = ["warning", "critical", "unknown"] as const;

/** Reads `routes:` and checks that channels and labels exist. */
export function readRoutes(
	document: Document,
	channels: readonly string[],
	known: LabelValues,
): { readonly routes: readonly RouteOptions[]; readonly isWhole: boolean; readonly used: ReadonlySet<string> } {
	const used = new Set<string>();
	const length = listLength(document, "routes") ?? 0;
	const routes = Array.from({ length }, (_, index) => document.read(routeOptions, ["routes", index]));
	checkLevel(routes, ["routes"], undefined);
	const good = routes.filter((route) => route !== undefined);
	return { routes: good, isWhole: good.length === routes.length, used };

	function checkLevel(level: readonly (RouteOptions | undefined)[], path: Path, inherited: string[] | undefined): void {
		let closed = false;
		for (const [index, route] of level.entries()) {
			if (!route) continue;
			const at = [...path, index];
			if (closed) {
				const hint = "the route before takes everything; move this one up, or write continue: true there";
				document.warning(at, "this route is never reached", { hint });
				closed = false;
			}
			closed = Object.keys(route.match).length === 0 && !route.continue;
			checkRoute(route, at, inherited);
		}
	}

	function checkRoute(route: RouteOptions, at: Path, inherited: string[] | undefined): void {
		const to = route.to ?? inherited;
		if (to === undefined) {
			document.error(at, "this route tells nobody", { hint: "add to: [channel], or to: [] if that is meant" });
		}
		checkChannels(route.to ?? [], [...at, "to"]);
		for (const [index, step] of (route.escalate ?? []).entries()) {
			checkChannels(step.to, [...at, "escalate", index, "to"]);
		}
		checkMatch(document, [...at, "match"], route.match, known);
		for (const [index, label] of (route.group_by ?? []).entries()) {
			if (known.has(label)) continue;
			const hint = didYouMean(label, known.keys());
			document.error([...at, "group_by", index], `no alert has a label "${label}"`, { hint });
		}
		checkLevel(route.routes ?? [], [...at, "routes"], to);
	}

	function checkChannels(names: readonly string[], path: Path): void {
		for (const [index, name] of names.entries()) {
			// Where a name is a slip, the channel that was meant is not unused.
			used.add(channels.includes(name) ? name : (nearest(name, channels) ?? name));
			checkChannel(document, [...path, index], name, channels);
		}
	}
}

/** Complains about a name by which somebody is to be told, where no message can be sent to it. */
export function checkChannel(document: Document, path: Path, name: string, channels: readonly string[]): void {
	if (isHeartbeat(document, name)) {
		const hint = "it is pinged by itself while all is well; name a channel that takes messages";
		document.error(path, `"${name}" is a heartbeat: it takes no messages`, { hint });
		return;
	}
	if (channels.includes(name)) return;
	const hint = didYouMean(name, channels) ?? (channels.length > 0 ? `there are: ${channels.join(", ")}` : undefined);
	document.error(path, `unknown channel "${name}"`, { hint: hint ?? "there are no channels" });
}

/** Whether a channel is a heartbeat, whatever else may be wrong with it. */
export function isHeartbeat(document: Document, name: string): boolean {
	return dig(document.data, ["channels", name, "type"]) === "heartbeat";
}

/** Complains about parts of a match that no alert can pass: names are surely wrong, other values may be for later. */
export function checkMatch(document: Document, path: Path, match: RouteOptions["match"], known: LabelValues): void {
	for (const { label, index, isUnknownLabel, value, hint } of mismatches(match, known)) {
		const at = index === undefined ? [...path, label] : [...path, label, index];
		if (isUnknownLabel) {
			document.error(at, `no alert has a label "${label}"`, { part: "key", hint });
			continue;
		}
		const isName = label === "instance" || label === "check";
		const isSlip = label === "severity" && didYouMean(value ?? "", SEVERITIES) !== undefined;
		document[isName || isSlip ? "error" : "warning"](at, `no alert has ${label} "${value}"`, { hint });
	}
}

/** Warns of checks whose alerts no route takes. */
export function warnUntold(document: Document, routes: readonly RouteOptions[], drafts: Iterable<Draft>): void {
	const untold = new Map<Draft["use"], { readonly instances: string[]; readonly levels: Set<string> }>();
	for (const { key, name, instance, plan, use } of drafts) {
		const labels: Record<string, string> = {
			...instance.labels,
			...plan.options.labels,
			instance: instance.name,
			check: name,
		};
		const own = labels["severity"];
		const missed = (own === undefined ? SEVERITIES : [own]).filter((severity) => {
			labels["severity"] = severity;
			return !routes.some(({ match }) => matches(match, labels));
		});
		if (missed.length === 0) continue;
		const found = untold.get(use) ?? { instances: [], levels: new Set() };
		untold.set(use, found);
		found.instances.push(key.slice(0, key.indexOf("/")));
		for (const level of missed) found.levels.add(level);
	}
	for (const [{ path, options }, { instances, levels }] of untold) {
		const message = `no route takes alerts of "${options.as ?? options.use}" with severity ${[...levels].join(", ")} on ${namesOf(instances)}`;
		document.warning(path, message, { hint: "nobody would be told; end routes: with one that has no match:" });
	}
}
