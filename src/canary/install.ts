import type { DssClient } from "../dss/client.ts";
import { evidence } from "../dss/evidence.ts";
import {
	datasetBody,
	isBegun,
	isOurs,
	type Metadata,
	marked,
	namesIn,
	OUTPUT,
	projectBody,
	RECIPE,
	readMetadata,
	recipeBody,
	SCENARIO,
	scenarioBody,
	withStep,
} from "./flow.ts";
import { answered, Halt, listed, type Tell } from "./step.ts";

export interface InstallPlan {
	readonly project: string;
	/** Whether a scenario is wanted, too. */
	readonly withScenario: boolean;
	/** Where the output is kept: a connection on which DSS may manage datasets. */
	readonly connection: string;
	/** Login of the user who owns the project; absent: whoever the key belongs to. */
	readonly owner?: string;
	/** Only says what would be made. */
	readonly isDry: boolean;
}

/** What there is then. */
export interface Installed {
	/** Id that DSS gave the scenario. */
	readonly scenario?: string;
}

/**
 * Makes the project, the dataset, the recipe that writes it, and the scenario, each where it is not there yet: a run that was cut
 * off is completed by the next one. A project that dss-probe did not make is left alone.
 *
 * @param client with a key that may create projects
 * @throws {Halt} with what is wrong and what to do
 */
export async function install(client: DssClient, plan: InstallPlan, tell: Tell): Promise<Installed> {
	const root = `/projects/${encodeURIComponent(plan.project)}`;
	const isThere = await ensureProject(client, plan, root, tell);
	const has = async (path: string, name: string): Promise<boolean> =>
		isThere && namesIn(listed(await client.get(`${root}/${path}/`), path)).includes(name);

	await ensure(`dataset ${OUTPUT}`, await has("datasets", OUTPUT), async () =>
		answered(
			await client.post(`${root}/datasets/managed`, datasetBody(plan.connection)),
			`making the dataset ${OUTPUT} on the connection ${plan.connection}`,
			({ text }) =>
				/connection/i.test(text)
					? "Name a connection that allows managed datasets with --connection (Administration, Connections)."
					: undefined,
		),
	);
	await ensure(`recipe ${RECIPE}`, await has("recipes", RECIPE), async () =>
		answered(await client.post(`${root}/recipes/`, recipeBody(plan.project)), `making the recipe ${RECIPE}`),
	);
	return plan.withScenario ? await ensureScenario(client, plan, root, isThere, tell) : {};

	async function ensure(what: string, isDone: boolean, make: () => Promise<unknown>): Promise<void> {
		if (!isDone && !plan.isDry) await make();
		tell({ result: isDone ? "already there" : plan.isDry ? "would be made" : "made", what });
	}
}

/** @returns whether the project is there now, which in a dry run it may not be */
async function ensureProject(client: DssClient, plan: InstallPlan, root: string, tell: Tell): Promise<boolean> {
	const { project } = plan;
	const what = `project ${project}`;
	const projects = listed(await client.get("/projects/"), "projects");
	if (projects.some(({ projectKey }) => projectKey === project)) {
		const metadata = await metadataOf(client, root, what);
		if (isOurs(metadata)) {
			tell({ result: "already there", what });
			return true;
		}
		if (!isBegun(metadata) || !(await isEmpty(client, root))) {
			throw new Halt(
				`${what} is there, and dss-probe did not make it: it is left alone`,
				"Choose another key with --project, or make the canary there by hand (docs/canary.md).",
			);
		}
		if (!plan.isDry) await mark(client, root, what, metadata);
		tell({ result: plan.isDry ? "would be made" : "completed", what });
		return true;
	}
	const owner = plan.owner ?? (await ownerOf(client));
	if (plan.isDry) {
		tell({ result: "would be made", what: `${what}, owned by ${owner}` });
		return false;
	}
	answered(await client.post("/projects/", projectBody(project, owner)), `making the ${what}`, ({ text }, status) =>
		status === 409 || /already exists|exists already/i.test(text)
			? "A project of that key is there, which this key cannot see. Choose another with --project."
			: undefined,
	);
	// Versions before 12 know no tags at this point.
	const metadata = await metadataOf(client, root, what);
	if (!isOurs(metadata)) await mark(client, root, what, metadata);
	tell({ result: "made", what: `${what}, owned by ${owner}` });
	return true;
}

async function metadataOf(client: DssClient, root: string, what: string): Promise<Metadata> {
	return readMetadata(answered(await client.get(`${root}/metadata`), `reading what ${what} is`));
}

async function mark(client: DssClient, root: string, what: string, metadata: Metadata): Promise<void> {
	answered(await client.put(`${root}/metadata`, marked(metadata)), `marking ${what} as made by dss-probe`);
}

/** Whether the project holds nothing of what people make in it. */
async function isEmpty(client: DssClient, root: string): Promise<boolean> {
	for (const path of ["datasets", "recipes", "scenarios"]) {
		if (listed(await client.get(`${root}/${path}/`), path).length > 0) return false;
	}
	return true;
}

/** The login of the user behind the key; a global key has none. */
async function ownerOf(client: DssClient): Promise<string> {
	const who = answered(await client.get("/auth/info", { withSecrets: false }), "asking whose key it is");
	const { associatedDSSUser, authIdentifier } = (who ?? {}) as Readonly<Record<string, unknown>>;
	const login = [associatedDSSUser, authIdentifier].find(
		(one): one is string => typeof one === "string" && one !== "" && !one.startsWith("api:"),
	);
	if (login !== undefined) return evidence(login);
	throw new Halt(
		"the key belongs to no user, and a project needs an owner",
		"Name the login of a user with --owner; scenarios run as that user.",
	);
}

/** A scenario without its step is one that an earlier run did not complete. */
async function ensureScenario(
	client: DssClient,
	{ isDry }: InstallPlan,
	root: string,
	isThere: boolean,
	tell: Tell,
): Promise<Installed> {
	const what = `scenario ${SCENARIO}`;
	const scenarios = isThere ? listed(await client.get(`${root}/scenarios/`), "scenarios") : [];
	const found = scenarios.find(({ name }) => name === SCENARIO)?.["id"];
	if (typeof found !== "string" && isDry) {
		tell({ result: "would be made", what });
		return {};
	}
	const made = typeof found === "string" ? undefined : await client.post(`${root}/scenarios/`, scenarioBody);
	const named = made ? answered(made, `making the ${what}`) : undefined;
	const id = typeof found === "string" ? found : (named as { readonly id?: unknown } | null | undefined)?.id;
	if (typeof id !== "string") throw new Halt(`DSS made the ${what} without naming its id`, "Run the same again.");
	const path = `${root}/scenarios/${encodeURIComponent(id)}`;
	const settings = withStep(answered(await client.get(path), `reading the ${what}`));
	if (settings && !isDry) answered(await client.put(path, settings), `saving the step of the ${what}`);
	tell({
		result: made ? "made" : settings ? (isDry ? "would be made" : "completed") : "already there",
		what: `${what} (id ${evidence(id)})`,
	});
	return { scenario: id };
}
