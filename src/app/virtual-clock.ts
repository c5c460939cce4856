import { type Clock, sleepBy } from "../clock.ts";
import { createHeap } from "../model/heap.ts";

/** A clock whose time passes from timer to timer, as fast as the machine can ring them. */
export interface VirtualClock extends Clock {
	/** When the next timer rings, on the monotonic clock; Infinity where none is set. */
	nextAt(): number;
	/** Moves time to the next timer and rings it; of those of one moment the oldest. */
	ringNext(): void;
	/** Rings everything until then (monotonic clock, inclusive), and ends there. */
	runUntil(at: number): void;
	/** Sets the wall clock forward or back, as an administrator or NTP does; no time passes. */
	jumpWall(ms: number): void;
}

interface Ring {
	readonly at: number;
	/** Order among those of one moment. */
	readonly turn: number;
	/** Undefined where it was cancelled. */
	act: (() => void) | undefined;
}

/**
 * Starts virtual time. Synchronous: what a ring starts with promises runs only when the caller gives way.
 *
 * @param startAt wall clock at the beginning, ms since 1970 UTC; the monotonic clock starts at 0
 */
export function createVirtualClock(startAt: number): VirtualClock {
	let elapsed = 0;
	let wallAhead = startAt;
	let turns = 0;
	/** By moment, then by age. Cancelled rings stay in it until they come up. */
	const heap = createHeap(isBefore);

	function first(): Ring | undefined {
		for (let top = heap.peek(); top !== undefined && top.act === undefined; top = heap.peek()) heap.pop();
		return heap.peek();
	}

	const clock: VirtualClock = {
		now: () => wallAhead + elapsed,
		monotonic: () => elapsed,
		after(ms, act) {
			const ring: Ring = { at: elapsed + Math.max(0, ms), turn: turns++, act };
			heap.push(ring);
			return {
				cancel() {
					ring.act = undefined;
				},
			};
		},
		sleep: (ms, signal) => sleepBy(clock.after, ms, signal),
		nextAt: () => first()?.at ?? Number.POSITIVE_INFINITY,
		ringNext() {
			const next = first();
			if (!next) return;
			heap.pop();
			elapsed = Math.max(elapsed, next.at);
			const { act } = next;
			next.act = undefined;
			act?.();
		},
		runUntil(at) {
			while (clock.nextAt() <= at) clock.ringNext();
			elapsed = Math.max(elapsed, at);
		},
		jumpWall(ms) {
			wallAhead += ms;
		},
	};
	return clock;
}

function isBefore(a: Ring, b: Ring): boolean {
	return a.at < b.at || (a.at === b.at && a.turn < b.turn);
}
