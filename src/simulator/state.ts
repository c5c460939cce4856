import { jobAt } from "./job-run.ts";
import { liveSessions } from "./notebooks.ts";
import type { World } from "./world.ts";

/** How many of the latest jobs are shown. */
const SHOWN = 20;

/** What a test harness wants to see of the node: times in ms since 1970. */
export function nodeState(world: World): object {
	const now = world.clock.now();
	return {
		now,
		nodeId: world.nodeId,
		nodeType: world.nodeType,
		version: world.version(),
		startedAt: world.startedAt(),
		projects: Object.fromEntries([...world.projects.keys()].map((key) => [key, projectState(world, key, now)])),
		tasks: world.futures.running().length,
		kernels: liveSessions(world).length,
		rememberedJobs: world.jobs.count(),
	};
}

function projectState({ projects, jobs, scenarios }: World, key: string, now: number): object {
	const all = jobs.list(key).map((job) => ({ id: job.id, output: job.output, ...jobAt(job, now) }));
	const byState = Map.groupBy(all, ({ state }) => state);
	return {
		jobs: Object.fromEntries([...byState].map(([state, group]) => [state, group.length])),
		latestJobs: all.slice(0, SHOWN),
		runningScenarios: [...(projects.get(key)?.scenarios.keys() ?? [])].filter((id) => scenarios.current(key, id)),
	};
}
