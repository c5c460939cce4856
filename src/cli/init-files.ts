import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { EXIT, UserError } from "./exit.ts";

/** A file that is to be written. */
export interface Draft {
	readonly path: string;
	readonly text: string;
	readonly mode: number;
}

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
 * a signal that is handled comes before or after it.
 */
export function writeAll(drafts: readonly Draft[]): void {
	const begun: string[] = [];
	try {
		const renames = drafts.map(({ path, text, mode }) => {
			const beside = join(dirname(path), `.${basename(path)}.${process.pid}.new`);
			begun.push(beside);
			writeFileSync(beside, text, { mode, flag: "wx", flush: true });
			return [beside, path] as const;
		});
		for (const [from, to] of renames) renameSync(from, to);
	} catch (error) {
		for (const path of begun) rmSync(path, { force: true });
		throw new UserError(`cannot be written: ${(error as Error).message}`, EXIT.unavailable);
	}
}
