import type { Config } from "../config/alerts.ts";
import { didYouMean } from "../config/suggest.ts";
import { type Labels, matches } from "../dispatch/matcher.ts";
import { LEVELS } from "../model/verdict.ts";
import { SELF } from "./self.ts";

type Match = Readonly<Record<string, string | readonly string[]>>;

/** All that is watched, with the labels that routes, windows and silences see; one entry for each level of severity. */
function watchedLabels(config: Config): readonly { readonly key: string; readonly labels: Labels }[] {
	return [...config.checks, SELF].flatMap(({ key, name, instance, labels }) =>
		LEVELS.filter((level) => level !== "ok").map((severity) => ({
			key,
			labels: { severity, ...instance.labels, ...labels, instance: instance.name, check: name },
		})),
	);
}

/** Keys of the watched checks whose alerts a match can take. */
export function coveredBy(match: Match, config: Config): readonly string[] {
	const found = watchedLabels(config).filter(({ labels }) => matches(match, labels));
	return [...new Set(found.map(({ key }) => key))];
}

/** Why a match takes nothing, as far as that can be told: a label or a value that nothing has. */
export function whyNothing(match: Match, config: Config): string {
	const all = watchedLabels(config).map(({ labels }) => labels);
	for (const [name, wanted] of Object.entries(match)) {
		const values = new Set(all.flatMap((labels) => (Object.hasOwn(labels, name) ? [labels[name] as string] : [])));
		if (values.size === 0) {
			const hint = didYouMean(name, new Set(all.flatMap((labels) => Object.keys(labels))));
			return `no watched check has a label ${name}${hint ? `; ${hint}` : ""}`;
		}
		if (all.some((labels) => matches({ [name]: wanted }, labels))) continue;
		const shown = typeof wanted === "string" ? wanted : wanted.join(" or ");
		const hint = typeof wanted === "string" ? didYouMean(wanted, values) : undefined;
		return `no watched check has ${name}=${shown}${hint ? `; ${hint}` : ""}`;
	}
	return "no watched check has all of these labels";
}
