import type { Clock } from "../clock.ts";
import type { Beat } from "./beats.ts";
import { nextCron } from "./cron.ts";

/** What a beat says when its moment has come. */
export interface Tick {
	/** Monotonic clock, ms. */
	readonly dueAt: number;
	/** Moments that passed before this one without a ring, because the program was held up. */
	readonly skipped: number;
}

/** Timers may ring a hair before the moment they were set to. */
const EARLY_MS = 2;

/**
 * A beat every `everyMs` on the monotonic clock that never leaves its grid, however late a ring comes: grid moments lie
 * at `offsetMs + n * everyMs`. Moments that passed unrung are told as skipped and not made up for.
 */
export function intervalBeat(
	name: string,
	everyMs: number,
	offsetMs: number,
	clock: Clock,
	onTick: (tick: Tick) => void,
): Beat {
	let dueAt = offsetMs + Math.max(0, Math.ceil((clock.monotonic() - offsetMs) / everyMs)) * everyMs;
	return {
		name,
		waitMs: () => dueAt - clock.monotonic(),
		ring() {
			const passed = clock.monotonic() - dueAt;
			if (passed < -EARLY_MS) return;
			const skipped = Math.max(0, Math.floor(passed / everyMs));
			const tick = { dueAt: dueAt + skipped * everyMs, skipped };
			dueAt = tick.dueAt + everyMs;
			onTick(tick);
		},
	};
}

/** The wall clock is looked at this often, so that a clock that was set is noticed although a timer counts on. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Ticks of this long ago are remembered, so that a clock that is set back does not repeat them. Three hours, as Vixie
 * cron has it: more than any change to or from summer time; after a larger correction the new time counts from scratch.
 */
const REMEMBER_MS = 3 * 3_600_000;

/** After months of suspension counting every minute that passed serves nobody. */
const MOST_SKIPPED = 1_000;

/**
 * A beat on the wall clock, by a cron expression in its own time zone. Ticks that a forward jump or a stall passed over
 * are rung once, late, and the others told as skipped; ticks that a clock set back would repeat are not.
 */
export function cronBeat(
	name: string,
	cron: string,
	timezone: string,
	clock: Clock,
	onTick: (tick: Tick) => void,
): Beat {
	const ran = new Set<number>();
	let seenUpTo = clock.now();
	let nextAt = upcoming(seenUpTo);

	function upcoming(after: number): number | undefined {
		let tick = nextCron(cron, timezone, after);
		while (tick !== undefined && ran.has(tick)) tick = nextCron(cron, timezone, tick);
		return tick;
	}

	function look(): number {
		const now = clock.now();
		if (now < seenUpTo) {
			for (const tick of ran) if (tick > now + REMEMBER_MS) ran.delete(tick);
			nextAt = upcoming(now);
		}
		seenUpTo = now;
		return now;
	}

	return {
		name,
		waitMs() {
			const now = look();
			return nextAt === undefined ? undefined : Math.min(LOOK_AGAIN_MS, Math.max(0, nextAt - now));
		},
		ring() {
			const now = look();
			if (nextAt === undefined || nextAt > now) return;
			let last = nextAt;
			let skipped = 0;
			for (let tick = upcoming(last); tick !== undefined && tick <= now; tick = upcoming(last)) {
				last = tick;
				skipped += 1;
				if (skipped === MOST_SKIPPED) break;
			}
			for (const tick of ran) if (tick < now - REMEMBER_MS) ran.delete(tick);
			ran.add(last);
			nextAt = upcoming(now);
			onTick({ dueAt: clock.monotonic() - (now - last), skipped });
		},
	};
}
