import { type Labels, matches } from "../dispatch/matcher.ts";
import type { Match } from "../dispatch/route.ts";
import { LAYERS } from "../evaluate/culprit.ts";
import type { Document } from "./document.ts";
import type { Path } from "./path.ts";
import { didYouMean, nearest } from "./suggest.ts";

/** Labels that dss-probe acts on; one that is nearly called so is a slip that would go unnoticed. */
const KNOWN = ["layer", "severity"];
/** Labels that every alert has by itself. */
const OWN = ["instance", "check"];

/** Complains about labels that cannot mean what they say. */
export function checkLabels(document: Document, path: Path, labels: Labels): void {
	for (const [name, value] of Object.entries(labels)) {
		const at = [...path, name];
		if (OWN.includes(name)) {
			document.error(at, `label "${name}" is set by dss-probe itself`, { part: "key" });
		} else if (!KNOWN.includes(name) && nearest(name, KNOWN) !== undefined) {
			document.error(at, `label "${name}" looks like a slip`, {
				part: "key",
				hint: `${didYouMean(name, KNOWN)} If not, choose a name less like it`,
			});
		}
		const layers: readonly string[] = LAYERS;
		if (name === "layer" && !layers.includes(value)) {
			const hint = didYouMean(value, LAYERS) ?? "checks of other layers need no such label";
			document.error(at, `"layer" must be ${LAYERS.slice(0, -1).join(", ")} or ${LAYERS.at(-1)}`, { hint });
		}
	}
}

/** Which values each label has anywhere. */
export type LabelValues = ReadonlyMap<string, ReadonlySet<string>>;

export function collectValues(all: Iterable<Readonly<Record<string, unknown>>>): Map<string, Set<string>> {
	const found = new Map<string, Set<string>>();
	for (const labels of all) {
		for (const [name, value] of Object.entries(labels)) {
			if (typeof value !== "string") continue;
			const values = found.get(name);
			if (values) values.add(value);
			else found.set(name, new Set([value]));
		}
	}
	return found;
}

/** The first part of a match that nothing can ever pass. */
export interface Mismatch {
	readonly label: string;
	/** Position in the list of values, where there is a list. */
	readonly index?: number;
	readonly isUnknownLabel: boolean;
	/** The value that nothing has; undefined for an unknown label. */
	readonly value?: string;
	readonly hint: string | undefined;
}

/** Looks at each label of a match alone: does it exist, and does anything have (one of) these values? */
export function mismatches(match: Match, known: LabelValues): Mismatch[] {
	return Object.entries(match).flatMap(([label, wanted]): Mismatch[] => {
		const values = known.get(label);
		if (!values)
			return [{ label, isUnknownLabel: true, hint: didYouMean(label, known.keys()) ?? listHint(known.keys()) }];
		const list = typeof wanted === "string" ? [wanted] : wanted;
		return list.flatMap((value, index): Mismatch[] => {
			if (values.has(value)) return [];
			if (value.includes("*") && [...values].some((one) => matches({ [label]: value }, { [label]: one }))) return [];
			const place = typeof wanted === "string" ? {} : { index };
			const hint = didYouMean(value, values) ?? listHint(values);
			return [{ label, ...place, isUnknownLabel: false, value, hint }];
		});
	});
}

const MOST_LISTED = 8;

function listHint(names: Iterable<string>): string | undefined {
	const all = [...names];
	if (all.length === 0) return undefined;
	const more = all.length > MOST_LISTED ? `, and ${all.length - MOST_LISTED} more` : "";
	return `there are: ${all.slice(0, MOST_LISTED).join(", ")}${more}`;
}
