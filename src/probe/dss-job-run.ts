import type { Clock } from "../clock.ts";
import type { JobOutput, Jobs } from "../dss/jobs.ts";
import type { Fault } from "../model/sample.ts";
import type { NoteBook } from "./dss-job-note.ts";

/** What one run of a canary works with. */
export interface Run {
	readonly output: JobOutput;
	/** The project's jobs, through requests that take at most so many ms. */
	jobs(timeoutMs: number): Jobs;
	readonly book: NoteBook;
	readonly clock: Clock;
	/** Aborted when the program stops, and at the deadline, which a run does not reach. */
	readonly signal: AbortSignal;
	readonly plan: Plan;
	/** Longest pause between two looks, ms. */
	readonly pollEveryMs: number;
	/** How long the job may wait for a kernel, ms; undefined for half of what is left. */
	readonly startWithinMs: number | undefined;
}

/** How a run shares out its time: moments of the monotonic clock, ms. */
export interface Plan {
	/** Until then a job of an earlier run must be final. */
	readonly priorBy: number;
	/** Then a job that is not over is aborted. */
	readonly stopAt: number;
	/** Then the run ends, come what may: a little before it would be cut off. */
	readonly endBy: number;
	/** Longest wait for an answer, ms. */
	readonly requestMs: number;
}

const LONGEST_ABORT_WAIT_MS = 30_000;
const LONGEST_REQUEST_MS = 10_000;

/**
 * Shares out the time of a run. What is left for the job is never less than a tenth: half at most goes to an earlier
 * job, a third at most to the end of this one.
 *
 * @param start monotonic clock at the start, ms
 * @param abortWaitMs what the user grants a job to end after its abort, ms; undefined for a fifth, at most 30 s
 */
export function planRun(start: number, timeoutMs: number, abortWaitMs: number | undefined): Plan {
	const endBy = start + timeoutMs - Math.min(500, timeoutMs / 20);
	const abortWait = Math.min(abortWaitMs ?? Math.min(LONGEST_ABORT_WAIT_MS, timeoutMs / 5), timeoutMs / 3);
	return {
		priorBy: start + timeoutMs / 2,
		stopAt: endBy - abortWait,
		endBy,
		requestMs: Math.min(LONGEST_REQUEST_MS, timeoutMs / 4),
	};
}

/** Why a run goes no further: a fault, or the program stops. The note then says where the next run takes up. */
export type Halt = { readonly halt: "fault"; readonly fault: Fault } | { readonly halt: "stopped" };

export function halted(fault: Fault): Halt {
	return { halt: "fault", fault };
}

export const STOPPED: Halt = { halt: "stopped" };
