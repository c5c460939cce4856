import type { Failure } from "./job-run.ts";

/** A dataset, and what building it takes. */
export interface Dataset {
	readonly name: string;
	/** Absent: nothing builds it. */
	readonly build?: { readonly queueMs: number; readonly runMs: number; readonly failure?: Failure };
	/** As it was made through the API: its type, and for a managed one its connection. */
	readonly type?: string;
	readonly connection?: string;
}

export interface Recipe {
	readonly name: string;
	readonly type: string;
	/** As the client writes them: by role, a list of items with `ref`. */
	readonly inputs: unknown;
	readonly outputs: unknown;
	/** Names of the datasets that it writes. */
	readonly builds: readonly string[];
	readonly payload: string;
}

export interface Scenario {
	readonly id: string;
	readonly name: string;
	readonly isActive: boolean;
	/** The dataset that its only step builds; empty for one that has no such step yet. */
	readonly builds: string;
	/** Settings as somebody saved them; absent for a shipped one that nobody changed. */
	readonly settings?: Readonly<Record<string, unknown>>;
	readonly tags?: readonly string[];
	/** Whom its runs run as, where a trigger starts them. Absent: the owner of the project. */
	readonly runAs?: string;
	/** A trigger by time. Its past, as far as it is remembered, is there when the node is new. */
	readonly schedule?: {
		readonly everyMs: number;
		/** From the newest run to the start of the simulator. */
		readonly lastAgoMs: number;
		/** How many runs there were before. */
		readonly past: number;
	};
}

export interface Project {
	readonly key: string;
	readonly name: string;
	readonly owner: string;
	description: string;
	shortDesc: string;
	tags: readonly string[];
	permissions: readonly unknown[];
	readonly datasets: Dataset[];
	readonly recipes: Map<string, Recipe>;
	readonly scenarios: Map<string, Scenario>;
	/** What else was made through the API, by kind. */
	readonly things: Map<string, object[]>;
}

/** The project that the plain key may use, with its canaries. */
export const CANARY_PROJECT = "DKU_MONITORING";
/** A project that only an admin sees. */
export const OTHER_PROJECT = "SALES";

const HOUR_MS = 3_600_000;
/** How long the build of a small dataset takes. */
export const QUICK = { queueMs: 120, runMs: 400 };

const MONITORING_MAY_RUN = [{ group: "monitoring", admin: false, readProjectContent: true, runScenarios: true }];

const CANARY_FAILURE: Failure = {
	message: "canary_fail always fails: Python process died with exit code 1",
	clazz: "com.dataiku.dip.exceptions.ProcessDiedException",
};

const scenario = (id: string, name: string, builds: string, more: Partial<Scenario> = {}): [string, Scenario] => [
	id,
	{ id, name, isActive: true, builds, ...more },
];

/** One recipe for each dataset that is built, from the first one of the project: `compute_canary_out`. */
function recipesOf([input, ...outputs]: readonly Dataset[]): Map<string, Recipe> {
	const items = (name: string | undefined) => ({ main: { items: [{ ref: name }] } });
	return new Map(
		outputs.map(({ name: output }) => {
			const name = `compute_${output}`;
			const ends = { inputs: items(input?.name), outputs: items(output), builds: [output] };
			return [name, { name, type: "sync", ...ends, payload: "" }];
		}),
	);
}

const CANARY_DATASETS: readonly Dataset[] = [
	{ name: "canary_in" },
	{ name: "canary_out", build: QUICK },
	{ name: "canary_fail", build: { ...QUICK, failure: CANARY_FAILURE } },
	{ name: "canary_slow", build: { queueMs: 120, runMs: 60_000 } },
];

const OTHER_DATASETS: readonly Dataset[] = [
	{ name: "orders" },
	{ name: "orders_clean", build: { queueMs: 200, runMs: 2_000 } },
	{ name: "orders_today", build: { queueMs: 200, runMs: 30_000 } },
	{ name: "orders_archive", build: { queueMs: 200, runMs: 600_000 } },
];

/** The projects that every simulator ships with. */
export function shippedProjects(): Project[] {
	return [
		{
			key: CANARY_PROJECT,
			name: "Monitoring",
			owner: "admin",
			description: "Canaries of the monitoring",
			shortDesc: "Canaries of the monitoring",
			tags: ["probe"],
			permissions: MONITORING_MAY_RUN,
			recipes: recipesOf(CANARY_DATASETS),
			datasets: [...CANARY_DATASETS],
			things: new Map(),
			scenarios: new Map([
				scenario("canary_ok", "Canary ok", "canary_out"),
				scenario("canary_fail", "Canary fail", "canary_fail"),
				scenario("canary_slow", "Canary slow", "canary_slow"),
			]),
		},
		{
			key: OTHER_PROJECT,
			name: "Sales",
			owner: "alice",
			description: "",
			shortDesc: "",
			tags: ["finance"],
			permissions: MONITORING_MAY_RUN,
			recipes: recipesOf(OTHER_DATASETS),
			datasets: [...OTHER_DATASETS],
			things: new Map(),
			scenarios: new Map([
				scenario("NIGHTLY", "Nightly load", "orders_clean", {
					tags: ["load"],
					schedule: { everyMs: 24 * HOUR_MS, lastAgoMs: 6 * HOUR_MS, past: 20 },
				}),
				scenario("HOURLY", "Orders of today", "orders_today", {
					tags: ["load", "hourly"],
					schedule: { everyMs: HOUR_MS, lastAgoMs: HOUR_MS / 2, past: 60 },
				}),
				scenario("ARCHIVE", "Archive of orders", "orders_archive", {
					isActive: false,
					runAs: "carol",
					schedule: { everyMs: 7 * 24 * HOUR_MS, lastAgoMs: 40 * 24 * HOUR_MS, past: 4 },
				}),
			]),
		},
	];
}
