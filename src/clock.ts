import { uptime } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** A timer that was set; cancelling it twice, or after it rang, does nothing. */
export interface Timer {
	cancel(): void;
}

/**
 * The only source of time and timers, handed in everywhere, so that tests bend it and months can be replayed in seconds.
 */
export interface Clock {
	/** Wall clock, ms since 1970 UTC. May jump; for what people read and what is stored. */
	now(): number;
	/** Monotonic clock in ms with fractions, from an arbitrary start. For durations and deadlines. */
	monotonic(): number;
	/** Ms since the machine was started, the time it slept included, where that is known. Tells sleep from a clock that was set. */
	sinceBoot?(): number;
	/** Calls back once, after `ms`. Keeps the process alive unless `background`. */
	after(ms: number, ring: () => void, options?: { readonly background?: boolean }): Timer;
	/** Resolves after `ms`; rejects with the signal's reason when aborted. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout counts in 32 bits; a longer wait would ring at once. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
	now: () => Date.now(),
	monotonic: () => performance.now(),
	sinceBoot: () => uptime() * 1_000,
	after(ms, ring, options) {
		const timer = setTimeout(ring, Math.min(Math.max(0, ms), LONGEST_WAIT_MS));
		if (options?.background) timer.unref();
		return { cancel: () => clearTimeout(timer) };
	},
	async sleep(ms, signal) {
		await sleep(Math.min(Math.max(0, ms), LONGEST_WAIT_MS), undefined, signal ? { signal } : {});
	},
};

/** A sleep made of a timer: for clocks whose time is not the system's. */
export function sleepBy(after: Clock["after"], ms: number, signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve, reject) => {
		if (signal?.aborted) return reject(signal.reason);
		const timer = after(ms, () => {
			signal?.removeEventListener("abort", abort);
			resolve();
		});
		const abort = () => {
			timer.cancel();
			reject(signal?.reason);
		};
		signal?.addEventListener("abort", abort, { once: true });
	});
}

/** A signal that aborts after so long. It keeps no process alive. */
export function deadlineOf(clock: Pick<Clock, "after">, ms: number): AbortSignal {
	const controller = new AbortController();
	const reason = new DOMException(`not over within ${ms} ms`, "TimeoutError");
	clock.after(ms, () => controller.abort(reason), { background: true });
	return controller.signal;
}

/** A moment as machines read it: ISO 8601 in UTC, whole seconds. */
export function isoTime(at: number): string {
	return new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}
