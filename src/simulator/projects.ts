import { isAtLeast } from "../dss/version.ts";
import type { Project } from "./catalogue.ts";
import { DssError, illegalArgument, unauthorized } from "./error.ts";
import { type ApiRoute, bodyObject, type Call } from "./route.ts";

/** How many projects there may be: a test that creates and forgets must not fill the memory. */
const PROJECT_LIMIT = 200;

export const projectRoutes: readonly ApiRoute[] = [
	{ method: "GET", path: "/projects/", answer: list },
	{ method: "POST", path: "/projects/", answer: create },
	{
		method: "GET",
		path: "/projects/:key",
		since: "9.0",
		right: "READ_CONF",
		answer: (call) => summary(call.project()),
	},
	{ method: "DELETE", path: "/projects/:key", right: "ADMIN", answer: remove },
	{
		method: "GET",
		path: "/projects/:key/metadata",
		right: "READ_CONF",
		answer(call) {
			const { name, shortDesc, description, tags } = call.project();
			return { label: name, shortDesc, description, tags, checklists: { checklists: [] }, customFields: {} };
		},
	},
	{ method: "PUT", path: "/projects/:key/metadata", right: "WRITE_CONF", answer: setMetadata },
	{
		method: "GET",
		path: "/projects/:key/permissions",
		right: "ADMIN",
		answer(call) {
			const { owner, permissions } = call.project();
			return { owner, permissions };
		},
	},
	{
		method: "PUT",
		path: "/projects/:key/permissions",
		right: "ADMIN",
		answer(call) {
			const { permissions } = bodyObject(call);
			if (!Array.isArray(permissions)) throw illegalArgument("permissions is no array");
			call.project().permissions = permissions;
			return { msg: `Updated the permissions of ${call.param("key")}` };
		},
	},
	{ method: "GET", path: "/projects/:key/variables", right: "READ_CONF", answer: () => ({ standard: {}, local: {} }) },
];

/** Only what the key may read: an empty list is a valid answer for a weak key. */
function list({ world, caller, query }: Call): object[] {
	const tags = query.words("tags");
	return [...world.projects.values()]
		.filter(({ key }) => caller.mayUse(key, "READ_CONF"))
		.filter((project) => tags.length === 0 || project.tags.some((tag) => tags.includes(tag)))
		.map((project) => ({
			...summary(project),
			...(query.flag("includeLocation") ? { projectLocation: [{ id: "ROOT", name: "/" }] } : {}),
		}));
}

function summary(project: Project): object {
	return {
		projectKey: project.key,
		name: project.name,
		label: project.name,
		ownerLogin: project.owner,
		ownerDisplayName: project.owner,
		shortDesc: project.shortDesc,
		tags: project.tags,
		projectStatus: "In production",
	};
}

function create(call: Call): object {
	const { caller, world } = call;
	const missing = world.board.find("right_missing")?.right;
	if (!caller.isAdmin || missing === "CREATE_PROJECTS") {
		throw unauthorized(`Action forbidden for ${caller.id}: creating projects`);
	}
	const { projectKey, name, owner, description, permissions, tags } = bodyObject(call);
	if (typeof projectKey !== "string" || !/^\w+$/.test(projectKey)) throw illegalArgument("Invalid project key");
	if (world.projects.has(projectKey)) {
		throw new DssError(
			409,
			"com.dataiku.dip.exceptions.DSSIllegalArgumentException",
			`Project ${projectKey} exists already`,
		);
	}
	if (!Array.isArray(permissions) || (tags !== undefined && !Array.isArray(tags))) {
		throw new DssError(500, "java.lang.NullPointerException", "permissions and tags are arrays");
	}
	if (world.projects.size >= PROJECT_LIMIT) throw illegalArgument("Too many projects");
	world.projects.set(projectKey, {
		key: projectKey,
		name: typeof name === "string" ? name : projectKey,
		owner: typeof owner === "string" ? owner : caller.login,
		description: typeof description === "string" ? description : "",
		shortDesc: typeof description === "string" ? description : "",
		// Versions before 12 know no tags at this point.
		tags: Array.isArray(tags) && isAtLeast(world.version(), "12.0") ? tags.map(String) : [],
		permissions,
		datasets: [],
		recipes: new Map(),
		scenarios: new Map(),
		things: new Map(),
	});
	return { msg: `Created project ${projectKey}` };
}

/** Whoever saves metadata sends all of it back. */
function setMetadata(call: Call): object {
	const { tags, description, shortDesc } = bodyObject(call);
	const project = call.project();
	if (!Array.isArray(tags)) throw new DssError(500, "java.lang.NullPointerException", "tags is no array");
	project.tags = tags.map(String);
	project.description = typeof description === "string" ? description : "";
	project.shortDesc = typeof shortDesc === "string" ? shortDesc : "";
	return { msg: `Updated the metadata of ${project.key}` };
}

function remove(call: Call): object {
	const { key } = call.project();
	call.world.projects.delete(key);
	call.world.jobs.forget(key);
	call.world.scenarios.forget(key);
	return { msg: `Deleted project ${key}` };
}
