import type { Recipe } from "./catalogue.ts";
import { buildable } from "./datasets.ts";
import { DssError, illegalArgument } from "./error.ts";
import { type ApiRoute, bodyObject, type Call, found } from "./route.ts";

const BASE = "/projects/:key/recipes";
const NAME = /^\w+$/;

type Json = Readonly<Record<string, unknown>>;

export const recipeRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: `${BASE}/`,
		right: "READ_CONF",
		answer: (call) => [...call.project().recipes.values()].map((recipe) => definition(call, recipe)),
	},
	{ method: "POST", path: `${BASE}/`, right: "WRITE_CONF", answer: create },
	{
		method: "GET",
		path: `${BASE}/:name`,
		right: "READ_CONF",
		answer(call) {
			const recipe = wanted(call);
			return { recipe: definition(call, recipe), payload: recipe.payload };
		},
	},
	{
		method: "PUT",
		path: `${BASE}/:name`,
		right: "WRITE_CONF",
		answer(call) {
			const recipe = wanted(call);
			const { payload } = bodyObject(call);
			const saved = { ...recipe, ...(typeof payload === "string" && { payload }) };
			call.project().recipes.set(recipe.name, saved);
			return { msg: `Updated recipe ${recipe.name}` };
		},
	},
	{
		method: "DELETE",
		path: `${BASE}/:name`,
		right: "WRITE_CONF",
		answer(call) {
			const { name } = wanted(call);
			call.project().recipes.delete(name);
			return { msg: `Deleted recipe ${name}` };
		},
	},
];

function wanted(call: Call): Recipe {
	const [key, name] = [call.param("key"), call.param("name")];
	return found(call.project().recipes.get(name), `recipe does not exist: ${key}.${name}`);
}

function definition(call: Call, { name, type, inputs, outputs }: Recipe): object {
	return { projectKey: call.param("key"), name, type, inputs, outputs, params: {}, tags: [] };
}

/** A recipe whose outputs are there already; from then on a job can build them. */
function create(call: Call): object {
	const body = bodyObject(call);
	const { name, type, inputs = {}, outputs = {} } = objectOf(body["recipePrototype"]);
	const { script, rawPayload } = objectOf(body["creationSettings"]);
	if (typeof type !== "string" || typeof name !== "string" || !NAME.test(name)) {
		throw illegalArgument("A recipe has a type and a name");
	}
	const project = call.project();
	if (project.recipes.has(name)) {
		const clazz = "com.dataiku.dip.exceptions.DSSIllegalArgumentException";
		throw new DssError(409, clazz, `Recipe ${project.key}.${name} exists already`);
	}
	const builds = refsIn(outputs);
	if (builds.length === 0) throw illegalArgument("A recipe has at least one output");
	for (const ref of [...builds, ...refsIn(inputs)]) {
		found(
			project.datasets.find((one) => one.name === ref),
			`dataset does not exist: ${project.key}.${ref}`,
		);
	}
	const payload = typeof script === "string" ? script : typeof rawPayload === "string" ? rawPayload : "";
	project.recipes.set(name, { name, type, inputs, outputs, builds, payload });
	for (const ref of builds) buildable(project, ref);
	return { name };
}

/** The names in `{ROLE: {items: [{ref}]}}`. */
export function refsIn(roles: unknown): readonly string[] {
	return Object.values(objectOf(roles)).flatMap((role) => {
		const { items } = objectOf(role);
		return Array.isArray(items) ? items.map((item: unknown) => String(objectOf(item)["ref"])) : [];
	});
}

function objectOf(value: unknown): Json {
	return typeof value === "object" && value !== null ? (value as Json) : {};
}
