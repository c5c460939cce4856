import { evidence } from "../dss/evidence.ts";
import type { Instance } from "../dss/instance.ts";
import { actAtOnce } from "../model/at-once.ts";
import { DAY_MS } from "../model/duration.ts";
import { type Around, listIn, openApi, textIn } from "./looks.ts";
import { type KeysFound, mayAdminister } from "./rights.ts";
import type { Role } from "./roles.ts";

/** Projects that are looked into: enough to know a node by, few enough to disturb nobody. */
const MOST_PROJECTS = 20;
const AT_ONCE = 4;

/** A scenario or webapp of a project. */
interface Named {
	readonly project: string;
	readonly name: string;
}

/** What exists on a node, as far as its keys may see; absent members were not seen. */
export interface Contents {
	/** Keys of all projects that the key may see. */
	readonly projects?: readonly string[];
	/** How many of them were looked into for scenarios and webapps. */
	readonly lookedInto?: number;
	/** Scenarios that are switched on, of the projects that were looked into. */
	readonly scenarios?: readonly Named[];
	readonly webapps?: readonly Named[];
	/** Running Jupyter kernels. */
	readonly kernels?: number;
	/** Until the licence ends. */
	readonly licenceDays?: number;
	/** Ids of what a Deployer has deployed. */
	readonly deployments?: { readonly projects: readonly string[]; readonly services: readonly string[] };
	/** How long the list of projects took, s. */
	readonly listLatency?: number;
}

/** Looks at what is on a node of this role. Everything that is asked only reads, and the number of calls is bounded. */
export async function findContents(
	instance: Instance,
	role: Role | undefined,
	keys: KeysFound,
	around: Around,
): Promise<Contents> {
	const own = keys.own.is === "accepted" && role !== "govern" ? await ownView(instance, role, around) : {};
	return { ...own, ...(mayAdminister(keys) && (await adminView(instance, role, around))) };
}

async function ownView(instance: Instance, role: Role | undefined, around: Around): Promise<Contents> {
	const client = openApi(instance, around);
	const listed = await client.get("/projects/", { includeLocation: false });
	const projects = listIn(listed).flatMap((one) => textIn(one, "projectKey") ?? []);
	const some = projects.slice(0, MOST_PROJECTS);
	const within = await actAtOnce(some, AT_ONCE, async (project) => {
		const path = `/projects/${encodeURIComponent(project)}`;
		const scenarios = listIn(await client.get(`${path}/scenarios/`));
		const webapps = listIn(await client.get(`${path}/webapps/`));
		return { scenarios: scenarios.filter(isActive).flatMap(named(project)), webapps: webapps.flatMap(named(project)) };
	});
	return {
		...(listed.ok && { projects: projects.map(evidence), listLatency: listed.reply.timings.total }),
		lookedInto: some.length,
		scenarios: within.flatMap(({ scenarios }) => scenarios),
		webapps: within.flatMap(({ webapps }) => webapps),
		...(role === "deployer" && { deployments: await deployedBy(instance, around) }),
	};
}

async function deployedBy(instance: Instance, around: Around): Promise<NonNullable<Contents["deployments"]>> {
	const client = openApi(instance, around);
	const idsAt = async (path: string) =>
		listIn(await client.get(path)).flatMap((one) => {
			const basic = (one as { deploymentBasicInfo?: unknown } | null)?.deploymentBasicInfo;
			return textIn(basic, "id") ?? [];
		});
	return {
		projects: (await idsAt("/project-deployer/deployments")).map(evidence),
		services: (await idsAt("/api-deployer/deployments")).map(evidence),
	};
}

async function adminView(instance: Instance, role: Role | undefined, around: Around): Promise<Contents> {
	const client = openApi(instance, around, "admin");
	const licence = await client.get("/admin/licensing/status");
	const endsOn = licence.ok ? (licence.json as { base?: { expiresOn?: unknown } } | null)?.base?.expiresOn : undefined;
	const notebooks = role === "govern" ? undefined : await client.get("/admin/notebooks/");
	return {
		...(typeof endsOn === "number" && endsOn > 0 && { licenceDays: (endsOn - around.clock.now()) / DAY_MS }),
		...(notebooks?.ok && { kernels: listIn(notebooks).reduce<number>((sum, one) => sum + sessionsOf(one), 0) }),
	};
}

function sessionsOf(notebook: unknown): number {
	const sessions = (notebook as { activeSessions?: unknown } | null)?.activeSessions;
	return Array.isArray(sessions) ? sessions.length : 0;
}

const isActive = (scenario: unknown): boolean => (scenario as { active?: unknown } | null)?.active === true;

const named =
	(project: string) =>
	(one: unknown): Named[] => {
		const name = textIn(one, "id") ?? textIn(one, "name");
		return name === undefined ? [] : [{ project: evidence(project), name: evidence(name) }];
	};
