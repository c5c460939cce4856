import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { resolve } from "node:path";
import { systemClock } from "../clock.ts";
import type { Check } from "../config/checks.ts";
import { realDisk } from "../config/disk.ts";
import { type Gist, gistOf } from "../config/gist.ts";
import type { Part } from "../config/narrow.ts";
import { loadPart } from "../config/part.ts";
import { holds, recording } from "../config/proof.ts";
import type { Loaded } from "../config/read.ts";
import { type Kinds, loadKinds } from "../probe/kinds.ts";
import type { Io } from "./io.ts";

/** What is known of a configuration, all of which is in order. */
interface Known {
	readonly kinds: KindsByCheck;
	readonly gist: Gist;
}

/**
 * Reads the part of a configuration that a look needs. That is only done where nothing has changed since all of it was read and
 * found in order, which is noted beside the compiled code; otherwise all is read. So a configuration that is refused as a
 * whole is refused here, too.
 */
export async function loadProven(
	named: string,
	part: Part,
	{ env }: Pick<Io, "env">,
): Promise<{ readonly loaded: Loaded; readonly kinds: Kinds }> {
	const file = resolve(named);
	const note = noteOf(file);
	const known = note === undefined ? undefined : proven(note, env);
	const kinds = known && (await loadKinds(kindsFor(part.check, known.kinds)));
	if (kinds) {
		const loaded = await loadPart(file, { ...part, kinds, gist: known.gist }, { env });
		if (loaded.ok && loaded.config.checks.length > 0) return { loaded, kinds };
	}
	const [{ loadConfig }, { readYaml }, { everyKind }] = await Promise.all([
		import("../config/load.ts"),
		import("../config/yaml.ts"),
		import("../probe/probe.ts"),
	]);
	const recorded = recording(realDisk, env);
	const files = new Map<string, unknown>();
	const parse = (text: string, path: string) => {
		const read = readYaml(text, path);
		files.set(path, read.data);
		return read;
	};
	const loaded = loadConfig(file, { env: recorded.env, disk: recorded.disk, parse });
	if (note !== undefined && loaded.ok) {
		const { checks, secrets } = loaded.config;
		const proof = recorded.proof(systemClock.now(), Math.random().toString(36));
		const found: Known = { kinds: kindsIn(checks), gist: gistOf(file, files, secrets) };
		if (proof) keep(note, JSON.stringify({ program: programIdentity(), proof, ...found }));
	}
	return { loaded, kinds: everyKind };
}

/** The kinds of probes by the names of the checks: one name may be that of different checks on different instances. */
type KindsByCheck = Readonly<Record<string, readonly string[]>>;

function kindsIn(checks: readonly Pick<Check, "name" | "probe">[]): KindsByCheck {
	const byName = Map.groupBy(checks, ({ name }) => name);
	return Object.fromEntries([...byName].map(([name, same]) => [name, unique(same.map(({ probe }) => probe.kind))]));
}

function kindsFor(check: string | undefined, kinds: KindsByCheck): readonly string[] {
	if (check === undefined) return allOf(kinds);
	// Whoever asks may ask for a check called constructor.
	return Object.hasOwn(kinds, check) ? (kinds[check] ?? []) : [];
}

function allOf(kinds: KindsByCheck): readonly string[] {
	return unique(Object.values(kinds).flat());
}

function unique(names: readonly string[]): readonly string[] {
	return [...new Set(names)];
}

/** Beside the compiled code, in a folder that is ours alone; undefined where there is none. */
function noteOf(file: string): string | undefined {
	const folder = getCompileCacheDir();
	return folder && `${folder}/proven-${file.replace(/[^\w.-]/g, "_").slice(-180)}.json`;
}

/** What was noted, where the configuration is as it was when all of it was in order. */
function proven(note: string, env: Io["env"]): Known | undefined {
	try {
		const { program, proof, kinds, gist } = JSON.parse(readFileSync(note, "utf8")) as Readonly<Record<string, unknown>>;
		if (program !== programIdentity() || !holds(proof, env)) return undefined;
		return { kinds: kinds as KindsByCheck, gist: gist as Gist };
	} catch {
		return undefined;
	}
}

/** Another build may read the same files differently. */
function programIdentity(): string {
	const { size, mtimeMs, ino } = statSync(import.meta.filename);
	return `${import.meta.filename} ${size} ${mtimeMs} ${ino}`;
}

function keep(note: string, text: string): void {
	try {
		writeFileSync(`${note}.${process.pid}`, text, { mode: 0o600 });
		renameSync(`${note}.${process.pid}`, note);
	} catch {
		// A full disk: the next one reads all of it again.
	}
}
