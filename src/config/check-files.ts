import { type CheckFileOptions, checkFileOutline } from "./checks.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "./document.ts";
import { dig } from "./explain.ts";
import { checkLabels } from "./labels.ts";
import { listLength, resolvePath } from "./sections.ts";

/** A check as its file declares it. */
export interface CheckFile {
	readonly name: string;
	readonly document: Document;
	/** Undefined where something in the file is wrong; that has been reported. */
	readonly options?: CheckFileOptions;
}

const YAML_FILE = /\.ya?ml$/i;

/**
 * Reads every file that `check_files:` names, and those in the folders it names.
 *
 * @param open reads a text as a configuration file
 * @returns the checks by name, those that are not in order included
 */
export function readCheckFiles(
	alerts: Document,
	defaults: readonly string[],
	disk: Disk,
	open: (text: string, file: string) => Document,
): ReadonlyMap<string, CheckFile> {
	const found = new Map<string, CheckFile>();
	const seen = new Set<string>();
	for (const file of namedFiles(alerts, defaults, disk)) {
		if (seen.has(file.path)) continue;
		seen.add(file.path);
		let text: string;
		try {
			text = disk.readText(file.path);
		} catch (error) {
			alerts.error(file.named, `${file.path} cannot be read: ${(error as Error).message}`);
			continue;
		}
		const check = readCheckFile(open(text, file.path));
		if (!check) continue;
		const before = found.get(check.name);
		if (before) {
			const { line } = before.document.place(["name"]);
			check.document.error(["name"], `check "${check.name}" is declared already in ${before.document.file}:${line}`);
		} else found.set(check.name, check);
	}
	return found;
}

interface NamedFile {
	readonly path: string;
	/** Where in alerts.yaml it is named. */
	readonly named: readonly (string | number)[];
}

function namedFiles(alerts: Document, defaults: readonly string[], disk: Disk): NamedFile[] {
	const length = listLength(alerts, "check_files");
	const entries = length === undefined ? defaults : Array.from({ length }, (_, index) => index);
	return entries.flatMap((entry) => {
		const named = typeof entry === "string" ? ["check_files"] : ["check_files", entry];
		const given = typeof entry === "string" ? entry : dig(alerts.data, named);
		if (typeof given !== "string" || given === "") {
			alerts.error(named, `"check_files[${entry}]" must be the path of a file or folder`);
			return [];
		}
		const path = resolvePath(alerts, given);
		const listed = disk.list(path);
		if (listed === undefined) return [{ path, named }];
		const files = listed.filter((file) => YAML_FILE.test(file));
		if (files.length === 0) alerts.error(named, `folder ${path} has no check file (*.yaml)`);
		return files.map((file) => ({ path: file, named }));
	});
}

function readCheckFile(document: Document): CheckFile | undefined {
	if (!document.isReadable) return undefined;
	const options = document.read(checkFileOutline, []);
	if (options) {
		checkLabels(document, ["labels"], options.labels);
		return { name: options.name, document, options };
	}
	// A file with mistakes still has a name, so that those who use it are not told that it does not exist.
	const name = dig(document.data, ["name"]);
	return typeof name === "string" ? { name, document } : undefined;
}
