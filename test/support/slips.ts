import { readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { expect } from "vitest";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { alertsOptions } from "../../src/config/alerts.ts";
import { checkFileOptions } from "../../src/config/check-file.ts";
import type { Disk } from "../../src/config/disk.ts";
import { jsonSchema } from "../../src/config/json-schema.ts";
import { loadConfig } from "../../src/config/load.ts";
import { kinds } from "../../src/probe/probe.ts";
import { EXAMPLE_ENV, memoryDisk } from "./config.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ENV = {
	...EXAMPLE_ENV,
	DSS_URL: "https://dss.example.com",
	DSS_API_KEY: "s3cr3t-api-key-0123456789",
	ALERT_WEBHOOK_URL: "https://hook.example.com/",
};
const LETTERS = "abcdefghijklmnopqrstuvwxyz_";

/** Every key of a YAML text, with its path and place. */
function keysOf(text: string): readonly { readonly key: string; readonly path: string; readonly at: number }[] {
	const found: { key: string; path: string; at: number }[] = [];
	const visit = (node: unknown, path: string): void => {
		if (isSeq(node)) for (const item of node.items) visit(item, `${path}[]`);
		if (!isMap(node)) return;
		for (const { key, value } of node.items) {
			if (!isScalar(key)) continue;
			const name = String(key.value);
			found.push({ key: name, path: `${path}.${name}`, at: key.range?.[0] as number });
			visit(value, `${path}.${name}`);
		}
	};
	visit(parseDocument(text).contents, "");
	return found;
}

/** Every word that is one slip away. */
export function slipsOf(word: string): ReadonlySet<string> {
	const found = new Set<string>();
	for (let at = 0; at <= word.length; at++) {
		const [before, after] = [word.slice(0, at), word.slice(at)];
		for (const letter of LETTERS) found.add(before + letter + after);
		if (after === "") continue;
		found.add(before + after.slice(1));
		for (const letter of LETTERS) found.add(before + letter + after.slice(1));
		if (after.length > 1) found.add(before + after[1] + after[0] + after.slice(2));
	}
	found.delete(word);
	return found;
}

/** Every word that is a key of something somewhere. A slip that leads to none of them is alike for all letters. */
const known = (() => {
	const words = new Set(Object.values(kinds).flatMap(({ values }) => Object.keys(values)));
	const visit = (node: unknown): void => {
		if (typeof node !== "object" || node === null) return;
		for (const [key, value] of Object.entries(node)) {
			if (key === "properties") for (const word of Object.keys(value as object)) words.add(word);
			visit(value);
		}
	};
	visit(jsonSchema(alertsOptions, ""));
	visit(jsonSchema(checkFileOptions, ""));
	return words;
})();

/**
 * Of all slips: one of each kind at each place, and each that makes another word that means something.
 *
 * @param thin only one place for each kind
 */
function telling(word: string, thin: boolean): readonly string[] {
	const all = slipsOf(word);
	const seen = new Set<string>();
	return [...all].filter((slip) => {
		if (known.has(slip)) return true;
		let same = 0;
		while (same < word.length && slip[same] === word[same]) same++;
		const isSwap = slip.length === word.length && slip[same + 1] !== word[same + 1];
		const kind = `${slip.length} ${isSwap ? "swap" : "letter"} ${thin ? "" : same}`;
		return !seen.has(kind) && seen.add(kind) !== undefined;
	});
}

/**
 * The slips of a file's keys that are let through.
 *
 * @param free paths of keys that are names of the user's own, which nothing else in the file refers to
 */
export function letThrough(
	file: string,
	alerts: string,
	free: readonly string[],
	disk?: Disk,
	thin = false,
): readonly string[] {
	const path = relative(process.cwd(), join(ROOT, file));
	const text = (disk?.readText(path) ?? readFileSync(path, "utf8")).replace(/^\s*#.*\n/gm, "");
	const load = (mutant: string) => {
		const around = disk ?? memoryDisk({});
		const over: Disk = { ...around, readText: (wanted) => (wanted === path ? mutant : around.readText(wanted)) };
		return loadConfig(relative(process.cwd(), join(ROOT, alerts)), { env: ENV, disk: over }).ok;
	};
	expect(load(text)).toBe(true);
	return keysOf(text)
		.filter((key) => !free.includes(key.path))
		.flatMap(({ key, path: where, at }) =>
			telling(key, thin)
				.filter((slip) => load(text.slice(0, at) + slip + text.slice(at + key.length)))
				.map((slip) => `${where} -> ${slip}`),
		);
}

/** Uses one check file alone, so that a thousand variants of it are read quickly. */
export function alone(file: string): Disk {
	const name = basename(file, ".yaml");
	const text = `instances: { a: { url: "https://x.example.com", api_key: "\${API_KEY}" } }
check_files: [${relative("test/config", file)}]
checks: [${name}]
routes: [{ to: [] }]
`;
	return memoryDisk({ [join("test", "config", "alone.yaml")]: text });
}
