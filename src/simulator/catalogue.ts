import type { Failure } from "./job-run.ts";

/** A dataset, and what building it takes. */
export interface Dataset {
	readonly name: string;
	/** Absent: nothing builds it. */
	readonly build?: { readonly queueMs: number; readonly runMs: number; readonly failure?: Failure };
}

export interface Scenario {
	readonly id: string;
	readonly name: string;
	readonly isActive: boolean;
	/** The dataset that its only step builds. */
	readonly builds: string;
}

export interface Project {
	readonly key: string;
	readonly name: string;
	readonly owner: string;
	readonly description: string;
	readonly tags: readonly string[];
	readonly datasets: readonly Dataset[];
	readonly scenarios: Map<string, Scenario>;
}

/** The project that the plain key may use, with its canaries. */
export const CANARY_PROJECT = "DKU_MONITORING";
/** A project that only an admin sees. */
export const OTHER_PROJECT = "SALES";

const QUICK = { queueMs: 120, runMs: 400 };

const CANARY_FAILURE: Failure = {
	message: "canary_fail always fails: Python process died with exit code 1",
	clazz: "com.dataiku.dip.exceptions.ProcessDiedException",
};

const scenario = (id: string, name: string, builds: string): [string, Scenario] => [
	id,
	{ id, name, isActive: true, builds },
];

/** The projects that every simulator ships with. */
export function shippedProjects(): Project[] {
	return [
		{
			key: CANARY_PROJECT,
			name: "Monitoring",
			owner: "admin",
			description: "Canaries of the monitoring",
			tags: ["probe"],
			datasets: [
				{ name: "canary_in" },
				{ name: "canary_out", build: QUICK },
				{ name: "canary_fail", build: { ...QUICK, failure: CANARY_FAILURE } },
				{ name: "canary_slow", build: { queueMs: 120, runMs: 60_000 } },
			],
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
			tags: ["finance"],
			datasets: [{ name: "orders" }, { name: "orders_clean", build: { queueMs: 200, runMs: 2_000 } }],
			scenarios: new Map([scenario("NIGHTLY", "Nightly load", "orders_clean")]),
		},
	];
}
