import type { Clock } from "../clock.ts";
import type { Board } from "./board.ts";
import { CANARY_PROJECT, OTHER_PROJECT, type Project, shippedProjects } from "./catalogue.ts";
import { createFutureBook, type FutureBook } from "./future-book.ts";
import { createJobBook, type JobBook } from "./job-book.ts";
import type { NodeType } from "./node-type.ts";
import { createScenarioBook, type ScenarioBook } from "./scenario-book.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Everything that the simulated node holds. */
export interface World {
	readonly clock: Clock;
	readonly board: Board;
	readonly nodeId: string;
	readonly nodeType: NodeType;
	/** Where it listens; empty before it does. */
	address(): string;
	/** What this node runs, or what a fault makes it look like. */
	version(): string;
	/** When the simulator was created, ms since 1970. */
	readonly bornAt: number;
	/** When the backend started, ms since 1970. */
	startedAt(): number;
	readonly projects: Map<string, Project>;
	readonly jobs: JobBook;
	readonly scenarios: ScenarioBook;
	readonly futures: FutureBook;
	/** Ids of Jupyter sessions that somebody stopped. */
	readonly unloaded: Set<string>;
}

/** Builds a node with the shipped projects, one run of canary_ok behind it and one long task of another user. */
export function createWorld(options: {
	readonly clock: Clock;
	readonly board: Board;
	readonly version: string;
	readonly nodeId: string;
	readonly nodeType: NodeType;
	readonly address: () => string;
}): World {
	const { clock, board, nodeId, nodeType, address } = options;
	let version = options.version;
	const bornAt = clock.now();
	let startedAt = bornAt - 3 * DAY_MS;
	const jobs = createJobBook(clock, board);
	const projects = new Map(shippedProjects().map((project) => [project.key, project]));
	const scenarios = createScenarioBook(clock, board, jobs, projects);
	const futures = createFutureBook(clock, board);
	const unloaded = new Set<string>();

	board.listen((change, fault, at) => {
		if (fault.fault === "kernels") unloaded.clear();
		if (fault.fault !== "restart" || change !== "began") return;
		jobs.abortAll(at);
		futures.forgetAll();
		startedAt = at + fault.down_ms;
		version = fault.version ?? version;
	});

	seed({ clock, projects, scenarios, futures });
	return {
		clock,
		board,
		nodeId,
		nodeType,
		address,
		version: () => board.find("old_version")?.version ?? version,
		bornAt,
		startedAt: () => startedAt,
		projects,
		jobs,
		scenarios,
		futures,
		unloaded,
	};
}

function seed({
	clock,
	projects,
	scenarios,
	futures,
}: Pick<World, "clock" | "projects" | "scenarios" | "futures">): void {
	const project = projects.get(CANARY_PROJECT);
	const scenario = project?.scenarios.get("canary_ok");
	if (project && scenario) scenarios.fire(project, scenario, { login: "admin", at: clock.now() - HOUR_MS, params: {} });
	futures.start({
		owner: "alice",
		displayName: "Computing metrics",
		action: "compute-metrics",
		targets: [{ objectType: "DATASET", projectKey: OTHER_PROJECT, objectId: "orders" }],
		startedAt: clock.now() - 12 * 60_000,
		runMs: 40 * 60_000,
		result: () => ({}),
	});
}
