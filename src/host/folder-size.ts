import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "./read.ts";

/** How far a walk may go. */
export interface WalkBounds {
	/** Files and folders that may still be looked at; counted down. */
	entries: number;
	/** Whether the time for it is over. */
	isOver(): boolean;
}

/** What a walk found. */
export interface FolderSize {
	/** Space that it takes on the disk, bytes. */
	readonly bytes: number;
	/** Newest change of a file in it, ms since 1970 UTC, as the file system saw it; 0 where there is none. */
	readonly changedAt: number;
	/** False where a bound ended the walk, or a folder may not be read: then it is larger. */
	readonly isWhole: boolean;
}

/**
 * Adds up what a folder takes on the disk, like du: links are not followed, other file systems not entered, a file with
 * several names counts once.
 *
 * @returns undefined where there is no such folder or file
 */
export async function measureFolder(path: string, bounds: WalkBounds): Promise<FolderSize | undefined> {
	let root: Awaited<ReturnType<typeof lstat>>;
	try {
		root = await lstat(path);
	} catch {
		return undefined;
	}
	let bytes = 0;
	let changedAt = 0;
	let isWhole = true;
	const seen = new Set<string>();
	const folders: string[] = [];
	const take = (name: string, stats: typeof root) => {
		if (stats.isDirectory()) {
			if (stats.dev === root.dev) folders.push(name);
			else return;
		} else if (stats.nlink > 1) {
			const id = `${stats.dev}:${stats.ino}`;
			if (seen.has(id)) return;
			seen.add(id);
		}
		bytes += stats.blocks * 512;
		if (stats.isFile()) changedAt = Math.max(changedAt, stats.ctimeMs);
	};
	take(path, root);
	for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
		try {
			for await (const { name } of await opendir(folder)) {
				if (bounds.entries <= 0 || bounds.isOver()) return { bytes, changedAt, isWhole: false };
				bounds.entries -= 1;
				const inside = join(folder, name);
				const stats = await lstat(inside).catch(() => undefined);
				if (stats) take(inside, stats);
			}
		} catch (error) {
			// Jobs clean up behind themselves; what vanished takes no room.
			if (codeOf(error) !== "ENOENT") isWhole = false;
		}
	}
	return { bytes, changedAt, isWhole };
}
