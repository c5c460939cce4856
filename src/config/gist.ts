import { dig } from "./explain.ts";
import type { YamlFile } from "./yaml.ts";

/**
 * What the files of a configuration hold, kept from when all of it was in order: reading YAML takes longer than all else that a
 * look needs. No secret stands in it.
 */
export interface Gist {
	/** The files that declare checks, by the names of these. */
	readonly declared: Readonly<Record<string, string>>;
	/** What stands in the files, by their paths. One that has a secret in clear is not among them, and has to be read again. */
	readonly data: Readonly<Record<string, unknown>>;
}

/** The sections of alerts.yaml that a look needs. */
export const NEEDED = ["instances", "check_files", "checks", "store", "answers"];

/**
 * @param alerts path of alerts.yaml
 * @param files what every file holds that was read, alerts.yaml among them, by their paths
 * @param secrets the texts that must not be kept
 */
export function gistOf(alerts: string, files: ReadonlyMap<string, unknown>, secrets: readonly string[]): Gist {
	const isKept = (value: unknown): boolean => {
		if (typeof value === "string") return !secrets.some((secret) => value.includes(secret));
		// JSON has no word for infinity.
		if (typeof value === "number") return Number.isFinite(value);
		if (typeof value !== "object" || value === null) return true;
		return Object.entries(value).every(([key, inner]) => isKept(key) && isKept(inner));
	};
	const declared: Record<string, string> = {};
	const data: Record<string, unknown> = {};
	for (const [path, all] of files) {
		const held = path === alerts ? sectionsOf(all, NEEDED) : all;
		const name = path === alerts ? undefined : dig(all, ["name"]);
		if (typeof name === "string") declared[name] = path;
		if (isKept(held)) data[path] = held;
	}
	return { declared, data };
}

/** Whether every file is among those that are known, so that none has to be read as YAML. */
export function isWhole({ declared, data }: Gist, alerts: string): boolean {
	return [alerts, ...Object.values(declared)].every((path) => Object.hasOwn(data, path));
}

/** A file as reading it once more would give it; where its parts stand is not known any more. */
export function rememberedFile(data: unknown, file: string): YamlFile {
	return { file, data, errors: [], place: () => ({ file, line: 1, column: 1, path: "" }) };
}

/** A section with only some of its keys. */
export function sectionsOf(data: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> {
	if (typeof data !== "object" || data === null) return {};
	return Object.fromEntries(Object.entries(data).filter(([key]) => keys.includes(key)));
}
