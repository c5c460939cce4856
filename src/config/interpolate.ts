import type { Variable } from "./env-file.ts";
import type { Path } from "./path.ts";

/** Where `${NAME}` and `${file:/path}` get their values. */
export interface Sources {
	/** A variable, or why there is none: `is not set in the environment`. */
	readonly variable: (name: string) => Variable;
	/** @throws where the file cannot be read; the message is shown to the user */
	readonly readFile: (path: string) => string;
}

/** A `${…}` that gave nothing. */
interface Unresolved {
	readonly path: Path;
	readonly part: "key" | "value";
	readonly offset: number;
	readonly message: string;
	readonly hint?: string;
}

/** What came of replacing: the same data with texts filled in, and every value that was put in, by what stood there. */
export interface Interpolated {
	readonly data: unknown;
	readonly unresolved: readonly Unresolved[];
	/** Value → the `${…}` it came from. */
	readonly values: ReadonlyMap<string, string>;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const FILE = "file:";
/** `$$`, `${…}`, or the beginning of one that is never closed. */
const MARK = /\$\$|\$\{([^{}]*)\}|\$\{/g;

/**
 * Fills in `${NAME}` from the variables and `${file:/path}` from a file (one line feed at its end is cut) in every text value;
 * `$$` is a dollar. Keys are left alone, and what was filled in is not looked at again.
 */
export function interpolate(data: unknown, sources: Sources): Interpolated {
	const unresolved: Unresolved[] = [];
	const values = new Map<string, string>();

	function visit(value: unknown, path: Path): unknown {
		if (typeof value === "string") return value.includes("$") ? fill(value, path) : value;
		if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]));
		if (typeof value !== "object" || value === null) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, item]) => {
				const way = [...path, key];
				if (key.includes("${")) {
					unresolved.push({ path: way, part: "key", offset: 0, message: `a key takes no \${…}: only values do` });
				}
				return [key, visit(item, way)];
			}),
		);
	}

	function fill(text: string, path: Path): string {
		return text.replace(MARK, (mark, inner: string | undefined, offset: number) => {
			if (mark === "$$") return "$";
			const found =
				inner === undefined ? { message: `\${ is never closed`, hint: "a dollar is written $$" } : get(inner);
			if ("message" in found) {
				unresolved.push({ path, part: "value", offset, ...found });
				return mark;
			}
			values.set(found.value, mark);
			return found.value;
		});
	}

	function get(inner: string): { readonly value: string } | { readonly message: string; readonly hint?: string } {
		if (inner.startsWith(FILE)) {
			const path = inner.slice(FILE.length);
			try {
				return { value: sources.readFile(path).replace(/\r?\n$/, "") };
			} catch (error) {
				return { message: `\${${inner}} cannot be read: ${error instanceof Error ? error.message : String(error)}` };
			}
		}
		if (!NAME.test(inner)) {
			return { message: `\${${inner}} is no name`, hint: `write \${NAME} or \${file:/path}; there are no defaults` };
		}
		const found = sources.variable(inner);
		return "value" in found ? found : { message: `\${${inner}} ${found.message}` };
	}

	return { data: visit(data, []), unresolved, values };
}
