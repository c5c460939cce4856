import { stringify } from "yaml";
import type { Section, Tree } from "./tree.ts";

export const FORMATS = ["yaml", "json", "xml"] as const;
export type Format = (typeof FORMATS)[number];

/** A text that Zabbix imports. */
export function writeExport(tree: Section, format: Format): string {
	switch (format) {
		case "yaml":
			// As YAML 1.1, where a bare y is true: that is how Zabbix reads it. Never folded, so that expressions stay whole.
			return stringify(tree, { version: "1.1", singleQuote: true, lineWidth: 0 });
		case "json":
			return `${JSON.stringify(tree, undefined, 4)}\n`;
		case "xml":
			return `<?xml version="1.0" encoding="UTF-8"?>\n${element("", tree, "")}`;
	}
}

/** What a list holds, where that is not the list's name without its s. */
const ONE: Readonly<Record<string, string>> = { preprocessing: "step", dependencies: "dependency" };

function element(name: string, tree: Tree, indent: string): string {
	if (typeof tree === "string") {
		return tree === "" ? `${indent}<${name}/>\n` : `${indent}<${name}>${escaped(tree)}</${name}>\n`;
	}
	if (Array.isArray(tree)) {
		const one = ONE[name] ?? name.replace(/s$/, "");
		return wrapped(name, indent, (inner) => tree.map((part: Tree) => element(one, part, inner)).join(""));
	}
	const parts = (inner: string) =>
		Object.entries(tree as Section)
			.map(([key, value]) => (value === undefined ? "" : element(key, value, inner)))
			.join("");
	return name === "" ? parts("") : wrapped(name, indent, parts);
}

function wrapped(name: string, indent: string, inside: (indent: string) => string): string {
	return `${indent}<${name}>\n${inside(`${indent}    `)}${indent}</${name}>\n`;
}

const SIGNS: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"\r": "&#13;",
};

/** XML has no control characters, not even escaped. */
function escaped(text: string): string {
	return text.replace(/[^\P{Cc}\t\n\r]/gu, "").replace(/[&<>"\r]/g, (sign) => SIGNS[sign] as string);
}
