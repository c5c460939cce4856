import type { Document } from "./document.ts";
import type { Path } from "./path.ts";
import { nearest } from "./suggest.ts";

/**
 * The same document with misspelt sections read as what was meant. The misspelling has been reported; this way it hides no
 * other mistake, and what refers to the section is not said to refer to nothing.
 *
 * @param known names of the sections
 */
export function asMeant(document: Document, known: readonly string[]): Document {
	const written = document.data as Readonly<Record<string, unknown>>;
	const renamed = new Map<string, string>();
	for (const name of Object.keys(written)) {
		const meant = known.includes(name) ? undefined : nearest(name, known);
		if (meant !== undefined && !(meant in written)) renamed.set(meant, name);
	}
	if (renamed.size === 0) return document;
	const real = (path: Path): Path =>
		path.length === 0 ? path : path.with(0, renamed.get(String(path[0])) ?? path[0] ?? "");
	const data = { ...written };
	for (const [meant, name] of renamed) data[meant] = written[name];
	return {
		...document,
		data,
		isLiteral: (path) => document.isLiteral(real(path)),
		place: (path, detail) => document.place(real(path), detail),
		error: (path, message, detail) => document.error(real(path), message, detail),
		warning: (path, message, detail) => document.warning(real(path), message, detail),
		report: (findings, below = []) => document.report(findings, real(below)),
		read: (schema, path) => document.read(schema, real(path)),
	};
}
