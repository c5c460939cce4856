import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** A file of documentation, apart from what is code in it. */
export interface Page {
	/** Below the root of the repository. */
	readonly path: string;
	readonly text: string;
	readonly blocks: readonly { readonly language: string; readonly text: string }[];
	/** Code inside sentences. */
	readonly inline: readonly string[];
}

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;

/** Every page that is written for people. */
export function readPages(): readonly Page[] {
	return globSync(["*.md", "docs/*.md", "src/README.md"], { cwd: ROOT })
		.sort()
		.map((path) => readPage(path));
}

export function readPage(path: string): Page {
	const text = readFileSync(join(ROOT, path), "utf8");
	const blocks = [...text.matchAll(FENCE)].map(([, indent = "", language = "", body = ""]) => ({
		language,
		text: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
	}));
	const prose = text.replaceAll(FENCE, "");
	return { path, text, blocks, inline: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code) };
}

/** The part of a page below a heading, up to the next heading of any depth. */
export function section(page: Page, heading: string): string {
	const lines = page.text.replaceAll(FENCE, "").split("\n");
	const from = lines.findIndex((line) => line.replace(/^#+ /, "") === heading && line.startsWith("#"));
	if (from < 0) throw new Error(`${page.path} has no heading "${heading}"`);
	const length = lines.slice(from + 1).findIndex((line) => line.startsWith("#"));
	return lines.slice(from + 1, length < 0 ? undefined : from + 1 + length).join("\n");
}

/** The rows of all tables in a text, cell by cell, without heads. */
export function rows(text: string): readonly (readonly string[])[] {
	return [...text.matchAll(/^\| .*\|$/gm)]
		.map(([line]) =>
			line
				.slice(1, -1)
				.split(" | ")
				.map((cell) => cell.trim()),
		)
		.filter(([first = ""]) => first.startsWith("`"));
}

/** The first cells of those tables whose head begins with a word: the names in backticks. */
export function names(text: string, head: string): readonly string[] {
	return text
		.split("\n\n")
		.filter((table) => table.trimStart().startsWith(`| ${head} |`))
		.flatMap((table) => rows(table).map(([first = ""]) => first.replaceAll("`", "")));
}

/** The anchors of a page as GitHub makes them from its headings. */
export function anchors({ text }: Page): readonly string[] {
	return [...text.replaceAll(FENCE, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
		heading
			.toLowerCase()
			.replace(/[^\w\- ]/g, "")
			.replaceAll(" ", "-"),
	);
}
