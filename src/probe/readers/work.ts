import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { fileNameTest } from "../../host/glob.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import type { Asking, Reading } from "../api-kind.ts";
import { replyNumber } from "./reply-number.ts";
import { jobsIn, queueOf, type SeenJob } from "./work-jobs.ts";

const futures = z.array(
	z.looseObject({
		owner: z.string().nullish(),
		alive: z.boolean().nullish(),
		aborted: z.boolean().nullish(),
		/** Of one that is over, and whose result nobody has fetched yet. */
		hasResult: z.boolean().nullish(),
		/** ms since 1970. */
		startTime: replyNumber().nullish(),
		/** ms. */
		runningTime: replyNumber().nullish(),
		jobDisplayName: z.string().nullish(),
		payload: z
			.looseObject({
				displayName: z.string().nullish(),
				action: z.string().nullish(),
				targets: z
					.array(
						z.looseObject({
							projectKey: z.string().nullish(),
							objectId: z.string().nullish(),
							objectType: z.string().nullish(),
						}),
					)
					.nullish(),
				extras: z.looseObject({ crashCount: z.unknown().optional() }).nullish(),
			})
			.nullish(),
	}),
);

const gauges = z.looseObject({ gauges: z.record(z.string(), z.looseObject({ value: z.unknown() })).nullish() });

/** What is meant to run on and on stands among the tasks, too: its type of object or action tells, or the words of its name. */
const LASTING = /web[ _-]?app|code[ _-]?studio|continuous|streaming/i;
const LASTING_NAME = /\b(?:web ?app|code studio|continuous activity)\b/i;

/** The names under which the backend counts activities, also where it sends them to Graphite. */
const RUNNING = /(?:^|\.)jobs\.activities\.running$/i;
const WAITING = /(?:^|\.)jobs\.activities\.(?:waiting|queued|not_started)$/i;

interface Asked {
	readonly tasks: "all" | "own";
	readonly projects: readonly string[];
	readonly limit: number;
	readonly max_activities?: number | undefined;
	/** Patterns for actions and names of tasks. */
	readonly ignore_tasks: readonly string[];
}

interface Running {
	readonly name: string;
	readonly type: string;
	readonly ms: number;
	/** It is meant to run on and on. */
	readonly isLasting: boolean;
}

/** Reads what runs, by at most three calls and one for each project. */
export const readWork: Reading<Asked> = async (asking, options) => {
	const isIgnored = options.ignore_tasks.map(fileNameTest);
	const { lasting = [], tasks = [] } = Object.groupBy(await running(asking, options, "tasks"), (task) =>
		task.isLasting || isIgnored.some((fits) => fits(task.type) || fits(task.name)) ? "lasting" : "tasks",
	);
	const scenarios = await running(asking, options, "scenarios");
	const jobs: SeenJob[] = [];
	for (const project of options.projects) jobs.push(...(await jobsIn(asking, project, options.limit)));
	const now = asking.dssNow();

	const values: Record<string, Value> = {
		tasks: tasks.length,
		longest_task: (tasks[0]?.ms ?? 0) / 1_000,
		longest_task_of: evidence(tasks[0]?.name ?? ""),
		lasting_tasks: lasting.length,
		scenarios: scenarios.length,
		longest_scenario: (scenarios[0]?.ms ?? 0) / 1_000,
		longest_scenario_of: evidence(scenarios[0]?.name ?? ""),
		...(options.projects.length > 0 && jobValues(jobs, now)),
		...(await activities(asking, options)),
	};
	const byType = [...Map.groupBy(tasks, ({ type }) => type)].map(([type, some]) => [type, some.length] as const);
	return { values, facts: { tasks_by_type: Object.fromEntries(byType) }, seen: inWords(values) };
};

/** The longest first. */
async function running(asking: Asking, options: Asked, what: "tasks" | "scenarios"): Promise<readonly Running[]> {
	const found = await asking.get("/futures/", futures, {
		withScenarios: what === "scenarios",
		withNotScenarios: what === "tasks",
		allUsers: options.tasks === "all",
	});
	const now = asking.dssNow();
	return found
		.filter(({ alive, aborted, hasResult }) => alive !== false && aborted !== true && hasResult !== true)
		.map(({ owner, jobDisplayName, payload, runningTime, startTime }): Running => {
			const called = jobDisplayName ?? payload?.displayName ?? "a task";
			const target = payload?.targets?.find(({ projectKey }) => projectKey);
			const place = target ? `${target.projectKey}.${target.objectId ?? "?"}` : undefined;
			return {
				name:
					what === "scenarios" && place ? place : `${called}${place ? ` (${place})` : ""} of ${owner ?? "somebody"}`,
				type: payload?.action ?? "unknown",
				isLasting: what === "tasks" && isMeantToLast(called, payload),
				ms: runningTime ?? (startTime ? Math.max(0, now - startTime) : 0),
			};
		})
		.sort((a, b) => b.ms - a.ms);
}

function isMeantToLast(called: string, payload: z.output<typeof futures>[number]["payload"]): boolean {
	const types = [payload?.action, ...(payload?.targets ?? []).map(({ objectType }) => objectType)];
	if (LASTING_NAME.test(called) || types.some((type) => LASTING.test(type ?? ""))) return true;
	// Only what DSS starts anew when it ends has such a count.
	return payload?.extras?.crashCount !== undefined;
}

function jobValues(jobs: readonly SeenJob[], now: number): Record<string, Value> {
	const live = jobs.filter(({ isFinal }) => !isFinal);
	const runs = live.filter(({ startedAt, state }) => startedAt !== undefined || state === "RUNNING");
	const waits = live.filter((job) => !runs.includes(job));
	const longest = runs.toSorted((a, b) => (a.startedAt ?? now) - (b.startedAt ?? now))[0];
	const since = (at: number | undefined): number => Math.max(0, now - (at ?? now)) / 1_000;
	return {
		jobs_running: runs.length,
		jobs_waiting: waits.length,
		longest_job: since(longest?.startedAt),
		longest_job_of: longest ? evidence(`${longest.project}.${longest.id}`) : "",
		longest_wait: waits.reduce((most, { initiatedAt }) => Math.max(most, since(initiatedAt)), 0),
		...queueOf(jobs, now),
	};
}

/** What the backend counts itself. A DSS or a key for which it does not is no fault: the rest is known. */
async function activities({ client }: Asking, options: Asked): Promise<Record<string, Value>> {
	const answer = await client.get("/internal-metrics", { type: "gauges" });
	const read = answer.ok ? gauges.safeParse(answer.json) : undefined;
	const all = Object.entries(read?.data?.gauges ?? {});
	const find = (name: RegExp): number | undefined => {
		const value = all.find(([key]) => name.test(key))?.[1].value;
		return typeof value === "number" && Number.isFinite(value) ? value : undefined;
	};
	const [runs, waits] = [find(RUNNING), find(WAITING)];
	return {
		...(runs !== undefined && { activities_running: runs }),
		...(waits !== undefined && { activities_waiting: waits }),
		...(runs !== undefined &&
			options.max_activities !== undefined && { activities_used: runs / options.max_activities }),
	};
}

function inWords(values: Readonly<Record<string, Value>>): string {
	const lasting = (name: string): string => formatDuration(Number(values[name]) * 1_000);
	const longest = (what: string): string =>
		values[`longest_${what}_of`] ? ` (longest: ${values[`longest_${what}_of`]} for ${lasting(`longest_${what}`)})` : "";
	return evidence(
		[
			`running: tasks ${values["tasks"]}${longest("task")}`,
			`scenarios ${values["scenarios"]}${longest("scenario")}`,
			values["jobs_running"] !== undefined &&
				`jobs ${values["jobs_running"]}${longest("job")}, waiting ${values["jobs_waiting"]}`,
			values["queue"] !== undefined && `queue ${lasting("queue")}`,
			values["activities_running"] !== undefined && `activities ${values["activities_running"]}`,
		]
			.filter(Boolean)
			.join(", "),
	);
}
