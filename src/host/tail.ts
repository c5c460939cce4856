import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
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

/** A part of a file to be read. */
interface Stretch {
	readonly path: string;
	readonly from: number;
	readonly to: number;
	/** The log is done with this file, so its last line ends with it. */
	readonly isClosed: boolean;
}

/**
 * Reads the lines of a log that are new since the last place, across rotation (`LOG` becomes `LOG.1`, that `LOG.2` …) and
 * truncation. Without a place it only finds the end: what is old is no news.
 *
 * @param onLines gets the lines in order, in bunches
 */
export async function readNew(
	file: string,
	before: Place | undefined,
	bounds: ReadBounds,
	onLines: (lines: readonly string[]) => void,
): Promise<TailRead> {
	const current = await placeAtEnd(file);
	// For a moment of the rotation there is no file of that name.
	if (!current.ok && (!before || current.code !== "ENOENT")) return { ok: false, reason: `${file}: ${current.reason}` };
	if (!before) {
		if (!current.ok) return { ok: false, reason: current.reason };
		return { ok: true, place: current.place, skipped: 0, behind: 0, isGap: false };
	}
	const { stretches, isGap } = await findStretches(file, before, current.ok ? current.place : undefined);
	if (!current.ok && stretches.length === 0) return { ok: false, reason: `${file}: ${current.reason}` };
	const total = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
	let tooMany = Math.max(0, total - bounds.bytes);
	const skipped = tooMany;
	let left = total - skipped;
	let place = before;
	for (const { path, from, to, isClosed } of stretches) {
		const jump = Math.min(tooMany, to - from);
		tooMany -= jump;
		const end = await readStretch(path, { from: from + jump, to, isClosed }, jump > 0, bounds, onLines);
		if (end === undefined) continue;
		left -= end - (from + jump);
		place = (await placeAt(path, end)) ?? place;
		if (bounds.isOver()) break;
	}
	return { ok: true, place, skipped, behind: Math.max(0, left), isGap };
}

async function findStretches(
	file: string,
	before: Place,
	current: Place | undefined,
): Promise<{ readonly stretches: readonly Stretch[]; readonly isGap: boolean }> {
	const whole = (path: string, from: number, to: number, isClosed: boolean) => ({ path, from, to, isClosed });
	const size = current?.offset ?? 0;
	if (current && current.inode === before.inode && size >= before.offset && (await begins(file, before))) {
		return { stretches: [whole(file, before.offset, size, false)], isGap: false };
	}
	const younger: Stretch[] = current ? [whole(file, 0, size, false)] : [];
	for (let number = 1; number <= MOST_ROTATED; number++) {
		const path = `${file}.${number}`;
		const stats = await stat(path).catch(() => undefined);
		if (!stats) break;
		// A log that is copied and cut back keeps its first bytes, but not its inode.
		const isSame = before.headBytes > 0 || stats.ino === before.inode;
		if (isSame && stats.size >= before.offset && (await begins(path, before))) {
			return { stretches: [whole(path, before.offset, stats.size, true), ...younger], isGap: false };
		}
		younger.unshift(whole(path, 0, stats.size, true));
	}
	// The place is gone. The newest file is all that is surely new.
	return { stretches: younger.filter(({ path }) => path === file), isGap: true };
}

/** @returns how far it came, at the end of a line where possible; undefined where the file is gone */
async function readStretch(
	path: string,
	{ from, to, isClosed }: Omit<Stretch, "path">,
	startsInside: boolean,
	bounds: ReadBounds,
	onLines: (lines: readonly string[]) => void,
): Promise<number | undefined> {
	return await withFile(path, async (file) => {
		let rest: Buffer = Buffer.alloc(0);
		let at = from;
		let isHalf = startsInside;
		while (at < to && !bounds.isOver()) {
			const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(CHUNK, to - at)), 0, undefined, at);
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
		if (isClosed && at >= to && rest.length > 0) {
			onLines(linesIn(rest));
			return at;
		}
		return at - rest.length;
	});
}

function linesIn(text: Buffer): readonly string[] {
	const lines = text.toString("utf8").split(/\r?\n/);
	if (lines.at(-1) === "") lines.pop();
	return lines;
}

async function begins(path: string, { head, headBytes }: Place): Promise<boolean> {
	return (await withFile(path, (file) => hashHead(file, headBytes))) === head;
}

async function placeAt(path: string, offset: number): Promise<Place | undefined> {
	return await withFile(path, async (file) => {
		const { ino, size } = await file.stat();
		const headBytes = Math.min(HEAD_BYTES, size);
		return { inode: ino, offset, headBytes, head: await hashHead(file, headBytes) };
	});
}

type EndRead =
	| { readonly ok: true; readonly place: Place }
	| { readonly ok: false; readonly code: string; readonly reason: string };

async function placeAtEnd(path: string): Promise<EndRead> {
	try {
		const { size } = await stat(path);
		await using file = await open(path, "r");
		const { ino } = await file.stat();
		const headBytes = Math.min(HEAD_BYTES, size);
		return { ok: true, place: { inode: ino, offset: size, headBytes, head: await hashHead(file, headBytes) } };
	} catch (error) {
		return { ok: false, code: codeOf(error), reason: reasonOf(error) };
	}
}

async function hashHead(file: FileHandle, bytes: number): Promise<string> {
	const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
	return createHash("sha256").update(buffer.subarray(0, bytesRead)).digest("base64url").slice(0, 16);
}

async function withFile<Found>(path: string, use: (file: FileHandle) => Promise<Found>): Promise<Found | undefined> {
	try {
		await using file = await open(path, "r");
		return await use(file);
	} catch (error) {
		if (codeOf(error) === "ENOENT" || codeOf(error) === "EACCES") return undefined;
		throw error;
	}
}
