import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { codeOf, reasonOf } from "./read.ts";

/** How far a log was read: which file, known by its inode and its first bytes, and how much of it. */
export interface Place {
	readonly inode: number;
	readonly offset: number;
	/** Hash of the first bytes: an inode is given again, a first line with a time in it is not. */
	readonly head: string;
	readonly headBytes: number;
}

/** Limits of one reading. */
interface ReadBounds {
	/** More than this is skipped, the oldest first. */
	readonly bytes: number;
	/** Whether the time for it is over; what is left is read the next time. */
	isOver(): boolean;
}

/** What came of reading on. */
export type TailRead =
	| {
			readonly ok: true;
			readonly place: Place;
			/** Bytes that were left out because there were too many. */
			readonly skipped: number;
			/** Bytes that are left for the next time. */
			readonly behind: number;
			/** The place was in no file any more: lines may be lost. */
			readonly isGap: boolean;
	  }
	| { readonly ok: false; readonly reason: string };

/** Rotated files are looked for up to this number: DSS keeps ten. */
const MOST_ROTATED = 20;
const HEAD_BYTES = 256;
const CHUNK = 65_536;
/** A line without an end is taken as it is after this many bytes. */
const LONGEST_LINE = 65_536;

/** A file of the log, held open: its name may be given to another one at any moment, and it to another name. */
interface Opened {
	readonly file: FileHandle;
	readonly inode: number;
	/** When it was opened, bytes. */
	readonly size: number;
}

/** A part of a file to be read. */
interface Stretch extends Opened {
	readonly from: number;
	/** The log is done with this file, so its last line ends with it. */
	readonly isClosed: boolean;
}

/**
 * Reads the lines of a log that are new since the last place, across rotation (`LOG` becomes `LOG.1`, that `LOG.2` …) and
 * truncation, also where it is rotated at this very moment. Without a place it only finds the end: what is old is no news.
 *
 * @param onLines gets the lines in order, in bunches
 */
export async function readNew(
	file: string,
	before: Place | undefined,
	bounds: ReadBounds,
	onLines: (lines: readonly string[]) => void,
): Promise<TailRead> {
	const opened: Opened[] = [];
	const openOne = async (path: string): Promise<Opened | undefined> => {
		const found = await openLog(path);
		if (found) opened.push(found);
		return found;
	};
	try {
		if (!before) {
			const only = await openOne(file);
			if (!only) return missing(file);
			return { ok: true, place: await placeIn(only, only.size), skipped: 0, behind: 0, isGap: false };
		}
		// While files are renamed, one may be missed by looking for it; once more then.
		const found = (await findStretches(file, before, openOne)) ?? (await findStretches(file, before, openOne));
		const newest = found ? undefined : await openOne(file);
		if (!found && !newest) return missing(file);
		// Where the place is gone, the newest file is all that is surely new.
		const stretches = found ?? (newest ? [{ ...newest, from: 0, isClosed: false }] : []);
		const read = await readStretches(stretches, before, bounds, onLines);
		return { ok: true, ...read, isGap: !found };
	} catch (error) {
		return { ok: false, reason: `${file}: ${reasonOf(error)}` };
	} finally {
		await Promise.all(opened.map((one) => one.file.close()));
	}
}

function missing(file: string): TailRead {
	return { ok: false, reason: `${file}: there is no such file or folder` };
}

/** @returns undefined where there is no such file */
async function openLog(path: string): Promise<Opened | undefined> {
	try {
		const file = await open(path, "r");
		const { ino, size } = await file.stat();
		return { file, inode: ino, size };
	} catch (error) {
		if (codeOf(error) === "ENOENT") return undefined;
		throw error;
	}
}

/** @returns the stretches since the place, oldest first; undefined where the place is in no file */
async function findStretches(
	file: string,
	before: Place,
	openOne: (path: string) => Promise<Opened | undefined>,
): Promise<readonly Stretch[] | undefined> {
	// For a moment of the rotation there is no file of that name.
	const current = await openOne(file);
	if (current && current.inode === before.inode && (await holds(current, before))) {
		return [{ ...current, from: before.offset, isClosed: false }];
	}
	const younger: Stretch[] = current ? [{ ...current, from: 0, isClosed: false }] : [];
	for (let number = 1; number <= MOST_ROTATED; number++) {
		const one = await openOne(`${file}.${number}`);
		// Seen before under another name: it was renamed meanwhile.
		if (!one || younger.some(({ inode }) => inode === one.inode)) continue;
		// A log that is copied and cut back keeps its first bytes, but not its inode.
		const isSame = before.headBytes > 0 || one.inode === before.inode;
		if (isSame && (await holds(one, before))) return [{ ...one, from: before.offset, isClosed: true }, ...younger];
		younger.unshift({ ...one, from: 0, isClosed: true });
	}
	return undefined;
}

async function holds({ file, size }: Opened, { offset, head, headBytes }: Place): Promise<boolean> {
	return size >= offset && (await hashHead(file, headBytes)) === head;
}

async function readStretches(
	stretches: readonly Stretch[],
	before: Place,
	bounds: ReadBounds,
	onLines: (lines: readonly string[]) => void,
): Promise<{ readonly place: Place; readonly skipped: number; readonly behind: number }> {
	const total = stretches.reduce((sum, { from, size }) => sum + size - from, 0);
	const skipped = Math.max(0, total - bounds.bytes);
	let tooMany = skipped;
	let left = total - skipped;
	let place = before;
	for (const one of stretches) {
		const jump = Math.min(tooMany, one.size - one.from);
		tooMany -= jump;
		const from = one.from + jump;
		const end = await readStretch({ ...one, from }, jump > 0, bounds, onLines);
		left -= end - from;
		place = await placeIn(one, end);
		if (bounds.isOver()) break;
	}
	return { place, skipped, behind: Math.max(0, left) };
}

/** @returns how far it came, at the end of a line where possible */
async function readStretch(
	{ file, from, size, isClosed }: Stretch,
	startsInside: boolean,
	bounds: ReadBounds,
	onLines: (lines: readonly string[]) => void,
): Promise<number> {
	let rest: Buffer = Buffer.alloc(0);
	let at = from;
	let isHalf = startsInside;
	while (at < size && !bounds.isOver()) {
		const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(CHUNK, size - at)), 0, undefined, at);
		if (bytesRead === 0) break;
		at += bytesRead;
		const text = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
		const end = text.lastIndexOf(10) + 1;
		rest = text.subarray(end);
		if (end > 0) {
			const lines = linesIn(text.subarray(0, end));
			onLines(isHalf ? lines.slice(1) : lines);
			isHalf = false;
		}
		if (rest.length > LONGEST_LINE) {
			if (!isHalf) onLines(linesIn(rest));
			rest = Buffer.alloc(0);
			isHalf = true;
		}
	}
	if (isClosed && at >= size && rest.length > 0) {
		if (!isHalf) onLines(linesIn(rest));
		return at;
	}
	return at - rest.length;
}

function linesIn(text: Buffer): readonly string[] {
	const lines = text.toString("utf8").split(/\r?\n/);
	if (lines.at(-1) === "") lines.pop();
	return lines;
}

async function placeIn({ file, inode, size }: Opened, offset: number): Promise<Place> {
	const headBytes = Math.min(HEAD_BYTES, size);
	return { inode, offset, headBytes, head: await hashHead(file, headBytes) };
}

async function hashHead(file: FileHandle, bytes: number): Promise<string> {
	const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
	return createHash("sha256").update(buffer.subarray(0, bytesRead)).digest("base64url").slice(0, 16);
}
