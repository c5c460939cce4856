import type { DssClient } from "../dss/client.ts";
import { evidence } from "../dss/evidence.ts";
import { OUTPUT, RECIPE, type Row, rowsIn, SCENARIO } from "./flow.ts";
import { answered, listed } from "./step.ts";

/** A kind of things that people keep in a project. */
interface ThingKind {
	readonly path: string;
	/** What one is called: `managed folder`. */
	readonly word: string;
	/** What install makes of it. */
	readonly own?: string;
	/** Where the answer holds the list, if it is no list itself. */
	readonly within?: string;
}

/** Always there, in every version. */
const FLOW: readonly ThingKind[] = [
	{ path: "datasets", word: "dataset", own: OUTPUT },
	{ path: "recipes", word: "recipe", own: RECIPE },
	{ path: "scenarios", word: "scenario", own: SCENARIO },
];

/** Not in every version, and some not with every licence. Dashboards are none of them: DSS makes one in each new project. */
const MORE: readonly ThingKind[] = [
	{ path: "managedfolders", word: "managed folder" },
	{ path: "jupyter-notebooks", word: "notebook" },
	{ path: "sql-notebooks", word: "SQL notebook" },
	{ path: "webapps", word: "web app" },
	{ path: "savedmodels", word: "saved model" },
	{ path: "lab", word: "analysis", within: "analyses" },
	{ path: "wiki", word: "wiki article", within: "taxonomy" },
	{ path: "insights", word: "insight" },
];

/** What is looked at before a project is deleted, in words. */
export const LOOKED_AT =
	"datasets, recipes, scenarios, managed folders, notebooks, web apps, saved models, analyses, wiki articles and insights";

/**
 * What lies in a project and was not made by install.
 *
 * @throws {Halt} where DSS does not tell; a version that has no such things holds none
 */
export async function strangersIn(client: DssClient, project: string): Promise<readonly string[]> {
	const root = `/projects/${encodeURIComponent(project)}`;
	const strangers: string[] = [];
	const add = (rows: readonly Row[], { word, own }: ThingKind) => {
		const names = rows.map(nameOf).filter((name) => own === undefined || name !== own);
		strangers.push(...names.map((name) => `${word} ${evidence(name)}`));
	};
	for (const kind of FLOW) add(listed(await client.get(`${root}/${kind.path}/`), kind.path), kind);
	for (const kind of MORE) {
		const answer = await client.get(`${root}/${kind.path}/`);
		if (!answer.ok && ["unsupported", "not_found", "licence"].includes(answer.fault.code)) continue;
		add(rowsOf(answered(answer, `listing ${kind.path}`), kind), kind);
	}
	return strangers;
}

function rowsOf(json: unknown, { within = "" }: ThingKind): readonly Row[] {
	if (Array.isArray(json)) return rowsIn(json);
	return rowsIn((json as Readonly<Record<string, unknown>> | undefined)?.[within]);
}

function nameOf(row: Row): string {
	const names = [row["name"], row["analysisName"], row["id"], row["analysisId"]];
	return names.find((name) => typeof name === "string") ?? "without a name";
}
