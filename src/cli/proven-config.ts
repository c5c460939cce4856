import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { resolve } from "node:path";
import { systemClock } from "../clock.ts";
import { realDisk } from "../config/disk.ts";
import { type Loaded, loadConfig } from "../config/load.ts";
import type { Part } from "../config/narrow.ts";
import { holds, recording } from "../config/proof.ts";
import type { Io } from "./io.ts";

/**
 * Reads the part of a configuration that a look needs. That is only done where nothing has changed since all of it was read and
 * found in order, which is noted beside the compiled code; otherwise all is read. So a configuration that is refused as a
 * whole is refused here, too.
 */
export function loadPart(file: string, part: Part, { env }: Pick<Io, "env">): Loaded {
	const note = noteOf(file);
	if (note !== undefined && isProven(note, env)) {
		const some = loadConfig(file, { env, part });
		if (some.ok && some.config.checks.length > 0) return some;
	}
	const recorded = recording(realDisk, env);
	const loaded = loadConfig(file, { env: recorded.env, disk: recorded.disk });
	if (note !== undefined && loaded.ok) {
		const proof = recorded.proof(systemClock.now(), Math.random().toString(36));
		if (proof) keep(note, JSON.stringify({ program: programIdentity(), proof }));
	}
	return loaded;
}

/** Beside the compiled code, in a folder that is ours alone; undefined where there is none. */
function noteOf(file: string): string | undefined {
	const folder = getCompileCacheDir();
	return (
		folder &&
		`${folder}/proven-${resolve(file)
			.replace(/[^\w.-]/g, "_")
			.slice(-180)}.json`
	);
}

function isProven(note: string, env: Io["env"]): boolean {
	try {
		const { program, proof } = JSON.parse(readFileSync(note, "utf8")) as Readonly<Record<string, unknown>>;
		return program === programIdentity() && holds(proof, env);
	} catch {
		return false;
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
