import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { CheckReport, InstanceReport } from "../model/report.ts";

/** What stands between a sink and its receiver, as copies. All times are ms since 1970 UTC. */
export interface SinkFigures {
	/** Values that wait. */
	readonly queued: number;
	/** Values that the receiver took, that it refused, and that were dropped because too many waited. */
	readonly sent: number;
	readonly refused: number;
	readonly lost: number;
	readonly sentAt?: number;
	readonly lastError?: { readonly at: number; readonly text: string };
	/** Since when the receiver takes nothing at all; absent while it does. */
	readonly failingSince?: number;
	/** Names whose values the receiver refuses, and since when. At most some hundreds. */
	readonly refusals: readonly Refusal[];
}

export interface Refusal {
	readonly what: string;
	readonly since: number;
}

/** What a sink needs from outside. */
export interface SinkDeps {
	readonly clock: Clock;
	readonly log: Log;
	/** From 0 up to, but not including, 1. */
	readonly random: () => number;
	/** What is watched now, by name. */
	readonly instances: () => Iterable<string>;
	/** The labels of an instance. */
	readonly labels: (instance: string) => Readonly<Record<string, string>>;
	/** All that is known of an instance now; undefined for one that is not watched. */
	readonly report: (instance: string) => InstanceReport | undefined;
	/** The one line of JSON that tells an instance as a whole, as it is at a moment. */
	readonly master: (report: InstanceReport, now: number) => string;
}

/** A place where every result goes, for history. It is bounded in all it holds, and no probe ever waits for it. */
export interface Sink {
	readonly name: string;
	readonly type: "zabbix";
	/** Takes note of a sample that was judged. Returns at once; what is sent is made later. */
	offer(report: CheckReport): void;
	/**
	 * Sends what was offered without waiting for its turn.
	 *
	 * @param withinMs gives up waiting after this
	 * @returns when all of it was sent, an attempt failed, or the time is over
	 */
	flush(withinMs: number): Promise<void>;
	figures(): SinkFigures;
	/** Ends at once; what still waits is lost. */
	close(): void;
}
