import { dirname, isAbsolute, join } from "node:path";
import type { Document } from "./document.ts";
import { dig, typeName } from "./explain.ts";
import type { Path } from "./path.ts";

/** The names in a section of the file, in order; undefined where there are none. Something else than a section is reported. */
export function sectionNames(document: Document, key: string): readonly string[] | undefined {
	const section = present(document, [key]);
	if (section === undefined) return undefined;
	if (typeof section === "object" && !Array.isArray(section)) {
		const names = Object.keys(section);
		return names.length > 0 ? names : undefined;
	}
	document.error([key], `"${key}" must be a section (name: …), not ${typeName(section)}`);
	return [];
}

/** How many entries a list of the file has; undefined where there are none. Something else than a list is reported. */
export function listLength(document: Document, key: string): number | undefined {
	const list = present(document, [key]);
	if (list === undefined) return undefined;
	if (Array.isArray(list)) return list.length > 0 ? list.length : undefined;
	document.error([key], `"${key}" must be a list, not ${typeName(list)}`);
	return 0;
}

/** A key with nothing below it is what is left when all entries are commented out: the same as no key. */
function present(document: Document, path: Path): NonNullable<unknown> | undefined {
	return dig(document.data, path) ?? undefined;
}

/** A relative path in a file starts at the folder of that file. */
export function resolvePath(document: Pick<Document, "file">, path: string): string {
	return isAbsolute(path) ? path : join(dirname(document.file), path);
}

/** Whether a section of a file says anything. */
export function isGiven(document: Document, key: string): boolean {
	return (dig(document.data, [key]) ?? undefined) !== undefined;
}
