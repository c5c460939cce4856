import { systemClock } from "../../src/clock.ts";
import type { ProbeContext } from "../../src/probe/kind.ts";
import { makeInstance } from "./instance.ts";

/** What a probe gets, on the real clock, with notes that are kept in memory; change what a test is about. */
export function probeContext(url: string, changes: Partial<ProbeContext> = {}): ProbeContext {
	const notes = new Map<string, string>();
	return {
		key: "design/check",
		instance: makeInstance(url),
		signal: new AbortController().signal,
		timeoutMs: 2_000,
		clock: systemClock,
		notes: {
			get: (key) => notes.get(key),
			set(key, value) {
				if (value === undefined) notes.delete(key);
				else notes.set(key, value);
			},
		},
		...changes,
	};
}
