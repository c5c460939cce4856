import { LAYERS } from "../evaluate/culprit.ts";
import type { Draft, Expanded } from "./expand.ts";
import { didYouMean } from "./suggest.ts";

type Layer = (typeof LAYERS)[number];

type Parents = ReadonlyMap<string, readonly string[]>;

/**
 * Finds the parents of every check: those that it names, and those that follow from `layer`. Within an instance the programs on
 * the host explain the backend, the backend explains the API, and this the jobs and details; where a layer has no check,
 * the next one outside counts. What else is seen on the machine is explained by the programs and by the backend. A parent that
 * follows from `layer` is left out where it would make a circle.
 *
 * @returns keys of the parents by key of the check; what is wrong with named ones is reported
 */
export function findParents(expanded: Expanded): Parents {
	const named = namedParents(expanded);
	const circle = findCircle(named);
	if (circle) {
		const { plan } = expanded.drafts.get(circle[0] as string) as Draft;
		const { document, path } = plan.origin(["parents"]);
		document.error(path, `parents go in a circle: ${circle.join(" -> ")}`);
		return named;
	}
	return withLayers(expanded, named);
}

function namedParents({ drafts, keys }: Expanded): Map<string, readonly string[]> {
	const found = new Map<string, readonly string[]>();
	let names: ReadonlySet<string> | undefined;
	for (const { key, instance, plan } of drafts.values()) {
		if (plan.options.parents.length === 0) continue;
		const parents = plan.options.parents.flatMap((given, index) => {
			const parent = given.includes("/") ? given : `${instance.name}/${given}`;
			if (keys.has(parent)) return [parent];
			const { document, path } = plan.origin(["parents", index]);
			names ??= new Set([...keys].map((known) => known.slice(known.indexOf("/") + 1)));
			if (!given.includes("/") && names.has(given)) {
				document.error(path, `parent "${given}" does not run on instance "${instance.name}"`);
			} else {
				const hint =
					didYouMean(given, given.includes("/") ? keys : names) ?? "a parent is named as it runs: in checks:";
				document.error(path, `parent "${given}" does not exist`, { hint });
			}
			return [];
		});
		found.set(key, [...new Set(parents)]);
	}
	return found;
}

/** One circle, from a check back to itself, or undefined. */
function findCircle(parents: Parents): readonly string[] | undefined {
	const done = new Set<string>();
	for (const start of parents.keys()) {
		// A walk without recursion: chains may be as long as there are checks.
		const trail: string[] = [];
		const onTrail = new Set<string>();
		const stack: { readonly key: string; readonly leave: boolean }[] = [{ key: start, leave: false }];
		for (let step = stack.pop(); step; step = stack.pop()) {
			const { key, leave } = step;
			if (leave) {
				trail.pop();
				onTrail.delete(key);
				done.add(key);
			} else if (onTrail.has(key)) return [...trail.slice(trail.indexOf(key)), key];
			else if (!done.has(key)) {
				trail.push(key);
				onTrail.add(key);
				stack.push({ key, leave: true }, ...(parents.get(key) ?? []).map((parent) => ({ key: parent, leave: false })));
			}
		}
	}
	return undefined;
}

function withLayers({ drafts }: Expanded, named: Parents): Parents {
	const layers = new Map<string, Record<Layer, string[]>>();
	for (const { key, instance, plan } of drafts.values()) {
		const layer = LAYERS.find((name) => name === plan.options.labels["layer"]);
		if (!layer) continue;
		const known = layers.get(instance.name) ?? { host: [], backend: [], api: [], job: [], detail: [], machine: [] };
		layers.set(instance.name, known);
		known[layer].push(key);
	}
	const all = new Map(named);
	const below = childrenOf(named);
	for (const { host, backend, api, job, detail, machine } of layers.values()) {
		// The outermost layer that has a check, from here outwards.
		const nearest = (...outer: readonly (readonly string[])[]) => outer.find((keys) => keys.length > 0) ?? [];
		const pairs = [
			[backend, host],
			[api, nearest(backend, host)],
			[job, nearest(api, backend, host)],
			[detail, nearest(api, backend, host)],
			[machine, [...host, ...nearest(backend, api)]],
		] as const;
		for (const [children, outer] of pairs) {
			for (const child of children) {
				// Without named parents nothing leads inwards, and then there are no circles.
				const inner = below && everythingBelow(below, child);
				const implied = inner ? outer.filter((parent) => !inner.has(parent)) : outer;
				const own = named.get(child);
				all.set(child, own ? [...new Set([...own, ...implied])] : implied);
				if (below) for (const parent of implied) add(below, parent, child);
			}
		}
	}
	return all;
}

function childrenOf(parents: Parents): Map<string, string[]> | undefined {
	if (parents.size === 0) return undefined;
	const below = new Map<string, string[]>();
	for (const [child, above] of parents) for (const parent of above) add(below, parent, child);
	return below;
}

function add(below: Map<string, string[]>, parent: string, child: string): void {
	const known = below.get(parent);
	if (known) known.push(child);
	else below.set(parent, [child]);
}

function everythingBelow(below: ReadonlyMap<string, readonly string[]>, key: string): ReadonlySet<string> {
	const found = new Set([key]);
	// A set that grows while it is walked is walked to its new end.
	for (const one of found) for (const child of below.get(one) ?? []) found.add(child);
	return found;
}
