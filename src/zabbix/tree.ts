/** What an export of Zabbix is made of, whatever it is written as: texts, lists and sections. Numbers are texts, too. */
export type Tree = string | readonly Tree[] | Section;

/** A section of an export; what is undefined is left out. */
export interface Section {
	readonly [key: string]: Tree | undefined;
}

/** The tags of an item, a trigger or a template, as Zabbix orders them. */
export function tags(given: Readonly<Record<string, string>>): readonly Section[] {
	return Object.keys(given)
		.toSorted()
		.map((tag) => ({ tag, value: given[tag] }));
}

/** A section without what is undefined, all the way down. */
export function pruned(tree: Tree): Tree {
	if (typeof tree === "string") return tree;
	if (Array.isArray(tree)) return tree.map(pruned);
	const entries = Object.entries(tree as Section).filter((entry): entry is [string, Tree] => entry[1] !== undefined);
	return Object.fromEntries(entries.map(([key, value]) => [key, pruned(value)]));
}
