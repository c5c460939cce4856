import * as z from "zod";
import { type ListedJob, readJobList } from "../../dss/job-status.ts";
import type { Value } from "../../model/sample.ts";
import { median } from "../../model/trend.ts";
import type { Asking } from "../api-kind.ts";

/** The newest finished jobs, and how many there must be of them and before them to say something. */
const NEWEST = 10;
const FEWEST = 5;
const FEWEST_BEFORE = 10;
/** What started longer ago says nothing about now, ms: the peak of the night would else be told until the next one. */
const NEW_MS = 2 * 3_600_000;

export type SeenJob = ListedJob & { readonly project: string };

/** The newest jobs of one project. */
export async function jobsIn({ get }: Asking, project: string, limit: number): Promise<readonly SeenJob[]> {
	const list = await get(`/projects/${encodeURIComponent(project)}/jobs/`, z.array(z.unknown()), { limit });
	return (readJobList(list) ?? []).map((job) => ({ ...job, project }));
}

/** How long jobs waited until they started: the newest ones, and compared with those before. Jobs of all projects queue together. */
export function queueOf(jobs: readonly SeenJob[], now: number): Record<string, Value> {
	const waits = jobs
		.flatMap(({ isFinal, initiatedAt, startedAt }) =>
			isFinal && initiatedAt !== undefined && startedAt !== undefined
				? [[startedAt, Math.max(0, startedAt - initiatedAt) / 1_000] as const]
				: [],
		)
		.sort((a, b) => b[0] - a[0]);
	const seconds = waits.map(([, waited]) => waited);
	const count = Math.min(NEWEST, waits.filter(([startedAt]) => startedAt > now - NEW_MS).length);
	const [newest, earlier] = [seconds.slice(0, count), seconds.slice(count)];
	if (newest.length < FEWEST) return {};
	const queue = median(newest);
	const sorted = newest.toSorted((a, b) => a - b);
	return {
		queue,
		queue_p90: sorted[Math.ceil(sorted.length * 0.9) - 1] ?? queue,
		...(earlier.length >= FEWEST_BEFORE && { queue_growth: queue - median(earlier) }),
	};
}
