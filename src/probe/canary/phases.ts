import type { WorkStatus } from "../../dss/work.ts";

/** What is known of the course of one piece of work. Moments of our monotonic clock, ms. */
export interface Course {
	readonly sentAt: number;
	readonly acceptedAt: number;
	/** The first look that found the job started. */
	readonly startedAt: number | undefined;
	/** The last look. */
	readonly lastAt: number;
	/** The last status. */
	readonly status: WorkStatus | undefined;
}

/** Where its time went, in seconds. */
export interface Phases {
	/** From sending the order until DSS accepted it. */
	readonly accept: number;
	/** From then until its start, or so far. */
	readonly queue: number;
	/** From there to its end, or so far; absent where it did not start. */
	readonly run?: number;
	/** From sending the order to the last look. */
	readonly total: number;
}

/** Two readings of one clock that differ by more than what we saw pass were taken around a change of that clock, ms. */
const SLACK_MS = 1_000;

/**
 * Tells the phases of one piece of work apart, in seconds.
 *
 * DSS's clock and ours may differ, so a moment of one is never subtracted from a moment of the other. By our own clock
 * the start and the end are only known to within the pause between two looks, and work that is over at the first look
 * shows no start at all. So where DSS names both ends of a phase, the difference of its two readings is taken, and our
 * observation otherwise. Accept and total are ours alone: they are what a user of DSS waits.
 */
export function phasesOf({ sentAt, acceptedAt, startedAt, lastAt, status }: Course): Phases {
	const totalMs = lastAt - sentAt;
	const queueMs = between(status?.initiatedAt, status?.startedAt) ?? (startedAt ?? lastAt) - acceptedAt;
	const runMs =
		between(status?.startedAt, status?.endedAt) ?? (startedAt === undefined ? undefined : lastAt - startedAt);
	return {
		accept: seconds(acceptedAt - sentAt),
		queue: seconds(queueMs),
		...(runMs !== undefined && { run: seconds(runMs) }),
		total: seconds(totalMs),
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
