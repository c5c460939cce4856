import {
	chmodSync,
	chownSync,
	existsSync,
	readFileSync,
	renameSync,
	rmSync,
	type Stats,
	statSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { EXIT, UserError } from "../exit.ts";

/** A file that is to be written. */
export interface Draft {
	readonly path: string;
	readonly text: string;
	/** Of a new file, before the umask. */
	readonly mode: number;
}

/** Bits of a mode that let strangers in: never where nobody but the owner was to be let in. */
const STRANGERS = 0o007;

/** The text of a file; undefined where there is none. */
export function textIfThere(path: string): string | undefined {
	return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Refuses a place where no file can be written, before anybody has answered questions. */
export function refusePlace(file: string): void {
	const folder = dirname(resolve(file));
	if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
		throw new UserError(`there is no folder ${folder}`, EXIT.unavailable);
	}
	if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
		throw new UserError(`${file} is a folder: name the file in it`, EXIT.usage);
	}
}

/**
 * Writes files, all of them or none: each beside its place first, then all are renamed, in their order. Runs without a pause, so
 * a signal that is handled comes before or after it. Who owned a file before, and whom its mode let in, stays as it was: a
 * service may have its rights from that.
 *
 * @returns the mode that each came to have
 */
export function writeAll(drafts: readonly Draft[]): readonly { readonly path: string; readonly mode: number }[] {
	const begun: string[] = [];
	try {
		const written = drafts.map(({ path, text, mode }) => {
			const beside = join(dirname(path), `.${basename(path)}.${process.pid}.new`);
			const before = statSync(path, { throwIfNoEntry: false });
			begun.push(beside);
			writeFileSync(beside, text, { mode: before ? 0o600 : mode, flag: "wx", flush: true });
			if (before) resemble(beside, before, mode);
			return { path, beside, mode: statSync(beside).mode & 0o777 };
		});
		for (const { beside, path } of written) renameSync(beside, path);
		return written;
	} catch (error) {
		for (const path of begun) rmSync(path, { force: true });
		throw new UserError(`cannot be written: ${(error as Error).message}`, EXIT.unavailable);
	}
}

function resemble(path: string, before: Stats, mode: number): void {
	const { uid, gid } = statSync(path);
	if (uid !== before.uid || gid !== before.gid) chownSync(path, before.uid, before.gid);
	// After the change of the owner, which may take bits away.
	chmodSync(path, before.mode & 0o777 & ~(mode & STRANGERS ? 0 : STRANGERS));
}
