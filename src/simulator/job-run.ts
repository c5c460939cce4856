/** How a job ends when nobody aborts it. */
export interface Failure {
	readonly message: string;
	readonly clazz: string;
}

export type JobState = "NOT_STARTED" | "RUNNING" | "DONE" | "FAILED" | "ABORTED";

/** A job as it was planned when it was created; where it stands is a function of the time. All times ms since 1970. */
export interface JobRun {
	readonly id: string;
	readonly projectKey: string;
	readonly output: string;
	readonly recipe: string;
	readonly type: string;
	readonly initiator: string;
	readonly triggeredFrom: "API" | "SCHEDULER";
	readonly createdAt: number;
	readonly queueMs: number;
	readonly runMs: number;
	readonly failure?: Failure;
	/** The output was up to date: no activity runs. */
	readonly isIdle: boolean;
	/** It ends well and has not written its output. */
	readonly isHollow?: true;
	/** Stays in this state until it is released or aborted. */
	readonly heldIn?: "NOT_STARTED" | "RUNNING";
	/** When an abort takes effect. */
	readonly abortsAt?: number;
}

/** Where a job stands at a moment. `startedAt` and `endedAt` are 0 where that has not happened, as DSS writes it. */
export interface JobMoment {
	readonly state: JobState;
	readonly startedAt: number;
	readonly endedAt: number;
}

export const isFinal = (state: JobState): boolean => state === "DONE" || state === "FAILED" || state === "ABORTED";

export function jobAt(job: JobRun, now: number): JobMoment {
	const startsAt = job.heldIn === "NOT_STARTED" ? Number.POSITIVE_INFINITY : job.createdAt + job.queueMs;
	const endsAt = job.heldIn ? Number.POSITIVE_INFINITY : startsAt + job.runMs;
	const abortsAt = job.abortsAt ?? Number.POSITIVE_INFINITY;
	if (abortsAt < endsAt && now >= abortsAt) {
		return { state: "ABORTED", startedAt: startsAt <= abortsAt ? startsAt : 0, endedAt: abortsAt };
	}
	if (now < startsAt) return { state: "NOT_STARTED", startedAt: 0, endedAt: 0 };
	if (now < endsAt) return { state: "RUNNING", startedAt: startsAt, endedAt: 0 };
	return { state: job.failure ? "FAILED" : "DONE", startedAt: startsAt, endedAt: endsAt };
}

/** Lets a held job go on as of `at`: it then needs its whole run time still. */
export function released(job: JobRun, at: number): JobRun {
	const { heldIn, ...free } = job;
	if (heldIn === undefined || isFinal(jobAt(job, at).state)) return job;
	if (heldIn === "NOT_STARTED") return { ...free, queueMs: Math.max(job.queueMs, at - job.createdAt) };
	return { ...free, runMs: Math.max(0, at - job.createdAt - job.queueMs) + job.runMs };
}
