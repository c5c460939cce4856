import type { JobStatus } from "../dss/job-status.ts";
import type { ValueTypes } from "../model/sample.ts";

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
	dss_version: { type: "string", summary: "Version of the backend that answered." },
} as const satisfies ValueTypes;

/** What is known of the course of one job. Moments of our monotonic clock, ms. */
export interface Course {
	readonly sentAt: number;
	readonly acceptedAt: number;
	/** The first look that found the job started. */
	readonly startedAt: number | undefined;
	/** The last look. */
	readonly lastAt: number;
	/** The last status. */
	readonly status: JobStatus | undefined;
}

/** Two readings of one clock that differ by more than what we saw pass were taken around a change of that clock, ms. */
const SLACK_MS = 1_000;

/**
 * Tells the phases of a job apart, in seconds.
 *
 * DSS's clock and ours may differ, so a moment of one is never subtracted from a moment of the other. By our own clock
 * the start and the end are only known to within the pause between two looks, and a job that is over at the first look
 * shows no start at all. So where DSS names both ends of a phase, the difference of its two readings is taken, and our
 * observation otherwise. Accept and total are ours alone: they are what a user of DSS waits.
 */
export function phasesOf({ sentAt, acceptedAt, startedAt, lastAt, status }: Course) {
	const totalMs = lastAt - sentAt;
	const total = seconds(totalMs);
	const queueMs = between(status?.initiatedAt, status?.startedAt) ?? (startedAt ?? lastAt) - acceptedAt;
	const runMs =
		between(status?.startedAt, status?.endedAt) ?? (startedAt === undefined ? undefined : lastAt - startedAt);
	return {
		accept: seconds(acceptedAt - sentAt),
		queue: seconds(queueMs),
		...(runMs !== undefined && { run: seconds(runMs) }),
		total,
		latency: total,
	};

	function between(from: number | undefined, to: number | undefined): number | undefined {
		if (from === undefined || to === undefined) return undefined;
		const ms = to - from;
		return ms >= 0 && ms <= totalMs + SLACK_MS ? ms : undefined;
	}
}

function seconds(ms: number): number {
	return Math.round(Math.max(0, ms)) / 1_000;
}
