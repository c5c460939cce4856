import { DAY_MS } from "../model/duration.ts";
import { isFinal, type JobMoment, type JobRun, jobAt } from "./job-run.ts";
import { jobTime, logTime } from "./time-id.ts";

/** The outputs of a job as replies write them. */
function outputsOf(job: JobRun): readonly object[] {
	const { output, projectKey } = job;
	return [{ type: "DATASET", targetDataset: output, targetDatasetProjectKey: projectKey, targetPartition: "NP" }];
}

/** What was ordered, as DSS repeats it in every answer about a job. */
export function definition(job: JobRun): object {
	return {
		projectKey: job.projectKey,
		id: job.id,
		name: `Build ${job.output} (NP)`,
		type: job.type,
		initiator: job.initiator,
		triggeredFrom: job.triggeredFrom,
		initiationTimestamp: job.createdAt,
		refreshHiveMetastore: false,
		outputs: outputsOf(job),
	};
}

/** The reply to a status call. */
export function jobStatus(job: JobRun, now: number): object {
	const moment = jobAt(job, now);
	return {
		baseStatus: {
			state: moment.state,
			def: definition(job),
			jobStartTime: moment.startedAt,
			jobEndTime: moment.endedAt,
			activities: job.isIdle ? {} : { [`${job.recipe}_NP`]: activity(job, moment) },
		},
		globalState: counts(job, moment),
	};
}

function activity(job: JobRun, { state, startedAt, endedAt }: JobMoment): object {
	return {
		activityId: `${job.recipe}_NP`,
		recipeName: job.recipe,
		recipeType: "sync",
		state,
		startTime: startedAt,
		endTime: endedAt,
		targets: [{ type: "DATASET", id: job.output }],
		...(state === "FAILED" && job.failure
			? { firstFailure: { ...job.failure, stack: `${job.failure.clazz}: ${job.failure.message}` } }
			: {}),
	};
}

function counts(job: JobRun, { state }: JobMoment): object {
	const of = (wanted: string) => (state === wanted && !job.isIdle ? 1 : 0);
	return {
		done: of("DONE"),
		failed: of("FAILED"),
		running: of("RUNNING"),
		aborted: of("ABORTED"),
		total: job.isIdle ? 0 : 1,
	};
}

/** An item of the list of jobs: there the state stands at the top. */
export function jobListItem(job: JobRun, now: number): object {
	const { state, startedAt, endedAt } = jobAt(job, now);
	return {
		def: definition(job),
		state,
		startTime: startedAt,
		endTime: endedAt,
		stableState: isFinal(state),
		warningsCount: 0,
	};
}

/** A row of the list for a job of which nothing but its row is left: the nth, counted back from yesterday. */
export function oldJobItem(projectKey: string, nth: number, now: number): object {
	const at = now - DAY_MS - nth * 600_000;
	const output = "canary_out";
	const job: JobRun = {
		id: `Build_${output}_${jobTime(at)}`,
		projectKey,
		output,
		recipe: `compute_${output}`,
		type: "NON_RECURSIVE_FORCED_BUILD",
		initiator: "api:canary",
		triggeredFrom: "API",
		createdAt: at,
		queueMs: 100,
		runMs: 400,
		isIdle: false,
	};
	return jobListItem(job, now);
}

/** The log of a job, as far as it has got. An activity that the job does not have gives an empty one. */
export function jobLog(job: JobRun, now: number, activityId?: string): string {
	if (activityId !== undefined && activityId !== `${job.recipe}_NP`) return "";
	const { state, startedAt, endedAt } = jobAt(job, now);
	const lines: [number, "INFO" | "ERROR", string][] = [
		[job.createdAt, "INFO", `Job ${job.id} of ${job.initiator}: ${job.type} of ${job.projectKey}.${job.output}`],
	];
	if (startedAt > 0) lines.push([startedAt, "INFO", `Running activity ${job.recipe}_NP`]);
	if (state === "FAILED" && job.failure) lines.push([endedAt, "ERROR", `${job.failure.clazz}: ${job.failure.message}`]);
	if (endedAt > 0) lines.push([endedAt, "INFO", `Job finished, state=${state}`]);
	return lines
		.map(([at, level, text]) => `[${logTime(at)}] [main] [${level}] [dku.flow.jobrunner]  - ${text}\n`)
		.join("");
}
