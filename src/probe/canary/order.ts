import type { Before } from "./note.ts";
import { type Halt, halted, type Run, STOPPED } from "./run.ts";
import { LONGEST_ORDER_MS, searchOurs } from "./search.ts";

/** What DSS has accepted. */
export interface Ordered {
	readonly id: string;
	/** Moments of the monotonic clock, ms. */
	readonly sentAt: number;
	readonly acceptedAt: number;
}

/**
 * Sends the order, once. The note is on disk before the order leaves, and holds the id as soon as that is known. Where the
 * answer is lost, the order is not repeated: what it made is looked for and adopted, or there is nothing.
 */
export async function order(run: Run, before: Before): Promise<Ordered | Halt> {
	const { clock, book, plan, craft, signal } = run;
	const nothing = (code: string) => `no ${craft.noun} was made: ${code}`;
	const at = clock.now();
	book.write({ phase: "starting", at, before });
	const sentAt = clock.monotonic();
	// Half of the time stays for the work itself.
	const started = await run.work(Math.min(LONGEST_ORDER_MS, (plan.stopAt - sentAt) / 2)).start();
	if (started.ok) return accepted(started.id);
	const { fault, made } = started;
	if (made === "none") {
		book.write({ phase: "ended", at: clock.now(), state: nothing(fault.code) });
		return halted(fault);
	}
	if (signal.aborted) return STOPPED;
	const settledAt = clock.monotonic() + (made === "perhaps" ? 0 : craft.lateMs);
	const search = await searchOurs(run, before, { settledAt, until: plan.stopAt, unclear: fault });
	if ("halt" in search) return search;
	if (search.found) return accepted(search.found.id);
	book.write({ phase: "ended", at: clock.now(), state: nothing(fault.code) });
	return halted(fault);

	function accepted(id: string): Ordered {
		book.write({ phase: "running", at, id });
		return { id, sentAt, acceptedAt: clock.monotonic() };
	}
}
