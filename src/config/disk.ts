import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { shippedChecks } from "./shipped.ts";

/** The files that configuration is made of; handed in, so that a test can do without any. */
export interface Disk {
	/** @throws an `Error` whose message tells the user why */
	readText(path: string): string;
	/** The files below a folder, in order, or undefined where the path is no folder. */
	list(path: string): readonly string[] | undefined;
	/** The folder of the checks that come with the program; undefined where they cannot be found. */
	shipped?(): string | undefined;
}

const REASONS: Readonly<Record<string, string>> = {
	ENOENT: "there is no such file or folder",
	EACCES: "permission denied",
	EPERM: "permission denied",
	EISDIR: "it is a folder",
	ENOTDIR: "a part of its path is no folder",
	ELOOP: "its links go in a circle",
};

/** Larger than anything that belongs here: a certificate bundle has a quarter of it. */
const LARGEST_FILE = 4 * 2 ** 20;

export const realDisk: Disk = {
	readText(path) {
		try {
			// A pipe or a device has size 0 and is read like any file.
			if (statSync(path).size > LARGEST_FILE) throw new Error("it is larger than 4 MiB");
			return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
		} catch (error) {
			const { code, message } = error as NodeJS.ErrnoException;
			throw new Error(REASONS[code ?? ""] ?? message, { cause: error });
		}
	},
	list(path) {
		if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
		return readdirSync(path, { recursive: true, withFileTypes: true })
			.filter((entry) => !entry.isDirectory())
			.map((entry) => join(entry.parentPath, entry.name))
			.sort();
	},
	shipped: shippedChecks,
};
