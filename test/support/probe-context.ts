import { systemClock } from "../../src/clock.ts";
import type { ProbeContext } from "../../src/probe/kind.ts";
import { fleetingNotes } from "../../src/probe/recall.ts";
import { makeInstance } from "./instance.ts";

/** What a probe gets, on the real clock, with notes that are kept in memory; change what a test is about. */
export function probeContext(url: string, changes: Partial<ProbeContext> = {}): ProbeContext {
	return {
		key: "design/check",
		instance: makeInstance(url),
		signal: new AbortController().signal,
		timeoutMs: 2_000,
		clock: systemClock,
		notes: fleetingNotes(),
		...changes,
	};
}
