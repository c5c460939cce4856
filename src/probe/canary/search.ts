import type { ListedWork } from "../../dss/work.ts";
import type { Fault } from "../../model/sample.ts";
import { type Before, findOurs } from "./note.ts";
import { type Halt, halted, type Run, STOPPED } from "./run.ts";
import { downCounter, pause, workUntil } from "./watch.ts";

/** No order is under way for longer than this, ms; so much later than its start it is over, even if its run crashed. */
export const LONGEST_ORDER_MS = 60_000;

export type Found =
	| { readonly found: ListedWork }
	/** Nothing was made, and nothing will be. */
	| { readonly found: undefined }
	| Halt;

/**
 * Looks for what a lost order made, until it is found, or until a list that was asked for after `settledAt` lacks it.
 *
 * @param settledAt moment on the monotonic clock
 * @param until moment on the monotonic clock; what is still unclear then is a fault
 * @param unclear the fault for that
 */
export async function searchOurs(
	run: Run,
	before: Before,
	{ settledAt, until, unclear }: { readonly settledAt: number; readonly until: number; readonly unclear: Fault },
): Promise<Found> {
	const { clock, signal } = run;
	const downs = downCounter();
	for (;;) {
		const askedAt = clock.monotonic();
		const list = await workUntil(run, until).list();
		if (list.ok) {
			downs.reset();
			const found = findOurs(list.value, before);
			if (found) return { found };
			if (askedAt >= settledAt) return { found: undefined };
		}
		if (signal.aborted) return STOPPED;
		if (!list.ok && downs.add(list.fault)) return halted(list.fault);
		const now = clock.monotonic();
		if (now >= until) return halted(list.ok ? unclear : list.fault);
		if (await pause(run, Math.min(run.pollEveryMs, until - now))) return STOPPED;
	}
}
