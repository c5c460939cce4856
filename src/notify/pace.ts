import type { Clock } from "../clock.ts";
import { backoffMs } from "./backoff.ts";
import { waitOf } from "./rate.ts";

/** From this many failures in a row on, the channel itself is in doubt and gets one message at a time. */
const IN_DOUBT = 3;

/** Longest pause of a channel in doubt: so much later than possible does a healthy message leave. */
const DOUBT_PAUSE_MS = 15_000;

/**
 * When a channel may be used at all, whatever waits for it: the pause its receiver asked for, the pause after failures in a
 * row, and the rate it was given.
 */
export function createPace(clock: Clock, random: () => number) {
	let failures = 0;
	let pausedUntil = 0;
	let deferredUntil = 0;
	/** Monotonic: a clock that is set moves no rate. */
	let lastStart: number | undefined;
	let lastError: string | undefined;

	return {
		/** Not before, ms since 1970 UTC. */
		openAt(spacingMs: number | undefined): number {
			const wait = waitOf(spacingMs, lastStart === undefined ? undefined : clock.monotonic() - lastStart);
			return Math.max(pausedUntil, deferredUntil, wait > 0 ? clock.now() + wait : 0);
		},
		/** How many messages may be on their way at the same time, of so many that the channel allows. */
		most: (parallel: number) => (failures >= IN_DOUBT ? 1 : parallel),
		started(): void {
			lastStart = clock.monotonic();
		},
		/** The receiver took something; true where the channel was in doubt before. */
		worked(): boolean {
			const wasInDoubt = failures >= IN_DOUBT;
			lastError = undefined;
			failures = 0;
			pausedUntil = 0;
			return wasInDoubt;
		},
		/** The receiver refused one message; that says nothing about the next. */
		refused(error: string): void {
			lastError = error;
		},
		failed(error: string): void {
			lastError = error;
			if (++failures < IN_DOUBT) return;
			pausedUntil = clock.now() + Math.min(DOUBT_PAUSE_MS, backoffMs(failures - IN_DOUBT + 1, random()));
		},
		deferred(error: string, ms: number): void {
			lastError = error;
			deferredUntil = Math.max(deferredUntil, clock.now() + ms);
		},
		/** Another channel takes the place of the one that failed. */
		renewed(): void {
			pausedUntil = 0;
		},
		shift(ms: number): void {
			pausedUntil += ms;
			deferredUntil += ms;
		},
		state: () => ({ deferredUntil, lastError }),
	};
}
