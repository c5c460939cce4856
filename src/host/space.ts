import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "./host.ts";
import { codeOf, readText, reasonOf } from "./read.ts";

/** Room in a file system, for ordinary users: the reserve of root does not count. */
export interface Space {
	/** Bytes. */
	readonly total: number;
	readonly used: number;
	readonly free: number;
	/** As df counts: used of what ordinary users can have. */
	readonly usedPercent: number;
	/** Absent where the file system makes inodes as it needs them. */
	readonly inodes?: { readonly free: number; readonly usedPercent: number };
}

/** Where a path is mounted. */
export interface Mount {
	readonly point: string;
	/** Such as ext4, xfs, nfs4. */
	readonly type: string;
	readonly isReadOnly: boolean;
}

/** What came of asking for the room; `isDisk` where the disk or its server is to blame and not the question. */
export type SpaceRead =
	| { readonly ok: true; readonly space: Space; readonly mount?: Mount }
	| { readonly ok: false; readonly reason: string; readonly isDisk: boolean };

/** Errors of a disk, or of the server behind a file system. */
const DISK_ERRORS: ReadonlySet<string> = new Set(["EIO", "ESTALE", "ENOTCONN", "EHOSTDOWN", "ETIMEDOUT"]);

/** Asks how full the file system of a path is. A file server that is gone may let this wait for ever. */
export async function readSpace(host: Host, path: string): Promise<SpaceRead> {
	try {
		const [{ bsize, blocks, bfree, bavail, files, ffree }, real] = await Promise.all([
			host.statfs(path),
			realpath(path),
		]);
		const used = (blocks - bfree) * bsize;
		const free = bavail * bsize;
		const mounts = await readText(join(host.proc, "self/mountinfo"));
		const mount = mounts.ok ? mountOf(mounts.text, real) : undefined;
		const space = {
			total: blocks * bsize,
			used,
			free,
			usedPercent: percent(used, used + free),
			...(files > 0 && { inodes: { free: ffree, usedPercent: percent(files - ffree, files) } }),
		};
		return { ok: true, space, ...(mount && { mount }) };
	} catch (error) {
		return { ok: false, reason: `${path}: ${reasonOf(error)}`, isDisk: DISK_ERRORS.has(codeOf(error)) };
	}
}

function percent(part: number, whole: number): number {
	return whole > 0 ? (100 * part) / whole : 0;
}

/**
 * Finds the mount that a path lies in, in the text of /proc/self/mountinfo.
 *
 * @param path without links
 */
export function mountOf(mountinfo: string, path: string): Mount | undefined {
	let found: Mount | undefined;
	for (const line of mountinfo.split("\n")) {
		const [front = "", back = ""] = line.split(" - ");
		const fields = front.split(" ");
		const [type = "", , superOptions = ""] = back.split(" ");
		const point = unescapeOctal(fields[4] ?? "");
		const isAbove = point === "/" || path === point || path.startsWith(`${point}/`);
		// Of two at the same point the later one covers the earlier.
		if (point === "" || !isAbove || point.length < (found?.point.length ?? 0)) continue;
		const options = [...(fields[5] ?? "").split(","), ...superOptions.split(",")];
		found = { point, type, isReadOnly: options.includes("ro") };
	}
	return found;
}

/** mountinfo writes blanks and the like as three octal digits. */
function unescapeOctal(text: string): string {
	return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
