import { basename } from "node:path";
import { type CheckFileOptions, checkFileOutline } from "./checks.ts";
import type { Disk } from "./disk.ts";
import type { Document } from "./document.ts";
import { dig } from "./explain.ts";
import { checkLabels } from "./labels.ts";
import type { Path } from "./path.ts";
import { listLength, resolvePath } from "./sections.ts";

/** A check as its file declares it. */
export interface CheckFile {
	readonly name: string;
	readonly document: Document;
	/** Undefined where something in the file is wrong; that has been reported. */
	readonly options?: CheckFileOptions;
}

/** What is declared. */
export interface CheckFiles {
	/** The checks by name, those that are not in order included. Of the shipped ones only what is used. */
	readonly files: ReadonlyMap<string, CheckFile>;
	/** The names of the checks that come with the program. */
	shipped(): readonly string[];
}

const YAML_FILE = /\.ya?ml$/i;

/**
 * Reads every file that `check_files:` names, and those in the folders it names. A check that none of them declares is taken
 * from those that come with the program, where there is one of that name.
 *
 * @param open reads a text as a configuration file
 */
export function readCheckFiles(
	alerts: Document,
	defaults: readonly string[],
	disk: Disk,
	open: (text: string, file: string) => Document,
): CheckFiles {
	const found = new Map<string, CheckFile>();
	const seen = new Set<string>();
	const read = ({ path, named }: NamedFile): CheckFile | undefined => {
		if (seen.has(path)) return undefined;
		seen.add(path);
		try {
			return readCheckFile(open(disk.readText(path), path));
		} catch (error) {
			alerts.error(named, `${path} cannot be read: ${(error as Error).message}`);
			return undefined;
		}
	};
	for (const file of namedFiles(alerts, defaults, disk)) {
		const check = read(file);
		if (!check) continue;
		const before = found.get(check.name);
		if (before) {
			const { line } = before.document.place(["name"]);
			check.document.error(["name"], `check "${check.name}" is declared already in ${before.document.file}:${line}`);
		} else found.set(check.name, check);
	}
	// The folder is looked into only where something of it is wanted.
	let listed: ReadonlyMap<string, string> | undefined;
	const shipped = () => {
		listed ??= shippedFiles(disk);
		return listed;
	};
	for (const { name, named } of usedNames(alerts)) {
		const path = found.has(name) ? undefined : shipped().get(name);
		const check = path === undefined ? undefined : read({ path, named });
		if (check) found.set(name, check);
	}
	return { files: found, shipped: () => [...shipped().keys()] };
}

/** The files of the checks that come with the program, by the names of the checks, which are those of the files. */
function shippedFiles(disk: Disk): ReadonlyMap<string, string> {
	const folder = disk.shipped?.();
	const files = folder === undefined ? undefined : disk.list(folder);
	return new Map((files ?? []).map((file) => [basename(file).replace(YAML_FILE, ""), file]));
}

/** The names under `checks:`, and where they stand. */
function usedNames({ data }: Document): readonly { readonly name: string; readonly named: Path }[] {
	const uses = dig(data, ["checks"]);
	return (Array.isArray(uses) ? uses : []).flatMap((use: unknown, index) => {
		const name = typeof use === "string" ? use : dig(use, ["use"]);
		return typeof name === "string" ? [{ name, named: ["checks", index] }] : [];
	});
}

interface NamedFile {
	readonly path: string;
	/** Where in alerts.yaml it is named. */
	readonly named: Path;
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
		// Who names no files and has none of that name does with those that come with the program.
		if (typeof entry === "string" && listed === undefined && disk.shipped?.() !== undefined) return [];
		if (listed === undefined) return [{ path, named }];
		const files = listed.filter((file) => YAML_FILE.test(file));
		// A folder that nobody named may be there for something else.
		if (files.length === 0 && typeof entry !== "string")
			alerts.error(named, `folder ${path} has no check file (*.yaml)`);
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
