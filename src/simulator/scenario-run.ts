import type { Scenario } from "./catalogue.ts";
import { type Failure, type JobRun, jobAt } from "./job-run.ts";

type Outcome = "SUCCESS" | "WARNING" | "FAILED" | "ABORTED";

/** A firing of a scenario, and the run that comes of it unless it is cancelled. All times ms since 1970. */
export interface ScenarioFire {
	/** Identifies the firing. */
	readonly id: string;
	readonly projectKey: string;
	readonly scenario: Scenario;
	readonly firedBy: string;
	readonly firedAt: number;
	readonly params: Readonly<Record<string, unknown>>;
	/** What fired it: a person or program, or the clock. */
	readonly trigger: "manual" | "temporal";
	/** When the run starts, or the cancellation is seen. */
	readonly startsAt: number;
	readonly run?: {
		readonly id: string;
		readonly jobId: string;
		/** Overrules what the job makes of it. */
		readonly forced?: { readonly outcome: Outcome; readonly failure: Failure; readonly step?: string };
	};
}

/** What is left to do after the job: reporters, clean-up. */
const WRAP_UP_MS = 100;

export interface RunMoment {
	readonly hasStarted: boolean;
	/** 0 while it runs. */
	readonly endedAt: number;
	/** Only when it ended. */
	readonly outcome?: Outcome;
	readonly failure?: Failure;
	/** Name of its step, where a fault gives it one. */
	readonly step?: string;
}

/** Where the run of a firing stands; its job decides. */
export function runAt(fire: ScenarioFire, job: JobRun, now: number): RunMoment {
	if (now < fire.startsAt) return { hasStarted: false, endedAt: 0 };
	const { state, endedAt } = jobAt(job, now);
	const endsAt = state === "ABORTED" ? Math.max(endedAt, fire.startsAt) : endedAt + WRAP_UP_MS;
	if (endedAt === 0 || now < endsAt) return { hasStarted: true, endedAt: 0 };
	const { forced } = fire.run ?? {};
	const ended = { hasStarted: true, endedAt: endsAt, ...(forced?.step !== undefined && { step: forced.step }) };
	if (forced && state !== "ABORTED") return { ...ended, ...forced };
	if (state === "ABORTED") return { ...ended, outcome: "ABORTED" };
	if (state === "FAILED" && job.failure) return { ...ended, outcome: "FAILED", failure: job.failure };
	return { ...ended, outcome: "SUCCESS" };
}
