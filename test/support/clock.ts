import { type Clock, sleepBy } from "../../src/clock.ts";

/** A clock whose time passes only when a test says so. */
export interface VirtualClock extends Clock {
	/** Lets `ms` pass; timers ring in order, each at its own moment, and what they start runs on before the next one. */
	advance(ms: number): Promise<void>;
	/** Sets the wall clock forward or back, as an administrator or NTP does; no time passes. */
	jumpWall(ms: number): void;
	/** Lets `ms` pass at once, as if the process had been held: timers ring late. Ends with the loop free again. */
	stall(ms: number): Promise<void>;
	/** Timers that are set. A test that ends with some left may have forgotten to close something. */
	pending(): number;
}

interface VirtualTimer {
	readonly at: number;
	readonly ring: () => void;
}

/** Monday, 5 January 2026, 08:00 UTC. */
export const MONDAY_MORNING = Date.UTC(2026, 0, 5, 8);

/** Lets everything run that waits for nothing but its turn, sockets included. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * @param startAt wall clock at the beginning, ms since 1970 UTC
 * @param rest waits, in real time, until all has happened that a ring has started; time stands still meanwhile
 */
export function virtualClock(startAt: number = MONDAY_MORNING, rest: () => Promise<void> = settle): VirtualClock {
	let elapsed = 0;
	let wallAhead = startAt;
	/** Sorted by moment, then by age. */
	const timers: VirtualTimer[] = [];

	function insert(timer: VirtualTimer): void {
		let [low, high] = [0, timers.length];
		while (low < high) {
			const middle = (low + high) >>> 1;
			if ((timers[middle] as VirtualTimer).at <= timer.at) low = middle + 1;
			else high = middle;
		}
		timers.splice(low, 0, timer);
	}

	async function ringUntil(end: number, moveTime: boolean): Promise<void> {
		await rest();
		for (let next = timers[0]; next !== undefined && next.at <= end; next = timers[0]) {
			timers.shift();
			if (moveTime) elapsed = Math.max(elapsed, next.at);
			next.ring();
			await rest();
		}
		elapsed = Math.max(elapsed, end);
	}

	const clock: VirtualClock = {
		now: () => wallAhead + elapsed,
		monotonic: () => elapsed,
		after(ms, ring) {
			const timer: VirtualTimer = { at: elapsed + Math.max(0, ms), ring };
			insert(timer);
			return {
				cancel() {
					const index = timers.indexOf(timer);
					if (index >= 0) timers.splice(index, 1);
				},
			};
		},
		sleep: (ms, signal) => sleepBy(clock.after, ms, signal),
		advance: (ms) => ringUntil(elapsed + ms, true),
		jumpWall(ms) {
			wallAhead += ms;
		},
		async stall(ms) {
			elapsed += ms;
			await ringUntil(elapsed, false);
		},
		pending: () => timers.length,
	};
	return clock;
}
