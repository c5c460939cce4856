/** What is installed, in a project of its own: the smallest Flow that takes a job kernel and writes something. */
export const OUTPUT = "canary_out";
export const RECIPE = `compute_${OUTPUT}`;
export const SCENARIO = "canary";
export const DEFAULT_PROJECT = "DKU_MONITORING";

/** The two signs by which a project is known as made here: neither alone is enough to touch it. */
const TAG = "dss-probe-canary";
const MARK = "Made by dss-probe canary install.";
const TAGS: readonly string[] = [TAG];
const DESCRIPTION = `${MARK} Its only job is to be built again and again, which proves that DSS runs jobs. Remove it with dss-probe canary remove.`;

/** Metadata of a project, as far as it matters here. */
export interface Metadata {
	readonly tags: readonly string[];
	readonly description: string;
	readonly [more: string]: unknown;
}

/** Reads the answer of `GET /projects/K/metadata`, and keeps what it does not know: the whole of it is sent back to change it. */
export function readMetadata(json: unknown): Metadata {
	const given = (json ?? {}) as Readonly<Record<string, unknown>>;
	const tags = Array.isArray(given["tags"]) ? given["tags"].map(String) : [];
	return { ...given, tags, description: typeof given["description"] === "string" ? given["description"] : "" };
}

/** Whether dss-probe made the project. DSS keeps what a project was created with as its short description, or as the long one. */
export function isOurs({ tags, description, shortDesc }: Metadata): boolean {
	return (
		tags.includes(TAG) && (description.includes(MARK) || (typeof shortDesc === "string" && shortDesc.includes(MARK)))
	);
}

/** Whether the project was created here and an interruption kept the tag from it: only then may it be completed, where it is empty. */
export function isBegun({ tags, description, shortDesc }: Metadata): boolean {
	return !tags.includes(TAG) && [description, shortDesc].includes(DESCRIPTION);
}

/** The same metadata with both signs. */
export function marked(metadata: Metadata): Metadata {
	return { ...metadata, tags: [...new Set([...metadata.tags, ...TAGS])], description: DESCRIPTION };
}

/**
 * Writes three rows that change with each build. It has no input, so that no connection of anybody is read. It runs with Python 2
 * as well, which old versions of DSS have.
 */
const SCRIPT = `# ${MARK}
import time

import dataiku
import pandas as pd

built_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
rows = pd.DataFrame({"row": [1, 2, 3], "built_at": [built_at] * 3})
dataiku.Dataset("${OUTPUT}").write_with_schema(rows)
`;

/** The bodies that the official client sends for the same. */
export const projectBody = (projectKey: string, owner: string) => ({
	projectKey,
	name: "dss-probe canary",
	owner,
	settings: null,
	description: DESCRIPTION,
	// Lists, never null: DSS does not take that.
	permissions: [],
	tags: TAGS,
});

export const datasetBody = (connection: string) => ({
	name: OUTPUT,
	creationSettings: { connectionId: connection, specificSettings: {} },
});

export const recipeBody = (projectKey: string) => ({
	recipePrototype: {
		type: "python",
		name: RECIPE,
		projectKey,
		inputs: {},
		outputs: { main: { items: [{ ref: OUTPUT, appendMode: false }] } },
	},
	creationSettings: { script: SCRIPT },
});

export const scenarioBody = { type: "step_based", name: SCENARIO, params: {} };

const STEP = {
	id: "build_canary",
	name: `Build ${OUTPUT}`,
	type: "build_flowitem",
	params: {
		builds: [{ type: "DATASET", itemId: OUTPUT, partitionsSpec: "" }],
		jobType: "NON_RECURSIVE_FORCED_BUILD",
	},
};

/** Settings of a scenario with the step that builds the output; undefined where it is there already. */
export function withStep(json: unknown): object | undefined {
	const settings = (json ?? {}) as { readonly params?: { readonly steps?: unknown } };
	const { steps } = settings.params ?? {};
	if (Array.isArray(steps) && JSON.stringify(steps).includes(`"${OUTPUT}"`)) return undefined;
	return { ...settings, active: true, params: { ...settings.params, steps: [STEP] } };
}

/** A project, dataset, recipe or scenario in a list. */
export type Row = Readonly<Record<string, unknown>>;

export function namesIn(rows: readonly Row[]): readonly string[] {
	return rows.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
}

/** The objects in a list; none where it is no list. */
export function rowsIn(json: unknown): readonly Row[] {
	return Array.isArray(json) ? json.filter((row): row is Row => typeof row === "object" && row !== null) : [];
}
