import * as z from "zod";
import { apiKind } from "./api-kind.ts";

export const dssWorkOptions = z.strictObject({
	kind: z.literal("dss-work"),
	tasks: z
		.enum(["all", "own"])
		.default("all")
		.describe("Tasks and scenarios of everybody, for which an admin key is needed, or those of the key's own user."),
	projects: z
		.array(z.string().min(1, "is empty"))
		.max(50)
		.default([])
		.describe("Keys of projects whose jobs are looked at: DSS has no list of the jobs of all projects."),
	limit: z.int().min(10).max(1_000).default(100).describe("So many of the newest jobs of each project are read."),
	max_activities: z
		.int()
		.positive()
		.optional()
		.describe("The limit of concurrent activities that is set in DSS; gives activities_used."),
	ignore_tasks: z
		.array(z.string().min(1, "is empty"))
		.max(50)
		.default([])
		.describe("Actions or names of tasks that may run on and on; * stands for any text."),
});

type DssWorkOptions = z.output<typeof dssWorkOptions>;

const withProjects = "only with projects.";
const bySelf = "absent where /internal-metrics does not tell.";

/** What DSS works on: tasks, scenarios, jobs, and how long jobs wait. */
export const dssWork = apiKind<DssWorkOptions>({
	key: "admin",
	since: "5",
	values: {
		tasks: { type: "int", summary: "Background tasks that run." },
		longest_task: { type: "double", unit: "s", summary: "How long the longest one runs.", blames: "task_long_running" },
		longest_task_of: { type: "string", summary: "Its name and owner." },
		lasting_tasks: {
			type: "int",
			summary: "Tasks that are meant to run on and on, such as backends of webapps; not among the tasks.",
		},
		scenarios: { type: "int", summary: "Scenarios that run." },
		longest_scenario: {
			type: "double",
			unit: "s",
			summary: "How long the longest one runs.",
			blames: "scenario_long_running",
		},
		longest_scenario_of: { type: "string", summary: "Its project and name." },
		jobs_running: { type: "int", isOptional: true, summary: `Jobs that run; ${withProjects}` },
		jobs_waiting: {
			type: "int",
			isOptional: true,
			summary: `Jobs that wait; ${withProjects}`,
			blames: "queue_growing",
		},
		longest_job: {
			type: "double",
			unit: "s",
			isOptional: true,
			summary: `How long the longest one runs; ${withProjects}`,
			blames: "job_long_running",
		},
		longest_job_of: { type: "string", summary: `Its project and id; ${withProjects}` },
		longest_wait: {
			type: "double",
			unit: "s",
			isOptional: true,
			summary: `How long the first of those that wait does so; ${withProjects}`,
			blames: "queue_growing",
		},
		queue: {
			type: "double",
			unit: "s",
			isOptional: true,
			summary:
				"Median time that the ten newest finished jobs waited; absent where fewer than five started within two hours.",
			blames: "queue_growing",
		},
		queue_p90: {
			type: "double",
			unit: "s",
			isOptional: true,
			summary: "Nine of ten of them waited no longer.",
			blames: "queue_growing",
		},
		queue_growth: {
			type: "double",
			unit: "s",
			isOptional: true,
			summary:
				"That median compared with the one of all earlier jobs that were read; absent where those are fewer than ten.",
			blames: "queue_growing",
		},
		activities_running: { type: "int", isOptional: true, summary: `Activities that run, instance-wide; ${bySelf}` },
		activities_waiting: {
			type: "int",
			isOptional: true,
			summary: `Activities that wait, instance-wide; ${bySelf}`,
			blames: "queue_growing",
		},
		activities_used: {
			type: "double",
			isOptional: true,
			summary: "Running activities by max_activities: 1 is full.",
			blames: "activities_at_limit",
		},
	},
	facts: {
		tasks_by_type: { type: "map<string, int>", summary: 'Running tasks by action: tasks_by_type["compute-metrics"].' },
	},
	load: async () => (await import("./readers/work.ts")).readWork,
});
