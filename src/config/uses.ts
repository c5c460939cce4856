import { matches } from "../dispatch/matcher.ts";
import { matchOptions } from "../dispatch/route.ts";
import type { Instance } from "../dss/instance.ts";
import type { CheckFile, CheckFiles } from "./check-files.ts";
import { useOptions } from "./checks.ts";
import type { Document } from "./document.ts";
import { dig, typeName } from "./explain.ts";
import type { Instances } from "./instances.ts";
import { checkLabels, collectValues, mismatches } from "./labels.ts";
import type { Use } from "./origin.ts";
import type { Path } from "./path.ts";
import { listLength } from "./sections.ts";
import { didYouMean } from "./suggest.ts";

/** An entry of `checks:` whose check exists, with the instances it runs on. */
export interface PlacedUse {
	readonly file: CheckFile;
	/** Undefined where the entry is not in order; that has been reported. */
	readonly use?: Use;
	readonly path: Path;
	/** The name it runs under. */
	readonly name: string;
	readonly instances: readonly Instance[];
}

const MOST_NAMES = 8;

/** Reads `checks:` and finds the check and the instances of each entry. */
export function readUses(document: Document, declared: CheckFiles, instances: Instances): readonly PlacedUse[] {
	const length = listLength(document, "checks");
	if (length === undefined) {
		const hint = declaredHint(declared);
		document.error(["checks"], "no checks are used: nothing to watch", { hint });
	}
	return Array.from({ length: length ?? 0 }, (_, index) => readUse(document, index, declared, instances)).filter(
		(use) => use !== undefined,
	);
}

function readUse(document: Document, index: number, declared: CheckFiles, instances: Instances): PlacedUse | undefined {
	const path = ["checks", index];
	const given = dig(document.data, path);
	if (typeof given !== "string" && (typeof given !== "object" || given === null || Array.isArray(given))) {
		document.error(
			path,
			`"checks[${index}]" must be the name of a check or a section with use:, not ${typeName(given)}`,
		);
		return undefined;
	}
	const named = typeof given === "string" ? path : [...path, "use"];
	const wanted = dig(document.data, named);
	const options = typeof given === "string" ? { use: given } : document.read(useOptions, path);
	if (typeof wanted !== "string") return undefined;
	const file = declared.files.get(wanted);
	if (!file) {
		const hint = didYouMean(wanted, [...declared.files.keys(), ...declared.shipped()]) ?? declaredHint(declared);
		document.error(named, `unknown check "${wanted}"`, { hint });
		return undefined;
	}
	const as = dig(given, ["as"]);
	const name = typeof as === "string" ? as : wanted;
	if (options?.labels) checkLabels(document, [...path, "labels"], options.labels);
	const placed = { file, path, name, instances: select(document, path, instances) };
	return options ? { ...placed, use: { options, document, path } } : placed;
}

/** The user's own checks; whoever has none means the shipped ones. */
function declaredHint({ files, shipped }: CheckFiles): string | undefined {
	const names = files.size > 0 ? [...files.keys()] : shipped();
	return names.length > 0 ? `declared are: ${names.slice(0, MOST_NAMES).join(", ")}` : undefined;
}

/** The instances that `on:` names. One that names none is a mistake, and so is a value in it that no instance has. */
function select(document: Document, path: Path, { good, names }: Instances): readonly Instance[] {
	const all = [...good.values()];
	const at = [...path, "on"];
	const parsed = matchOptions.safeParse(dig(document.data, at) ?? {});
	if (!parsed.success) return [];
	const labelled = all.map((instance) => ({ ...instance.labels, instance: instance.name }));
	const chosen = all.filter((_, index) => matches(parsed.data, labelled[index] as Record<string, string>));
	// An instance that could not be read may be the one that was meant.
	if (all.length < names.length || all.length === 0) return chosen;
	const wrong = mismatches(parsed.data, collectValues(labelled));
	for (const { label, index, isUnknownLabel, value, hint } of wrong) {
		const message = isUnknownLabel ? `no instance has a label "${label}"` : `no instance has ${label} "${value}"`;
		const place = index === undefined ? [...at, label] : [...at, label, index];
		document.error(place, message, { hint, part: isUnknownLabel ? "key" : "value" });
	}
	if (chosen.length === 0 && wrong.length === 0) {
		document.error(at, `"on" matches no instance: none has all of these labels`);
	}
	return chosen;
}
