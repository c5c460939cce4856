import type { Clock } from "../clock.ts";
import { createHeap } from "../model/heap.ts";
import type { Beat } from "./beats.ts";

/** Why a check is looked at outside its grid. */
export type LookReason = "first" | "soon";

interface Look {
	readonly key: string;
	readonly dueAt: number;
	readonly reason: LookReason;
}

/** One-shot looks: at most one per check, the earliest that was asked for. */
export interface Looks {
	readonly beat: Beat;
	/** Asks for a look in `inMs`; where one is due earlier already, nothing changes. Returns whether the beat now comes earlier. */
	ask(key: string, inMs: number, reason: LookReason): boolean;
	/** Forgets the look of a check, because the check is looked at now or is gone. */
	drop(key: string): void;
}

/** Looks that are due within this time of each other share a ring. */
const TOGETHER_MS = 10;

/** Timers may ring a hair before the moment they were set to. */
const EARLY_MS = 2;

/**
 * Keeps the one-shot looks of all checks on a single beat, so that asking costs no timer of its own.
 *
 * @param onDue told for each look when it is due, in order; `dueAt` on the monotonic clock
 */
export function createLooks(
	name: string,
	clock: Clock,
	onDue: (key: string, dueAt: number, reason: LookReason) => void,
): Looks {
	/** Looks that were replaced or dropped stay in it until their time; `wanted` tells. */
	const heap = createHeap<Look>((a, b) => a.dueAt < b.dueAt);
	const wanted = new Map<string, Look>();
	let lastRing = Number.NEGATIVE_INFINITY;

	function earliest(): Look | undefined {
		for (let top = heap.peek(); top !== undefined && wanted.get(top.key) !== top; top = heap.peek()) heap.pop();
		return heap.peek();
	}

	return {
		beat: {
			name,
			waitMs() {
				const next = earliest();
				return next && Math.max(next.dueAt, lastRing + TOGETHER_MS) - clock.monotonic();
			},
			ring() {
				const now = clock.monotonic();
				lastRing = now;
				for (let next = earliest(); next !== undefined && next.dueAt <= now + EARLY_MS; next = earliest()) {
					wanted.delete(next.key);
					onDue(next.key, next.dueAt, next.reason);
				}
			},
		},
		ask(key, inMs, reason) {
			const dueAt = clock.monotonic() + Math.max(0, inMs);
			const known = wanted.get(key);
			if (known !== undefined && known.dueAt <= dueAt) return false;
			const look = { key, dueAt, reason };
			wanted.set(key, look);
			heap.push(look);
			return earliest() === look;
		},
		drop: (key) => void wanted.delete(key),
	};
}
