import type { Clock } from "../clock.ts";

/**
 * Keeps what was made for a while, so that many readers cost as much as one. While something that takes time is being
 * made, all askers get the same promise.
 */
export function cached<T>(clock: Clock, keepMs: number, make: () => T): () => T {
	let kept: { readonly value: T; readonly until: number } | undefined;
	return () => {
		const now = clock.monotonic();
		if (kept === undefined || now >= kept.until) kept = { value: make(), until: now + keepMs };
		return kept.value;
	};
}

/** The same for answers that depend on a key; what was made for one key is forgotten when its time is over. */
export function cachedBy<T>(clock: Clock, keepMs: number, make: (key: string) => T): (key: string) => T {
	let kept = new Map<string, T>();
	let until = Number.NEGATIVE_INFINITY;
	return (key) => {
		const now = clock.monotonic();
		if (now >= until) {
			kept = new Map();
			until = now + keepMs;
		}
		if (!kept.has(key)) kept.set(key, make(key));
		return kept.get(key) as T;
	};
}
