import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, Scalar } from "yaml";
import { maskLine } from "./mask.ts";
import { type Path, showPath } from "./path.ts";
import type { Place } from "./problems.ts";

/** A file that was read as YAML: plain data, and where each part of it stands. */
export interface YamlFile {
	readonly file: string;
	/** Maps, lists, texts, numbers, true, false and null; undefined where the text is no YAML. */
	readonly data: unknown;
	readonly errors: readonly { readonly place: Place; readonly message: string }[];
	/**
	 * Finds the place of a value, or of its key. Where the path leads to nothing (a missing key), the place of the nearest
	 * part above it is given.
	 *
	 * @param offset letters into the value; counts where the value is written on one line as it is, and is ignored elsewhere
	 */
	place(path: Path, part?: "key" | "value", offset?: number): Place;
}

/** Reads a text as YAML. */
export type Parse = (text: string, file: string) => YamlFile;

/** Configuration is written by hand; a megabyte of it is a mistake. Counted in UTF-16 units. */
const LONGEST_TEXT = 2 ** 20;

/** More parts than this come from aliases of aliases, not from a person. */
const MOST_NODES = 200_000;

/**
 * Reads YAML 1.2 (core schema). Refused, with the place: syntax errors, keys that appear twice, keys that are no plain text,
 * tags of other programs, several documents, aliases that grow without end.
 *
 * @param file its name, for messages
 */
export function readYaml(text: string, file: string): YamlFile {
	const lines = new LineCounter();
	const errors: { place: Place; message: string }[] = [];
	const source = text.length > LONGEST_TEXT ? "" : text;
	const at = (offset: number, path: Path = []) => placeOf(source, lines, file, offset, path);
	const document = parse(source, lines);
	if (document === undefined || source !== text) {
		const message = source === text ? "is nested too deeply" : "is longer than 1 MiB: no configuration is";
		return { file, data: undefined, errors: [{ place: at(0), message }], place: (path) => at(0, path) };
	}
	for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
		errors.push({ place: at(pos[0]), message: describe(code, message, source.slice(pos[0])) });
		// What follows a syntax error is mostly its echo.
		if (code !== "DUPLICATE_KEY" && code !== "TAG_RESOLVE_FAILED") break;
	}
	const version = document.directives?.yaml;
	if (version?.explicit && version.version !== "1.2") {
		errors.push({ place: at(0), message: `is written in YAML ${version.version}: only YAML 1.2 is read` });
	}
	const refuse = (node: Node, message: string) => errors.push({ place: at(node.range?.[0] ?? 0), message });
	const data = errors.length === 0 ? toData(document, refuse) : undefined;
	return {
		file,
		data: errors.length === 0 ? data : undefined,
		errors,
		place: (path, part = "value", offset) => at(offsetOf(document, source, path, part, offset), path),
	};
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
	try {
		return parseDocument(text, {
			lineCounter,
			version: "1.2",
			schema: "core",
			merge: false,
			resolveKnownTags: false,
			stringKeys: true,
			prettyErrors: false,
			logLevel: "error",
		});
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

function describe(code: string, message: string, rest: string): string {
	switch (code) {
		case "DUPLICATE_KEY":
			return `key "${/^["']?([^"':\n]*)/.exec(rest)?.[1] ?? ""}" appears twice`;
		case "TAG_RESOLVE_FAILED":
			return "tags such as !name mean nothing here";
		case "NON_STRING_KEY":
			return "a key must be a plain text";
		case "MULTIPLE_DOCS":
			return "holds several documents (---): only one is read";
		case "RESOURCE_EXHAUSTION":
			return "is nested too deeply";
		case "TAB_AS_INDENT":
			return "is indented with a tab: YAML wants spaces";
		default:
			return `is no YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
	}
}

/** Turns nodes into plain data, following aliases; stops where they bite their own tail or swell. */
function toData(document: Document.Parsed, refuse: (node: Node, message: string) => void): unknown {
	const open = new Set<Node>();
	let nodes = 0;
	/** The outermost alias that is being followed. */
	let outer: Node | undefined;
	function visit(node: Node | null | undefined): unknown {
		if (++nodes > MOST_NODES) {
			if (nodes === MOST_NODES + 1 && node) refuse(outer ?? node, "aliases make this file swell beyond all measure");
			return undefined;
		}
		if (!node) return null;
		if (isScalar(node)) return node.value;
		const target = isAlias(node) ? node.resolve(document) : node;
		if (!target) return refuse(node, "refers to an anchor (&name) that does not stand above it");
		if (isScalar(target)) return target.value;
		if (open.has(target)) return refuse(node, "refers to a part that contains itself");
		const isOuter = isAlias(node) && outer === undefined;
		if (isOuter) outer = node;
		open.add(target);
		const data = isMap(target)
			? visitMap(target)
			: isSeq(target)
				? target.items.map((item) => visit(item as Node))
				: null;
		open.delete(target);
		if (isOuter) outer = undefined;
		return data;
	}
	function visitMap(map: { readonly items: readonly { key: unknown; value: unknown }[] }): Record<string, unknown> {
		const data: Record<string, unknown> = {};
		for (const { key, value } of map.items) {
			const name = keyOf(key);
			// It would set the object's prototype and vanish.
			if (name === undefined || name === "__proto__") refuse(key as Node, `"${name ?? ""}" is not possible as a key`);
			else data[name] = visit(value as Node | null);
		}
		return data;
	}
	return visit(document.contents);
}

function keyOf(key: unknown): string | undefined {
	return isScalar(key) ? String(key.value ?? "") : undefined;
}

function offsetOf(document: Document.Parsed, text: string, path: Path, part: "key" | "value", offset?: number): number {
	let node: Node | null | undefined = document.contents;
	let found = node?.range?.[0] ?? 0;
	for (const [depth, step] of path.entries()) {
		if (isAlias(node)) node = node.resolve(document);
		let next: Node | null | undefined;
		if (isMap(node)) {
			const pair = node.items.find(({ key }) => keyOf(key) === String(step));
			if (!pair) return found;
			next = pair.value as Node | null;
			const key = pair.key as unknown as Node;
			const wantsKey = (part === "key" && depth === path.length - 1) || !next?.range || isEmpty(next);
			found = (wantsKey ? key.range?.[0] : next?.range?.[0]) ?? found;
		} else if (isSeq(node)) {
			next = node.items[Number(step)] as Node | undefined;
			if (!next) return found;
			found = next.range?.[0] ?? found;
		} else return found;
		node = next;
	}
	return part === "value" && isScalar(node) && offset !== undefined ? found + inside(node, text, offset) : found;
}

/** A key with nothing behind it has its value where the next line begins; people look at the key. */
function isEmpty(node: Node): boolean {
	return isScalar(node) && node.range?.[0] === node.range?.[1];
}

/** The way from the start of a scalar to a letter of its text, if it is written on one line without escapes. */
function inside(node: Scalar, text: string, offset: number): number {
	const [start, end] = node.range ?? [0, 0];
	const quoted = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE;
	if (!quoted && node.type !== Scalar.PLAIN) return 0;
	const margin = quoted ? 1 : 0;
	return text.slice(start + margin, end - margin) === node.value ? margin + offset : 0;
}

function placeOf(text: string, lines: LineCounter, file: string, offset: number, path: Path): Place {
	const { line, col } = lines.lineStarts.length > 0 ? lines.linePos(offset) : { line: 1, col: 1 };
	const start = lines.lineStarts[line - 1] ?? 0;
	const end = text.indexOf("\n", start);
	const source = text.slice(start, end < 0 ? undefined : end).replace(/\r$/, "");
	const [atLine, atColumn] = [Math.max(1, line), Math.max(1, col)];
	const place = { file, line: atLine, column: atColumn, path: showPath(path) };
	return source.trim() === "" ? place : { ...place, excerpt: maskLine(source, atColumn - 1) };
}
