import * as z from "zod";
import { duration } from "../model/duration.ts";
import { nameOfItem, PATHS } from "./template-paths.ts";
import { cutBytes } from "./words.ts";

/**
 * A template is a JSON value that is filled in, not a text: whatever a name, a summary or a label holds stays one value in
 * its place. In its texts `{{path}}` stands for a value; a text that is nothing else becomes that value with its type, and
 * where there is no such value, the member or list entry is left out. Three operators, each an object of its own:
 *
 * - `{ "$case": "{{path}}", "when": { value: … }, "else": …, "none": … }`: the branch of that value, else the other one;
 *   `none` where there is no value. A branch that is missing leaves the place out.
 * - `{ "$each": "alerts", "do": … }`: a list with one entry for each; inside, `alert.…` is the one at hand.
 * - `{ "$cut": 130, "of": … }`: a text of at most so many bytes in JSON (so at most so many characters).
 */
export type Node = null | boolean | number | string | readonly Node[] | { readonly [name: string]: Node };

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;
const ONLY_PLACEHOLDER = /^\{\{\s*([^{}]*?)\s*\}\}$/;

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
	$case: ["when", "else", "none"],
	$each: ["do"],
	$cut: ["of"],
};

const shape = z.strictObject({
	about: z.string().optional(),
	/** How many alerts one request takes, and what becomes of those beyond: further requests, or left out and counted. */
	alerts: z.strictObject({ most: z.int().min(1).max(1_000), beyond: z.enum(["split", "cut"]) }),
	/** A body is never larger; with fewer alerts it fits. */
	max_bytes: z.int().min(1_000).max(1_000_000),
	/** Values that the channel must give under `with:`. */
	with: z.array(z.string().regex(/^\w+$/)).default([]),
	/** What is open is sent again at this interval, where the channel does not say otherwise. */
	resend: duration().optional(),
	/** Added to the path of the channel's address. */
	path: z.custom<Node>().optional(),
	body: z.custom<Node>((value) => value !== undefined, "is missing"),
});

export type Template = z.output<typeof shape>;
/** A template as it is written. */
export type TemplateText = z.input<typeof shape>;

/** Something that is wrong with a template, and where. */
export interface TemplateProblem {
	readonly path: readonly (string | number)[];
	readonly message: string;
	/** A name that is unknown, and those that are known there. */
	readonly name?: string;
	readonly known?: readonly string[];
}

/** Reads a template: its shape, its operators and every placeholder. Nothing is left to be found when an alert is sent. */
export function parseTemplate(
	written: unknown,
): { readonly template: Template } | { readonly problems: readonly TemplateProblem[] } {
	const parsed = shape.safeParse(written);
	if (!parsed.success) {
		const problems = parsed.error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message }));
		return { problems };
	}
	const template = parsed.data;
	const known = [...Object.keys(PATHS), ...template.with.map((name) => `with.${name}`)];
	const bound = template.alerts.most === 1 ? ["alert"] : [];
	const problems = [
		...(template.path === undefined ? [] : check(template.path, ["path"], known, bound)),
		...check(template.body, ["body"], known, bound),
	];
	return problems.length > 0 ? { problems } : { template };
}

function check(
	node: Node,
	path: readonly (string | number)[],
	known: readonly string[],
	bound: readonly string[],
): readonly TemplateProblem[] {
	const isKnown = (name: string) => {
		const [first = ""] = name.split(".");
		if ((first === "alert" || first === "fact") && !bound.includes(first)) return false;
		return known.some((one) => one === name || (one.endsWith(".*") && name.startsWith(one.slice(0, -1))));
	};
	if (typeof node === "string") {
		return [...node.matchAll(PLACEHOLDER)].flatMap(([, name = ""]) =>
			isKnown(name) ? [] : [{ path, message: `unknown placeholder "{{${name}}}"`, name, known: known.filter(isKnown) }],
		);
	}
	if (typeof node !== "object" || node === null) return [];
	const entries = Object.entries(node);
	const operator = entries.find(([name]) => name.startsWith("$"))?.[0];
	if (Array.isArray(node) || operator === undefined) {
		return entries.flatMap(([name, child]) =>
			check(child, [...path, Array.isArray(node) ? Number(name) : name], known, bound),
		);
	}
	const members = OPERATORS[operator];
	if (members === undefined) {
		const known = Object.keys(OPERATORS);
		return [{ path: [...path, operator], message: `unknown operator "${operator}"`, name: operator, known }];
	}
	const strange = entries.find(([name]) => name !== operator && !members.includes(name))?.[0];
	if (strange !== undefined) {
		const message = `"${strange}" does not belong to ${operator}`;
		return [{ path: [...path, strange], message, name: strange, known: members }];
	}
	const given = (node as { readonly [name: string]: Node })[operator] as Node;
	const below = (name: string, more: readonly string[] = []) => {
		const child = (node as { readonly [name: string]: Node })[name];
		return child === undefined ? [] : check(child, [...path, name], known, [...bound, ...more]);
	};
	const wrong = (message: string) => [{ path: [...path, operator], message }];
	switch (operator) {
		case "$each": {
			const item = typeof given === "string" && isKnown(given) ? nameOfItem(given) : undefined;
			if (item === undefined) return wrong('$each takes the name of a list: "alerts" or "alert.facts"');
			return below("do", [item]);
		}
		case "$cut":
			if (typeof given !== "number" || !(given >= 1)) return wrong("$cut takes a number of bytes");
			return below("of");
		default:
			if (typeof given !== "string" || !ONLY_PLACEHOLDER.test(given)) return wrong("$case takes one placeholder");
			return [...check(given, [...path, operator], known, bound), ...members.flatMap((name) => below(name))];
	}
}

/** The values that placeholders stand for, by their path's first name. */
export type Scope = Readonly<Record<string, unknown>>;

/**
 * Fills a template in.
 *
 * @param show writes a value into the middle of a text
 * @returns undefined where nothing is left of it
 */
export function fill(node: Node, scope: Scope, show: (text: string) => string = (text) => text): unknown {
	if (typeof node === "string") {
		const [, only] = ONLY_PLACEHOLDER.exec(node) ?? [];
		if (only !== undefined) return valueAt(scope, only);
		return node.replace(PLACEHOLDER, (_, path: string) => show(textOf(valueAt(scope, path))));
	}
	if (typeof node !== "object" || node === null) return node;
	if (Array.isArray(node)) return node.map((one) => fill(one, scope, show)).filter((one) => one !== undefined);
	const { $case, $each, $cut, ...members } = node as { readonly [name: string]: Node };
	if ($case !== undefined) {
		const value = fill($case, scope);
		const when = (members["when"] ?? {}) as { readonly [name: string]: Node };
		const name = textOf(value);
		const branch = value === undefined ? members["none"] : Object.hasOwn(when, name) ? when[name] : members["else"];
		return branch === undefined ? undefined : fill(branch, scope, show);
	}
	if (typeof $each === "string") {
		const list = valueAt(scope, $each) as readonly unknown[];
		const item = nameOfItem($each) as string;
		return list
			.map((one) => fill(members["do"] ?? null, { ...scope, [item]: one }, show))
			.filter((one) => one !== undefined);
	}
	if (typeof $cut === "number") {
		const text = fill(members["of"] ?? null, scope, show);
		return typeof text === "string" ? cutBytes(text, $cut) : text;
	}
	return Object.fromEntries(
		Object.entries(members)
			.map(([name, child]) => [name, fill(child, scope, show)] as const)
			.filter(([, value]) => value !== undefined),
	);
}

function valueAt(scope: Scope, path: string): unknown {
	let at: unknown = scope;
	for (const step of path.split(".")) {
		if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
		at = (at as Record<string, unknown>)[step];
	}
	return at;
}

function textOf(value: unknown): string {
	if (value === undefined || value === null) return "";
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
