import type { Clock } from "../../clock.ts";
import type { Work, WorkStatus } from "../../dss/work.ts";
import type { CauseCode } from "../../model/cause.ts";
import type { Fault, Values } from "../../model/sample.ts";
import type { NoteBook } from "./note.ts";
import type { Phases } from "./phases.ts";

/** What one kind of canary makes of the common course: its words, its causes and its values. */
export interface Craft {
	/** What one of them is called: `job`. */
	readonly noun: string;
	/** What is ordered: `build canary_out`. */
	readonly task: string;
	/** The causes of what goes wrong on the way. */
	readonly causes: {
		/** One of ours, or one of somebody else, is in the way. */
		readonly overlap: CauseCode;
		/** It was accepted and did not start in time. */
		readonly notStarted: CauseCode;
		/** It started and did not end in time. */
		readonly tooLong: CauseCode;
	};
	/**
	 * How long after a lost order something may still appear, ms: a backend that stood still (a long garbage collection) first
	 * works off what had piled up, the order before the list that is asked for later.
	 */
	readonly lateMs: number;
	/**
	 * What was accepted so long ago and has not started will not start any more, ms of the wall clock; absent where DSS
	 * remembers what it accepted.
	 */
	readonly lostAfterMs?: number;
	/**
	 * The fault of work that is final without our doing; undefined where it ended well.
	 *
	 * @param lastWords the end of its log, asked for only where DSS gives no other reason
	 */
	judgeEnd(
		id: string,
		status: WorkStatus,
		lastWords: () => Promise<string | undefined>,
	): Promise<Fault | undefined> | Fault | undefined;
	/** What was measured, under the names of this kind. */
	valuesOf(course: Outcome): Values;
	/** The same in one line for people, where the values do not say it all. */
	seenOf?(course: Outcome): string | undefined;
}

/** What became of one piece of work. */
interface Outcome {
	readonly id: string;
	readonly phases: Phases;
	readonly aborted: boolean;
	/** The last status that was seen. */
	readonly status: WorkStatus | undefined;
}

/** What one run of a canary works with. */
export interface Run {
	readonly craft: Craft;
	/** What is ordered, through requests that take at most so many ms. */
	work(timeoutMs: number): Work;
	readonly book: NoteBook;
	readonly clock: Clock;
	/** Aborted when the program stops, and at the deadline, which a run does not reach. */
	readonly signal: AbortSignal;
	readonly plan: Plan;
	/** Longest pause between two looks, ms. */
	readonly pollEveryMs: number;
	/** How long it may wait for its start, ms; undefined for half of what is left. */
	readonly startWithinMs: number | undefined;
}

/** How a run shares out its time: moments of the monotonic clock, ms. */
export interface Plan {
	/** Until then what an earlier run started must be final. */
	readonly priorBy: number;
	/** Then what is not over is aborted. */
	readonly stopAt: number;
	/** Then the run ends, come what may: a little before it would be cut off. */
	readonly endBy: number;
	/** Longest wait for an answer, ms. */
	readonly requestMs: number;
}

const LONGEST_ABORT_WAIT_MS = 30_000;
const LONGEST_REQUEST_MS = 10_000;

/**
 * Shares out the time of a run. What is left for the work is never less than a tenth: half at most goes to an earlier
 * one, a third at most to the end of this one.
 *
 * @param start monotonic clock at the start, ms
 * @param abortWaitMs what the user grants it to end after its abort, ms; undefined for a fifth, at most 30 s
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
