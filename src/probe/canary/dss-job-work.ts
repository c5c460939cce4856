import { evidence } from "../../dss/evidence.ts";
import type { ListedJob } from "../../dss/job-status.ts";
import type { JobOutput, Jobs } from "../../dss/jobs.ts";
import type { ListedWork, Work } from "../../dss/work.ts";
import type { ValueTypes } from "../../model/sample.ts";
import type { Verified } from "./dss-job-verify.ts";
import type { Craft } from "./run.ts";

export const jobValues = {
	accept: {
		type: "double",
		unit: "s",
		summary: "From sending the order until DSS named the job.",
		blames: "backend_slow",
	},
	queue: {
		type: "double",
		unit: "s",
		summary: "From then until a job kernel (JEK) started the job, or so far.",
		blames: "no_free_jek",
	},
	run: { type: "double", unit: "s", summary: "From the start of the job to its end, or so far." },
	total: { type: "double", unit: "s", summary: "From sending the order until the end was seen, or the wait given up." },
	latency: { type: "double", unit: "s", summary: "The same as total." },
	state: { type: "string", summary: "The job's last state in the words of DSS: DONE, FAILED, ABORTED, RUNNING …" },
	job_id: { type: "string", summary: "The job's id in DSS." },
	aborted: { type: "bool", summary: "Whether this run aborted the job." },
	rebuilt: {
		type: "bool",
		isOptional: true,
		summary: "With verify: whether DSS knows of another build of the output than before.",
		blames: "output_not_rebuilt",
	},
	jobs_kept: {
		type: "int",
		isOptional: true,
		summary: "Jobs that DSS keeps for the project, each with a folder on disk. Counted once an hour, up to 2,000.",
		blames: "jobs_pile_up",
	},
	dss_version: { type: "string", summary: "Version of the backend that answered." },
} as const satisfies ValueTypes;

/** So many of the newest jobs are looked at. Projects hold thousands, and each list names the newest first. */
const LIST_LIMIT = 100;

/** Building one output, as work that a canary orders. */
export function buildOf(jobs: Jobs, output: JobOutput): Work {
	return {
		...jobs,
		start: () => jobs.start(output),
		async list() {
			const list = await jobs.list(LIST_LIMIT);
			// A DSS that does not heed the limit lists them all.
			const newest = list.ok ? list.value.slice(0, LIST_LIMIT) : [];
			return list.ok ? { ok: true, value: newest.map((job) => listed(job, output.id)) } : list;
		},
	};
}

/** The flat list names no outputs and no origin: then the documented form of an id must do. */
export function listed({ outputs, triggeredFrom, ...job }: ListedJob, output: string): ListedWork {
	return {
		...job,
		isSame: outputs?.includes(output) ?? job.id.startsWith(`Build_${output}_`),
		isByOrder: (triggeredFrom ?? "API") === "API",
	};
}

/**
 * What a canary that builds `output` says and measures.
 *
 * @param verify for a job that is DONE: whether it has built the output; absent where nobody wants to know
 */
export function buildCraft(output: string, verify?: (id: string) => Promise<Verified>): Craft {
	let verified: Verified | undefined;
	return {
		noun: "job",
		task: `build ${output}`,
		causes: { overlap: "job_overlap", notStarted: "no_free_jek", tooLong: "job_too_long" },
		lateMs: 10_000,
		async judgeEnd(id, { state, failure }, lastWords) {
			if (state === "DONE") {
				verified = await verify?.(id);
				return verified?.fault;
			}
			if (["ABORTED", "KILLED", "CANCELED", "CANCELLED"].includes(state)) {
				const why = failure ? `: ${failure}` : "";
				return { code: "job_aborted", text: evidence(`job ${id} is ${state}, not by dss-probe${why}`) };
			}
			const words = failure ?? (await lastWords()) ?? "DSS names no reason";
			return { code: "job_failed", text: evidence(`job ${id} is ${state}: ${words}`) };
		},
		valuesOf: ({ id, phases, aborted, status }) => ({
			...phases,
			latency: phases.total,
			job_id: id,
			aborted,
			...(status && { state: status.state }),
			...(verified?.rebuilt !== undefined && { rebuilt: verified.rebuilt }),
		}),
	};
}
