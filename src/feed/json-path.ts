/** One step of a path. `filter` keeps entries whose field equals, or does not equal, a value. */
type Step =
	| { readonly kind: "name"; readonly name: string }
	| { readonly kind: "index"; readonly index: number }
	| { readonly kind: "all" }
	| { readonly kind: "filter"; readonly field: readonly Step[]; readonly equal: boolean; readonly to: Scalar };

type Scalar = string | number | boolean | null;

/** A path into a JSON value, ready for use. */
export type JsonPath = readonly Step[];

/** One value that a path leads to. */
export interface Found {
	/** The way to it, in the normal form of RFC 9535: `$['a'][0]`. */
	readonly place: string;
	/** What the wildcards and filters of the path stood for, joined by a slash; empty where it has none. */
	readonly key: string;
	readonly value: unknown;
}

const NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const INDEX = /-?(?:0|[1-9]\d*)/y;
const TEXT = /'((?:[^'\\]|\\['\\])*)'|"((?:[^"\\]|\\["\\])*)"/y;
const LITERAL = /(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const EQUALS = /\s*([!=]=)\s*/y;

/**
 * Reads a small, well-defined part of JSONPath (RFC 9535): `.name`, `['name']`, `[0]`, `[-1]`, `[*]`, `.*` and the filters
 * `[?@.field == 'text']` and `!=` with a text, number, true, false or null. The `$` at the beginning may be left out.
 *
 * @returns the path, or where reading stopped and why
 */
export function parseJsonPath(
	text: string,
): { readonly path: JsonPath } | { readonly at: number; readonly why: string } {
	const reader = createReader(text);
	reader.take("$");
	if (!text.startsWith("$") && !/^[.[]/.test(text)) reader.implyDot();
	const path = reader.steps();
	if (reader.why !== undefined) return { at: reader.at(), why: reader.why };
	if (!reader.isDone()) return { at: reader.at(), why: "expected . or [" };
	return { path };
}

function createReader(text: string) {
	let at = 0;
	let dotImplied = false;
	const reader = {
		why: undefined as string | undefined,
		at: () => at,
		isDone: () => at === text.length,
		implyDot() {
			dotImplied = true;
		},
		take(word: string): boolean {
			if (!text.startsWith(word, at)) return false;
			at += word.length;
			return true;
		},
		/** Steps as long as there are any. */
		steps(): Step[] {
			const steps: Step[] = [];
			while (reader.why === undefined && (at < text.length || dotImplied)) {
				const step = dotImplied || reader.take(".") ? afterDot() : reader.take("[") ? inBrackets() : undefined;
				dotImplied = false;
				if (!step) break;
				steps.push(step);
			}
			return steps;
		},
	};

	function match(pattern: RegExp): RegExpExecArray | undefined {
		pattern.lastIndex = at;
		const found = pattern.exec(text);
		if (found) at = pattern.lastIndex;
		return found ?? undefined;
	}

	function fail(why: string): undefined {
		reader.why ??= why;
		return undefined;
	}

	function afterDot(): Step | undefined {
		if (reader.take("*")) return { kind: "all" };
		const name = match(NAME)?.[0];
		return name === undefined ? fail("expected a name or *; other names go in ['…']") : { kind: "name", name };
	}

	function inBrackets(): Step | undefined {
		const step = bracketed();
		if (step && !reader.take("]")) return fail("expected ]");
		return step;
	}

	function bracketed(): Step | undefined {
		if (reader.take("*")) return { kind: "all" };
		if (reader.take("?")) return filter();
		const quoted = quotedText();
		if (quoted !== undefined) return { kind: "name", name: quoted };
		const index = match(INDEX)?.[0];
		return index === undefined ? fail("expected 'name', a number, * or ?@") : { kind: "index", index: Number(index) };
	}

	function quotedText(): string | undefined {
		const found = match(TEXT);
		return (found?.[1] ?? found?.[2])?.replace(/\\(.)/g, "$1");
	}

	function filter(): Step | undefined {
		if (!reader.take("@")) return fail("a filter looks like [?@.field == 'text']");
		const field = reader.steps();
		if (reader.why !== undefined) return undefined;
		if (field.some(({ kind }) => kind === "all" || kind === "filter")) return fail("a filter compares one field");
		const sign = match(EQUALS)?.[1];
		if (sign === undefined) return fail("expected == or !=");
		const quoted = quotedText();
		const literal = quoted === undefined ? match(LITERAL)?.[0] : undefined;
		if (quoted === undefined && literal === undefined) return fail("expected 'text', a number, true, false or null");
		const to: Scalar = quoted ?? (JSON.parse(literal as string) as Scalar);
		return { kind: "filter", field, equal: sign === "==", to };
	}

	return reader;
}

/** Every value that the path leads to, in the order of the JSON. */
export function follow(path: JsonPath, json: unknown): readonly Found[] {
	let found: readonly Found[] = [{ place: "$", key: "", value: json }];
	for (const step of path) found = found.flatMap((one) => take(step, one));
	return found;
}

function take(step: Step, { place, key, value }: Found): readonly Found[] {
	const child = ([name, inner]: readonly [string | number, unknown], isChosen: boolean): Found => ({
		place: `${place}[${typeof name === "number" ? name : `'${name.replace(/['\\]/g, "\\$&")}'`}]`,
		key: isChosen ? (key === "" ? String(name) : `${key}/${name}`) : key,
		value: inner,
	});
	switch (step.kind) {
		case "name":
			return isSection(value) && Object.hasOwn(value, step.name) ? [child([step.name, value[step.name]], false)] : [];
		case "index": {
			if (!Array.isArray(value)) return [];
			const index = step.index < 0 ? value.length + step.index : step.index;
			return index in value ? [child([index, value[index]], false)] : [];
		}
		case "all":
			return children(value).map((one) => child(one, true));
		case "filter":
			return children(value)
				.filter(([, inner]) => (fieldOf(step.field, inner) === step.to) === step.equal)
				.map((one) => child(one, true));
	}
}

function children(value: unknown): readonly (readonly [string | number, unknown])[] {
	if (Array.isArray(value)) return value.map((inner, index) => [index, inner] as const);
	return isSection(value) ? Object.entries(value) : [];
}

/** A field that is not there equals nothing. */
function fieldOf(field: JsonPath, value: unknown): unknown {
	return follow(field, value)[0]?.value;
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
