import { type BigIntStats, readdirSync, statSync } from "node:fs";
import type { Disk } from "./disk.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What a configuration was read from: which files and folders, as they were, and the names of the variables. Holds nothing of what
 * stands in them but a salted check sum, by which a change is noticed.
 */
interface Proof {
	readonly files: readonly (readonly [path: string, identity: string])[];
	readonly folders: readonly (readonly [path: string, names: string])[];
	readonly variables: readonly string[];
	readonly salt: string;
	readonly sum: string;
}

/** Sources that remember what was taken from them. */
export interface Recording {
	readonly disk: Disk;
	readonly env: Env;
	/** The proof; undefined where a file was changed too lately to be sure that the next change would show. */
	proof(now: number, salt: string): Proof | undefined;
}

/** Two changes of a file within this time may leave the same traces, ms. */
const RACY_MS = 2_000;

export function recording(disk: Disk, env: Env): Recording {
	const files = new Map<string, string>();
	const folders = new Map<string, string>();
	const variables = new Set<string>();
	const note = (name: string | symbol): void => {
		if (typeof name === "string") variables.add(name);
	};
	return {
		disk: {
			readText(path) {
				// Before it is read: a change in between shows the next time.
				files.set(path, identityOf(path));
				return disk.readText(path);
			},
			list(path) {
				folders.set(path, namesIn(path));
				return disk.list(path);
			},
			shipped: () => disk.shipped?.(),
		},
		env: new Proxy(env, {
			get: (target, name) => {
				note(name);
				return Reflect.get(target, name);
			},
			getOwnPropertyDescriptor(target, name) {
				note(name);
				return Reflect.getOwnPropertyDescriptor(target, name);
			},
		}),
		proof(now, salt) {
			const names = [...variables].sort();
			if ([...files.keys()].some((path) => now - changedAt(path) < RACY_MS)) return undefined;
			return { files: [...files], folders: [...folders], variables: names, salt, sum: sumOf(env, names, salt) };
		},
	};
}

/** Whether everything is as it was when the proof was made. */
export function holds(given: unknown, env: Env): boolean {
	const { files, folders, variables, salt, sum } = given as Proof;
	return (
		files.every(([path, identity]) => identityOf(path) === identity) &&
		folders.every(([path, names]) => namesIn(path) === names) &&
		sumOf(env, variables, salt) === sum
	);
}

/** Changes with every change of a file: content, owner, mode, another file in its place. */
function identityOf(path: string): string {
	const found = statOf(path);
	return found ? [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs, found.mode].join(":") : "";
}

function changedAt(path: string): number {
	return Number(statOf(path)?.ctimeMs ?? 0);
}

function namesIn(path: string): string {
	if (!statOf(path)?.isDirectory()) return "no folder";
	return readdirSync(path, { recursive: true, encoding: "utf8" }).sort().join("\n").concat("\n");
}

/** Undefined for whatever cannot be seen: why is a matter of who reads it. */
function statOf(path: string): BigIntStats | undefined {
	try {
		return statSync(path, { bigint: true });
	} catch {
		return undefined;
	}
}

/**
 * FNV-1a, twice, over the values of variables. Loading cryptography would take longer than all the rest; what is asked is only
 * whether something has changed.
 */
function sumOf(env: Env, names: readonly string[], salt: string): string {
	const text = JSON.stringify([salt, ...names.map((name) => [name, env[name] ?? null])]);
	let [high, low] = [0x811c9dc5, 0x01000193];
	for (let index = 0; index < text.length; index++) {
		high = Math.imul(high ^ text.charCodeAt(index), 0x01000193);
		low = Math.imul(low ^ text.charCodeAt(index), 0x85ebca6b) ^ (high >>> 13);
	}
	return `${(high >>> 0).toString(36)}-${(low >>> 0).toString(36)}`;
}
