import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Beats } from "./beats.ts";
import { createBreeBeats } from "./bree.ts";
import { cronBeat, intervalBeat, type Tick } from "./due.ts";
import { findGaps, type Gap, type Reading } from "./gap.ts";
import { firstLookMs, slotCount, slotOf } from "./grid.ts";
import { createLooks, type LookReason } from "./looks.ts";
import { createRuns, type DueInfo, type RunStats } from "./runs.ts";
import type { Timing } from "./timing.ts";

/** One check, as far as the schedule cares. */
export interface Entry {
	readonly key: string;
	readonly timing: Timing;
	/** After this a run should have ended; a run that ignores it for long loses its place. */
	readonly timeoutMs: number;
	/** Checks with the same word run one at a time. */
	readonly exclusive?: string;
}

export interface Schedule {
	/**
	 * Starts with these checks, or goes on with them. What has not changed keeps its phase; what is new or has another
	 * timing gets a first look within 15 s; what is gone does not start again.
	 */
	replace(entries: readonly Entry[]): void;
	/** Asks for one look at a check in `inMs`. Of two requests the earlier wins; any start in the meantime settles it. */
	soon(key: string, inMs: number): void;
	/** Starts a check as soon as there is a place. False where it is unknown or already runs or waits. */
	now(key: string): boolean;
	stats(): RunStats;
	/** Starts nothing any more; resolves when the last run has ended, but never later than in `deadlineMs`. */
	stop(deadlineMs: number): Promise<void>;
}

interface Known extends Entry {
	readonly beat: string;
	/** A regular moment before this (monotonic clock) is served by a look that was made shortly before. */
	servedUntil: number;
}

const LOOKS = "looks";
const WATCH_MS = 1_000;

/**
 * Decides when each check runs; what a run does is the caller's. A check with an interval has a slot of its interval by
 * its name; checks of one slot share a beat, and so do those of one cron expression.
 *
 * @param deps.run starts one run. It should settle within the check's timeout; what it throws is logged
 * @param deps.onGap told when the program was held up, the machine slept or the clock was set
 * @param deps.beats who rings; bree unless a test says otherwise
 */
export function createSchedule(deps: {
	readonly clock: Clock;
	readonly log: Log;
	readonly limits: { readonly inFlight: number };
	readonly run: (key: string, due: DueInfo) => Promise<void>;
	readonly onGap?: (gap: Gap) => void;
	readonly beats?: Beats;
}): Schedule {
	const { clock, log } = deps;
	const beats = deps.beats ?? createBreeBeats(log);
	const runs = createRuns({ clock, log, inFlight: deps.limits.inFlight, run: deps.run });
	const looks = createLooks(LOOKS, clock, onLook);
	const known = new Map<string, Known>();
	/** The checks of each beat. */
	const members = new Map<string, Set<string>>();
	const origin = clock.monotonic();
	let reading: Reading = read();
	let watch: Timer | undefined;
	let isStopped = false;

	beats.set(looks.beat);

	function onLook(key: string, dueAt: number, reason: LookReason): void {
		const check = known.get(key);
		if (check !== undefined) lookAt(check, dueAt, reason);
	}

	function lookAt(check: Known, dueAt: number, reason: DueInfo["reason"]): boolean {
		const { key, timeoutMs, exclusive } = check;
		if (!runs.due({ key, timeoutMs, exclusive, dueAt, reason })) return false;
		looks.drop(check.key);
		if ("every" in check.timing && reason !== "regular") {
			// Two looks in a row would not be two opinions. A first look lies anywhere between two slots, so it serves longer.
			check.servedUntil = clock.monotonic() + check.timing.every * (reason === "first" ? 0.5 : 0.1);
		}
		return true;
	}

	function onTick(beat: string, tick: Tick): void {
		const keys = [...(members.get(beat) ?? [])];
		if (tick.skipped > 0) {
			runs.miss(tick.skipped * keys.length);
			log.debug({ beat, skipped: tick.skipped, checks: keys.length }, "due moments went by unheard");
		}
		for (const key of keys) {
			const check = known.get(key);
			if (check !== undefined && tick.dueAt >= check.servedUntil) lookAt(check, tick.dueAt, "regular");
		}
	}

	function setBeat(name: string, timing: Timing, key: string): void {
		if ("every" in timing) {
			const offset = origin + (slotOf(key, timing.every) * timing.every) / slotCount(timing.every);
			beats.set(intervalBeat(name, timing.every, offset, clock, (tick) => onTick(name, tick)));
		} else {
			beats.set(cronBeat(name, timing.cron, timing.timezone, clock, (tick) => onTick(name, tick)));
		}
	}

	function add(entry: Entry): void {
		const { key, timing } = entry;
		const beat = beatOf(entry);
		known.set(key, { ...entry, beat, servedUntil: Number.NEGATIVE_INFINITY });
		const group = members.get(beat);
		if (group !== undefined) group.add(key);
		else {
			members.set(beat, new Set([key]));
			setBeat(beat, timing, key);
		}
		if ("every" in timing) looks.ask(key, firstLookMs(key, timing.every), "first");
	}

	function remove(check: Known): void {
		known.delete(check.key);
		looks.drop(check.key);
		runs.forget(check.key);
		const group = members.get(check.beat);
		group?.delete(check.key);
		if (group?.size === 0) {
			members.delete(check.beat);
			beats.unset(check.beat);
		}
	}

	function read(): Reading {
		const sinceBoot = clock.sinceBoot?.();
		return { monotonic: clock.monotonic(), wall: clock.now(), ...(sinceBoot === undefined ? {} : { sinceBoot }) };
	}

	function watchTime(): void {
		watch = clock.after(
			WATCH_MS,
			() => {
				const before = reading;
				reading = read();
				for (const gap of findGaps(before, reading, WATCH_MS)) tellGap(gap);
				runs.reclaim();
				if (!isStopped) watchTime();
			},
			{ background: true },
		);
	}

	function tellGap(gap: Gap): void {
		log.warn({ gap: gap.kind, ms: Math.round(gap.ms) }, "time did not pass as it should");
		// Timers were set by a clock that has moved.
		if (gap.kind !== "stalled") beats.rearm();
		try {
			deps.onGap?.(gap);
		} catch (error) {
			log.error({ err: error }, "nobody could be told of the gap");
		}
	}

	watchTime();

	return {
		replace(entries) {
			const wanted = new Map(entries.map((entry) => [entry.key, entry]));
			for (const check of [...known.values()]) {
				const entry = wanted.get(check.key);
				if (entry === undefined || beatOf(entry) !== check.beat) remove(check);
				else known.set(check.key, { ...check, ...entry });
			}
			for (const entry of wanted.values()) if (!known.has(entry.key)) add(entry);
			beats.rearm(LOOKS);
		},
		soon(key, inMs) {
			if (known.has(key) && looks.ask(key, inMs, "soon")) beats.rearm(LOOKS);
		},
		now(key) {
			const check = known.get(key);
			return check !== undefined && lookAt(check, clock.monotonic(), "now");
		},
		stats: () => runs.stats(),
		async stop(deadlineMs) {
			isStopped = true;
			watch?.cancel();
			beats.close();
			await runs.stop(deadlineMs);
		},
	};
}

/** The name of the beat that a check belongs to. */
function beatOf({ key, timing }: Entry): string {
	return "every" in timing
		? `every ${timing.every} ms, slot ${slotOf(key, timing.every)}`
		: `cron ${timing.cron} in ${timing.timezone}`;
}
