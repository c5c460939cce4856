import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import { createLateness, type LatenessStats } from "./lateness.ts";

/** Why and when a check was due. Moments on the monotonic clock, ms. */
export interface DueInfo {
	/** `regular`: its interval or cron expression; `first`: the look after start; `soon` and `now`: asked for. */
	readonly reason: "regular" | "first" | "soon" | "now";
	readonly dueAt: number;
	/** How long after `dueAt` the run starts. */
	readonly latenessMs: number;
}

export interface RunStats {
	readonly running: number;
	/** Due, but not started because as many as allowed are in flight. */
	readonly waiting: number;
	/** Due moments at which nothing started: the check still ran or waited, or the program was held up. */
	readonly missed: number;
	readonly started: number;
	/** Runs that have not ended long after their timeout; their places were given to others. */
	readonly stuck: number;
	readonly lateness: LatenessStats;
	/** When a run last started or ended, monotonic clock. Compare it with `clock.monotonic()`. */
	readonly lastProgressAt: number;
}

/** Starts what is due: no overlap per check, at most so many at a time, in order of due time. */
export interface Runs {
	/** Starts a check now or as soon as there is a place. False where it still runs or waits already: a miss. */
	due(asked: Due): boolean;
	/** Counts due moments that went by without a word. */
	miss(count: number): void;
	/** Takes back what waits for a check that is gone. A run that has begun goes on to its end. */
	forget(key: string): void;
	/** Gives the places of runs to others that should have ended long ago. To be called now and then. */
	reclaim(): void;
	stats(): RunStats;
	/** Starts nothing any more; resolves when the last run has ended, but never later than in `deadlineMs`. */
	stop(deadlineMs: number): Promise<void>;
}

/** A check that is to run. */
interface Due {
	readonly key: string;
	readonly timeoutMs: number;
	/** Runs with the same word never overlap. */
	readonly exclusive?: string | undefined;
	readonly dueAt: number;
	readonly reason: DueInfo["reason"];
}

/** A run has its own deadline; only a run that ignores it for this long loses its place. */
const STUCK_AFTER_MS = 30_000;

export function createRuns(deps: {
	readonly clock: Clock;
	readonly log: Log;
	readonly inFlight: number;
	readonly run: (key: string, due: DueInfo) => Promise<void>;
}): Runs {
	const { clock, log } = deps;
	const running = new Map<
		string,
		{ readonly overdueAt: number; readonly exclusive: string | undefined; isStuck: boolean }
	>();
	/** By due time. Entries that `waiting` no longer holds were forgotten. */
	const queue: Due[] = [];
	const waiting = new Map<string, Due>();
	/** Words of the exclusive runs that are under way. */
	const held = new Set<string>();
	const lateness = createLateness();
	let taken = 0;
	let [missed, started, stuck] = [0, 0, 0];
	let lastProgressAt = clock.monotonic();
	let isStopping = false;
	let onIdle: (() => void) | undefined;

	function enqueue(entry: Due): void {
		// Nearly always the latest so far, so the walk from the end is short.
		let at = queue.length;
		while (at > 0 && (queue[at - 1] as Due).dueAt > entry.dueAt) at -= 1;
		queue.splice(at, 0, entry);
		waiting.set(entry.key, entry);
	}

	function fill(): void {
		// Whose turn it is not yet is passed over by those behind.
		let at = 0;
		while (taken < deps.inFlight && !isStopping) {
			const next = queue[at];
			if (next === undefined) return;
			if (next.exclusive !== undefined && held.has(next.exclusive) && waiting.get(next.key) === next) {
				at += 1;
				continue;
			}
			queue.splice(at, 1);
			if (waiting.get(next.key) !== next) continue;
			waiting.delete(next.key);
			void start(next);
		}
	}

	async function start({ key, timeoutMs, exclusive, dueAt, reason }: Due): Promise<void> {
		const now = clock.monotonic();
		const latenessMs = Math.max(0, now - dueAt);
		const entry = { overdueAt: now + timeoutMs + STUCK_AFTER_MS, exclusive, isStuck: false };
		running.set(key, entry);
		if (exclusive !== undefined) held.add(exclusive);
		taken += 1;
		started += 1;
		lastProgressAt = now;
		// Waiting for its turn is what an exclusive check asks for.
		if (exclusive === undefined) lateness.add(latenessMs);
		try {
			await deps.run(key, { reason, dueAt, latenessMs });
		} catch (error) {
			log.error({ check: key, err: error }, "a run ended with an error of the program; the schedule goes on");
		}
		running.delete(key);
		if (entry.isStuck) stuck -= 1;
		else leave(entry);
		lastProgressAt = clock.monotonic();
		if (running.size === 0) onIdle?.();
		fill();
	}

	/** Gives a run's place to others. */
	function leave({ exclusive }: { readonly exclusive: string | undefined }): void {
		taken -= 1;
		if (exclusive !== undefined) held.delete(exclusive);
	}

	return {
		due(asked) {
			const { key, reason } = asked;
			if (isStopping) return false;
			if (running.has(key) || waiting.has(key)) {
				missed += 1;
				log.debug({ check: key, reason }, running.has(key) ? "due, but still running" : "due, but still waiting");
				return false;
			}
			enqueue(asked);
			fill();
			return true;
		},
		miss(count) {
			missed += count;
		},
		forget: (key) => void waiting.delete(key),
		reclaim() {
			const now = clock.monotonic();
			for (const [key, entry] of running) {
				if (entry.isStuck || now < entry.overdueAt) continue;
				entry.isStuck = true;
				stuck += 1;
				leave(entry);
				log.error({ check: key }, "a run has not ended long after its timeout; its place goes to others");
			}
			fill();
		},
		stats: () => ({
			running: running.size,
			waiting: waiting.size,
			missed,
			started,
			stuck,
			lateness: lateness.stats(),
			lastProgressAt,
		}),
		async stop(deadlineMs) {
			isStopping = true;
			queue.length = 0;
			waiting.clear();
			if (running.size === 0) return;
			let timer: Timer | undefined;
			await new Promise<void>((resolve) => {
				timer = clock.after(deadlineMs, resolve);
				onIdle = resolve;
			});
			timer?.cancel();
			if (running.size > 0) log.warn({ checks: [...running.keys()] }, "stopped although runs have not ended");
		},
	};
}
