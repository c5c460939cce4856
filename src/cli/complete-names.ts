import { readFileSync } from "node:fs";
import { readYaml } from "../config/yaml.ts";
import type { Names } from "./complete.ts";

/**
 * The names in a configuration, as far as they can be seen: a shell may ask while it is being written, and without the
 * variables that only the daemon has. So it is read as YAML and no more.
 */
export function namesIn(file: string): Names {
	const { instances, checks, channels } = partsOf(file);
	return { instances: keysOf(instances), channels: keysOf(channels), checks: usesOf(checks) };
}

function partsOf(file: string): Record<string, unknown> {
	try {
		const { data } = readYaml(readFileSync(file, "utf8"), file);
		return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

function keysOf(part: unknown): string[] {
	return typeof part === "object" && part !== null && !Array.isArray(part) ? Object.keys(part) : [];
}

function usesOf(part: unknown): string[] {
	const uses: readonly unknown[] = Array.isArray(part) ? part : [];
	const found = uses.flatMap((use) => {
		const { as, use: of } = (typeof use === "object" && use !== null ? use : { use }) as Record<string, unknown>;
		const name = as ?? of;
		return typeof name === "string" ? [name] : [];
	});
	return [...new Set(found)];
}
