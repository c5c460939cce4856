import * as z from "zod";
import type { Path } from "./path.ts";
import { didYouMean } from "./suggest.ts";

/** What a schema has against a value, in words, and at which part of it. */
export interface Finding {
	readonly path: Path;
	readonly part: "key" | "value";
	readonly message: string;
	readonly hint?: string | undefined;
}

type Issue = z.core.$ZodIssue;

/** Begins the message of an issue that the schema itself has no words for. */
const WORDLESS = "\u0000";

/**
 * Checks a value against a schema. Nothing of what was found is repeated in the messages, only names and types: it may be a secret.
 *
 * @param below the way to the value in its file, for the words of the messages; the paths of findings start at the value
 * @returns the value as the schema makes it, or everything that is wrong with it
 */
export function validate<S extends z.ZodType>(
	schema: S,
	data: unknown,
	below: Path = [],
): { readonly ok: true; readonly value: z.output<S> } | { readonly ok: false; readonly findings: readonly Finding[] } {
	// Without a compiler for each schema: what is read once is judged sooner than the compiled code would be ready.
	const result = schema.safeParse(data, { error: mark, jitless: true });
	if (result.success) return { ok: true, value: result.data };
	const issues = result.error.issues.flatMap((issue) => unfold(issue, data));
	return { ok: false, findings: withoutEchoes(issues.flatMap((issue) => explain(issue, data, below))) };
}

/** Leaves the known keys in the message of an unknown one: zod's issue does not carry them. */
function mark(issue: z.core.$ZodRawIssue): string {
	const shape = issue.code === "unrecognized_keys" && issue.inst ? shapeOf(issue.inst) : {};
	return `${WORDLESS}${Object.keys(shape).join(" ")}`;
}

function shapeOf(inst: object): object {
	return "_zod" in inst && inst instanceof z.ZodObject ? inst.shape : {};
}

/** Of a union, only what speaks against the variant that was meant: the one whose type fits. */
function unfold(issue: Issue, data: unknown): Issue[] {
	if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
	const meant = issue.errors.filter(
		(issues) => !issues.some(({ code, path }) => code === "invalid_type" && !path.length),
	);
	if (meant.length !== 1) return [issue];
	return (meant[0] as Issue[]).flatMap((inner) => unfold({ ...inner, path: [...issue.path, ...inner.path] }, data));
}

function explain(issue: Issue, data: unknown, below: Path): Finding[] {
	const named = (way: Path) => subject([...below, ...way]);
	const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
	const value = dig(data, path);
	if (issue.code === "unrecognized_keys") {
		const known = issue.message.slice(WORDLESS.length).split(" ");
		return issue.keys.map((key) => ({
			path: [...path, key],
			part: "key",
			message: `unknown key "${key}"`,
			hint: didYouMean(key, known) ?? `known here: ${known.join(", ")}`,
		}));
	}
	const own = issue.message.startsWith(WORDLESS) ? undefined : issue.message;
	if (issue.code === "custom" && own !== undefined && value === undefined) {
		return [{ path, part: "value", message: `${named(path.slice(0, -1))} ${own}` }];
	}
	if (value === undefined && path.length > 0) {
		return [{ path, part: "value", message: `${named(path)} is missing`, hint: list(choices(issue)) || undefined }];
	}
	if (issue.code === "invalid_key") {
		const words = issue.issues.map(({ message }) => message).find((message) => !message.startsWith(WORDLESS));
		return [{ path, part: "key", message: `${named(path)} ${words ?? "is not possible as a key"}` }];
	}
	if (value === null)
		return [{ path, part: "value", message: `${named(path)} is empty`, hint: "fill it in or delete it" }];
	return [
		{ path, part: "value", message: `${named(path)} ${own ?? describe(issue, value)}`, hint: hint(issue, value) },
	];
}

function describe(issue: Issue, value: unknown): string {
	switch (issue.code) {
		case "invalid_type":
			if (issue.expected === "int" && typeof value === "number") return "must be a whole number";
			return `must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${typeName(value)}`;
		case "invalid_value":
		case "invalid_union":
			return choices(issue).length > MOST_NAMED
				? "is none of the values that there are"
				: `must be ${list(choices(issue)) || "of another type"}`;
		case "too_small":
			if (typeof value === "number") return `must be at least ${issue.minimum}`;
			return Number(issue.minimum) <= 1 ? "is empty" : `needs at least ${issue.minimum} ${units(value)}`;
		case "too_big":
			return typeof value === "number"
				? `must be at most ${issue.maximum}`
				: `has more than ${issue.maximum} ${units(value)}`;
		case "invalid_format":
			return `is not a valid ${issue.format === "regex" ? "text here" : issue.format}`;
		default:
			return "is not possible here";
	}
}

const EXPECTED: Readonly<Record<string, string>> = {
	string: "a text",
	number: "a number",
	int: "a whole number",
	boolean: "true or false",
	array: "a list",
	object: "a section (key: value)",
	record: "a section (key: value)",
};

/** The type of a value as YAML's users call it. */
export function typeName(value: unknown): string {
	if (value === null || value === undefined) return "empty";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "number") return "a number";
	return typeof value === "boolean" ? String(value) : typeof value === "string" ? "a text" : "a section";
}

function units(value: unknown): string {
	return Array.isArray(value) ? "entries" : "letters";
}

/** More choices than this are read in the hint, and only where none of them was meant. */
const MOST_NAMED = 8;

function choices(issue: Issue): readonly unknown[] {
	if (issue.code === "invalid_value") return issue.values;
	return issue.code === "invalid_union" && "options" in issue ? (issue.options ?? []) : [];
}

function list(values: readonly unknown[]): string {
	const quoted = values.map((value) => (typeof value === "string" ? `"${value}"` : String(value)));
	const last = quoted.pop() ?? "";
	return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

function hint(issue: Issue, value: unknown): string | undefined {
	const options = choices(issue).filter((option) => typeof option === "string");
	const all = options.length > MOST_NAMED ? `there are: ${options.join(", ")}` : undefined;
	if (typeof value === "string" && options.length > 0) return didYouMean(value, options) ?? all;
	if (all !== undefined) return all;
	if (issue.code !== "invalid_type" || !issue.message.startsWith(WORDLESS)) return undefined;
	if (issue.expected === "string" && ["number", "boolean"].includes(typeof value)) return "put it in quotes";
	return issue.expected === "array" && typeof value !== "object" ? "write [a, b], also for a single one" : undefined;
}

/** The end of a path, in quotes: `"to[0]"`. */
function subject(path: Path): string {
	const from = path.findLastIndex((step) => typeof step === "string");
	if (from < 0) return "this file";
	return `"${path.slice(from).reduce<string>((text, step) => text + (typeof step === "number" ? `[${step}]` : step), "")}"`;
}

/** The value at a path of plain data. */
export function dig(data: unknown, path: Path): unknown {
	return path.reduce<unknown>(
		(value, step) =>
			typeof value === "object" && value !== null && Object.hasOwn(value, step)
				? (value as Record<string | number, unknown>)[step]
				: undefined,
		data,
	);
}

/** One cause, one problem: a misspelt key is not also reported as missing, nor as the reason why a section lacks something. */
function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
	const near = findings.filter(({ message, hint }) => message.startsWith("unknown key") && hint?.startsWith("did you"));
	const isEcho = ({ path, part }: Finding) =>
		part === "value" &&
		near.some(({ path: typo, hint }) => {
			const section = typo.slice(0, -1).join("\n");
			const isMeant = path.slice(0, -1).join("\n") === section && hint?.includes(`"${path.at(-1)}"`) === true;
			return isMeant || path.join("\n") === section;
		});
	return findings.filter((finding) => !isEcho(finding));
}
