import type * as z from "zod";
import { dig, type Finding, validate } from "./explain.ts";
import { type Interpolated, interpolate, type Sources } from "./interpolate.ts";
import { type Path, showPath } from "./path.ts";
import type { Place, Problems } from "./problems.ts";
import { findSecrets, warnClear } from "./secrets.ts";
import type { Parse, YamlFile } from "./yaml.ts";

/** What to add to a message about a part of a document. */
export interface Detail {
	readonly hint?: string | undefined;
	/** Point at the key instead of its value. */
	readonly part?: "key" | "value";
	/** Letters into a text value. */
	readonly offset?: number | undefined;
}

/** One configuration file: its data with every `${…}` filled in, and a way to complain about any part of it. */
export interface Document {
	readonly file: string;
	/** False where the text is no YAML; that has been reported. */
	readonly isReadable: boolean;
	/** Plain data; an empty file is an empty section. */
	readonly data: unknown;
	/** True where the text value at the path is written out, without any `${…}`. */
	isLiteral(path: Path): boolean;
	place(path: Path, detail?: Detail): Place;
	error(path: Path, message: string, detail?: Detail): void;
	warning(path: Path, message: string, detail?: Detail): void;
	report(findings: readonly Finding[], below?: Path): void;
	/** The value at a path as the schema makes it; what is wrong is reported, and nothing is returned. */
	read<S extends z.ZodType>(schema: S, path: Path): z.output<S> | undefined;
}

/** Remembers what was filled in, over all files, so that no message shows it. */
export interface Filled {
	readonly values: Map<string, string>;
	/** Puts the `${…}` back in place of what it stands for. Texts under four letters are no secret and are left alone. */
	conceal(text: string): string;
}

export function rememberFilled(): Filled {
	const values = new Map<string, string>();
	return {
		values,
		conceal(text) {
			let shown = text;
			const longestFirst = [...values].sort(([a], [b]) => b.length - a.length);
			for (const [value, mark] of longestFirst) if (value.length >= 4) shown = shown.replaceAll(value, () => mark);
			return shown;
		},
	};
}

/** Reads a text as a configuration file and reports what is wrong with it so far. */
export function openDocument(
	text: string,
	file: string,
	deps: {
		readonly problems: Problems;
		readonly sources: Sources;
		readonly filled: Filled;
		readonly parse: Parse;
		/** What of the data is looked at; all of it where this is absent. */
		readonly select?: ((data: unknown) => unknown) | undefined;
	},
): Document {
	const { problems, sources, filled, parse, select } = deps;
	const yaml = parse(text, file);
	for (const { place, message } of yaml.errors) problems.error(place, message);
	const { data, unresolved, values }: Interpolated = interpolate(select ? select(yaml.data) : yaml.data, sources);
	for (const [value, mark] of values) filled.values.set(value, mark);
	for (const { path, part, offset, message, hint } of unresolved) {
		problems.error(yaml.place(path, part, offset), message, hint);
	}
	return documentOf(yaml, data, new Set(unresolved.map(({ path }) => showPath(path))), problems);
}

function documentOf(yaml: YamlFile, data: unknown, unresolved: ReadonlySet<string>, problems: Problems): Document {
	const isLiteral = (path: Path) => {
		const raw = dig(yaml.data, path);
		return typeof raw === "string" && !raw.includes("$");
	};
	const place = (path: Path, { part, offset }: Detail = {}) =>
		// Offsets count in the filled-in text, so they fit only what is written out.
		yaml.place(path, part, isLiteral(path) ? offset : undefined);
	const error = (path: Path, message: string, detail: Detail = {}) => {
		// Whatever else is wrong with a value that could not be filled in follows from that.
		if (!unresolved.has(showPath(path))) problems.error(place(path, detail), message, detail.hint);
	};
	const report = (findings: readonly Finding[], below: Path = []) => {
		for (const { path, message, ...detail } of findings) error([...below, ...path], message, detail);
	};
	const document: Document = {
		file: yaml.file,
		isReadable: yaml.data !== undefined,
		data: data ?? {},
		isLiteral,
		place,
		error,
		warning: (path, message, detail = {}) => problems.warning(place(path, detail), message, detail.hint),
		report,
		read(schema, path) {
			const result = validate(schema, dig(data, path), path);
			if (!result.ok) {
				report(result.findings, path);
				return undefined;
			}
			for (const found of findSecrets(result.value, path)) warnClear(document, found);
			return result.value;
		},
	};
	return document;
}
