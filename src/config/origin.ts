import type { CheckFile } from "./check-files.ts";
import type { UseOptions } from "./checks.ts";
import type { Document } from "./document.ts";
import { dig } from "./explain.ts";
import type { Path } from "./path.ts";

/** The entry under `checks:` that uses a check. */
export interface Use {
	readonly options: UseOptions;
	readonly document: Document;
	readonly path: Path;
}

/** A part of a document. */
interface Origin {
	readonly document: Document;
	readonly path: Path;
}

/** Finds where an option of a check was decided: in its file, or in the entry that uses it. */
export type FindOrigin = (path: Path) => Origin;

/** These are replaced entry by entry; the other sections as a whole. */
const MERGED = ["thresholds", "labels"];

/** @param use undefined for a check that nothing uses */
export function originOf({ document }: CheckFile, use: Use | undefined): FindOrigin {
	if (!use) return (path) => ({ document, path });
	const given = dig(use.document.data, use.path);
	return (path) => {
		const [section = "", ...rest] = path;
		const way = section === "probe" ? ["with", ...rest] : path;
		const decides = way.slice(0, section === "probe" || MERGED.includes(String(section)) ? 2 : 1);
		const isHere = path.length > 0 && decides.length > 0 && dig(given, decides) !== undefined;
		const isWhole = section === "probe" && rest.length === 0;
		return isHere && !isWhole ? { document: use.document, path: [...use.path, ...way] } : { document, path };
	};
}
