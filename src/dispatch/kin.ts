/** A check as far as its relations go. */
export interface Related {
	readonly key: string;
	readonly parents: readonly string[];
	readonly instance: { readonly name: string };
}

/** Who is whose parent. */
export interface Kin {
	/** Children, their children and so on; each once. */
	descendants(key: string): readonly string[];
	/** The check itself, its parents, theirs, and its children, on its own instance: those who see the same node at other depths. */
	family(key: string): readonly string[];
}

/** Reads the relations of all checks once, so that asking is cheap. The configuration has no circles. */
export function createKin(checks: readonly Related[]): Kin {
	const byKey = new Map(checks.map((check) => [check.key, check]));
	const children = new Map<string, string[]>();
	for (const { key, parents } of checks) {
		for (const parent of parents) {
			const siblings = children.get(parent);
			if (siblings) siblings.push(key);
			else children.set(parent, [key]);
		}
	}
	const childrenOf = (key: string): readonly string[] => children.get(key) ?? [];
	const parentsOf = (key: string): readonly string[] => byKey.get(key)?.parents ?? [];
	return {
		descendants: (key) => reach(key, childrenOf),
		family(key) {
			const home = byKey.get(key)?.instance.name;
			const all = [key, ...reach(key, parentsOf), ...reach(key, childrenOf)];
			return all.filter((one) => byKey.get(one)?.instance.name === home);
		},
	};
}

/** All that can be reached by going one way, nearest first, each once. */
function reach(from: string, next: (key: string) => readonly string[]): readonly string[] {
	const found = new Set<string>();
	const queue = [...next(from)];
	for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
		if (found.has(key)) continue;
		found.add(key);
		queue.push(...next(key));
	}
	return [...found];
}
