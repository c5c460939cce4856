import type { Stats } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { measureFolder, type WalkBounds } from "./folder-size.ts";
import { fileNameTest } from "./glob.ts";
import { reasonOf } from "./read.ts";

/** One backup as it lies there. */
export interface Generation {
	readonly name: string;
	/** Bytes; of a folder what it takes on the disk. */
	readonly size: number;
	/** False where a bound ended the count, or something in it may not be read: then it is larger. */
	readonly isWhole: boolean;
	/** When it was made, ms since 1970 UTC: the time of the file or folder, or where that is yet to come, when it was last changed here. */
	readonly madeAt: number;
	/** When anything about it changed last, ms since 1970 UTC. Copying tools set the time of a file back, but not this one. */
	readonly changedAt: number;
	/** Its marker is there, or none is asked for. */
	readonly isMarked: boolean;
}

/** Which files or folders are backups. */
interface Wanted {
	readonly folder: string;
	readonly match: string;
	readonly of: "files" | "folders";
	readonly marker?: string | undefined;
}

export type Generations =
	| { readonly ok: true; readonly generations: readonly Generation[] }
	| { readonly ok: false; readonly reason: string };

/** More than these are not looked at: the newest by name and time are what counts. */
const MOST = 1_000;

/**
 * Lists the backups in a folder. What vanishes meanwhile is left out.
 *
 * @param now ms since 1970 UTC: the clock of whoever wrote a backup may be ahead, or its times be set by hand
 * @param known the size and time of finished ones, so that a folder is not walked through again
 */
export async function listGenerations(
	{ folder, match, of, marker }: Wanted,
	bounds: WalkBounds,
	now: number,
	known: (name: string) => { readonly size: number; readonly madeAt: number } | undefined,
): Promise<Generations> {
	let names: readonly string[];
	try {
		if (!(await stat(folder)).isDirectory()) return { ok: false, reason: `${folder}: it is no folder` };
		names = await readdir(folder);
	} catch (error) {
		return { ok: false, reason: `${folder}: ${reasonOf(error)}` };
	}
	const isMeant = fileNameTest(match);
	const there = new Set(names);
	const isMarker = (name: string) =>
		marker !== undefined && name.endsWith(marker) && there.has(name.slice(0, -marker.length));
	const listed: { readonly name: string; readonly stats: Stats }[] = [];
	// Names of backups end in their date: the last ones are the newest.
	const meant = names.filter((name) => isMeant(name) && !isMarker(name)).toSorted();
	for (const name of meant.slice(-MOST)) {
		// A link such as `latest` is no backup of its own.
		const stats = await lstat(join(folder, name)).catch(() => undefined);
		if (stats) listed.push({ name, stats });
	}
	const generations: Generation[] = [];
	// The newest first: where the bounds do not allow for all of them, it is the one that counts.
	for (const { name, stats } of listed.toSorted((a, b) => madeAtOf(b.stats, now) - madeAtOf(a.stats, now))) {
		const path = join(folder, name);
		if (of === "files" && stats.isFile()) {
			const isMarked = marker === undefined || there.has(`${name}${marker}`);
			const madeAt = madeAtOf(stats, now);
			const changedAt = Math.max(madeAt, stats.ctimeMs);
			generations.push({ name, size: stats.size, isWhole: true, madeAt, changedAt, isMarked });
		} else if (of === "folders" && stats.isDirectory()) {
			const inside = known(name) ?? (await walk(path, madeAtOf(stats, now), bounds));
			const isMarked = marker === undefined || (await isThere(join(path, marker)));
			if (inside) generations.push({ changedAt: inside.madeAt, isWhole: true, ...inside, name, isMarked });
		}
	}
	return { ok: true, generations };
}

/** The time of change is set by the file system itself, and cannot be set by hand. */
function madeAtOf({ mtimeMs, ctimeMs }: Pick<Stats, "mtimeMs" | "ctimeMs">, now: number): number {
	return mtimeMs > now ? ctimeMs : mtimeMs;
}

async function walk(path: string, ownTime: number, bounds: WalkBounds) {
	const found = await measureFolder(path, bounds);
	if (!found) return undefined;
	// The times inside may be those of the original files; the folder's own says when it was filled.
	const { bytes: size, isWhole } = found;
	return { size, isWhole, madeAt: Math.floor(ownTime), changedAt: Math.max(ownTime, found.changedAt) };
}

function isThere(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}
