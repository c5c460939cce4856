import type { Project } from "./catalogue.ts";
import { refsIn } from "./recipes.ts";
import type { ApiRoute } from "./route.ts";

/** The Flow of a project as a graph; the client looks there for what a recipe writes. */
export const flowRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/projects/:key/flow/graph/",
		right: "READ_CONF",
		answer: (call) => ({ nodes: nodesOf(call.project()) }),
	},
];

function nodesOf({ datasets, recipes }: Project): object {
	const all = [...recipes.values()];
	const nodes = [
		...datasets.map(({ name: ref }) => ({
			ref,
			type: "COMPUTABLE_DATASET",
			predecessors: all.filter(({ builds }) => builds.includes(ref)).map(({ name }) => name),
			successors: all.filter(({ inputs }) => refsIn(inputs).includes(ref)).map(({ name }) => name),
		})),
		...all.map(({ name: ref, type: subType, inputs, builds }) => ({
			ref,
			type: "RUNNABLE_RECIPE",
			subType,
			predecessors: refsIn(inputs),
			successors: builds,
		})),
	];
	return Object.fromEntries(nodes.map((node) => [node.ref, node]));
}
