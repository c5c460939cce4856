import { type ApiRoute, bodyObject, type Call } from "./route.ts";

/** Kinds of things in a project that are here known by their names alone, as people make them. */
const KINDS: readonly {
	readonly path: string;
	readonly since?: string;
	readonly show: (things: object[]) => unknown;
}[] = [
	{ path: "managedfolders", show: (things) => things },
	{ path: "savedmodels", show: (things) => things },
	{ path: "sql-notebooks", since: "11.0", show: (things) => things },
	{ path: "insights", since: "13.0", show: (things) => things },
	{ path: "lab", show: (analyses) => ({ analyses }) },
	{ path: "wiki", show: (taxonomy) => ({ taxonomy }) },
];

export const thingRoutes: readonly ApiRoute[] = KINDS.flatMap(({ path, since, show }) => {
	const at = { path: `/projects/:key/${path}/`, ...(since !== undefined && { since }) };
	return [
		{ ...at, method: "GET", right: "READ_CONF", answer: (call) => show(call.project().things.get(path) ?? []) },
		{ ...at, method: "POST", right: "WRITE_CONF", answer: (call) => create(call, path) },
	] satisfies readonly ApiRoute[];
});

function create(call: Call, path: string): object {
	const { things } = call.project();
	const before = things.get(path) ?? [];
	const thing = { ...bodyObject(call), id: `${path}-${before.length + 1}`, projectKey: call.param("key") };
	things.set(path, [...before, thing]);
	return thing;
}
