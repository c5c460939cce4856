import { accessSync, constants, readdirSync, readFileSync, type Stats, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** What a file says of itself, as far as it is judged. */
export type FileStat = Pick<Stats, "uid" | "gid" | "mode" | "size">;

/** Largest file that is read, bytes. */
const LARGEST_FILE = 4 * 2 ** 20;

/** What lies at a path; undefined where nothing does, or it cannot be seen. */
export function statOf(path: string): Stats | undefined {
	try {
		return statSync(path, { throwIfNoEntry: false });
	} catch {
		return undefined;
	}
}

/** The text of a file; undefined where there is none, or it cannot be read. */
export function textOf(path: string): string | undefined {
	try {
		const found = statSync(path);
		return found.isFile() && found.size > LARGEST_FILE ? undefined : readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

/** Names of what lies in a folder; none where it cannot be read. */
export function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(folder).sort();
	} catch {
		return [];
	}
}

/** Whether this process may do that with what lies at a path. */
export function may(what: "read" | "write" | "run", path: string): boolean {
	const mode = { read: constants.R_OK, write: constants.W_OK, run: constants.X_OK }[what];
	try {
		accessSync(path, mode);
		return true;
	} catch {
		return false;
	}
}

/** The nearest folder above a path that exists. */
export function existingAbove(path: string): string {
	let folder = dirname(path);
	while (folder !== dirname(folder) && !statOf(folder)) folder = dirname(folder);
	return folder;
}

/** What is left on the disk under a path: bytes for ordinary users, and file entries (undefined where it counts none). */
export function roomAt(path: string): { readonly bytes: number; readonly entries: number | undefined } {
	const { bavail, bsize, files, ffree } = statfsSync(path);
	return { bytes: bavail * bsize, entries: files > 0 ? ffree : undefined };
}

/** Permissions as people type them: `640`. */
export function modeText({ mode }: Pick<Stats, "mode">): string {
	return (mode & 0o777).toString(8).padStart(3, "0");
}
