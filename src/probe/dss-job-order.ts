import type { Before } from "./dss-job-note.ts";
import { type Halt, halted, type Run, STOPPED } from "./dss-job-run.ts";
import { LATE_JOB_MS, LONGEST_ORDER_MS, searchJob } from "./dss-job-search.ts";

/** A job that DSS has accepted. */
export interface Ordered {
	readonly id: string;
	/** Moments of the monotonic clock, ms. */
	readonly sentAt: number;
	readonly acceptedAt: number;
}

/**
 * Orders the job, once. The note is on disk before the order leaves, and holds the id as soon as that is known. Where the
 * answer is lost, the order is not repeated: the job it made is looked for and adopted, or there is none.
 */
export async function orderJob(run: Run, before: Before): Promise<Ordered | Halt> {
	const { clock, book, plan, output, signal } = run;
	const at = clock.now();
	book.write({ phase: "starting", at, before });
	const sentAt = clock.monotonic();
	// Half of the time stays for the job itself.
	const started = await run.jobs(Math.min(LONGEST_ORDER_MS, (plan.stopAt - sentAt) / 2)).start(output);
	if (started.ok) return accepted(started.id);
	const { fault, made } = started;
	if (made === "none") {
		book.write({ phase: "ended", at: clock.now(), state: `no job was made: ${fault.code}` });
		return halted(fault);
	}
	if (signal.aborted) return STOPPED;
	const settledAt = clock.monotonic() + (made === "perhaps" ? 0 : LATE_JOB_MS);
	const search = await searchJob(run, before, { settledAt, until: plan.stopAt, unclear: fault });
	if ("halt" in search) return search;
	if (search.found) return accepted(search.found.id);
	book.write({ phase: "ended", at: clock.now(), state: `no job was made: ${fault.code}` });
	return halted(fault);

	function accepted(id: string): Ordered {
		book.write({ phase: "running", at, id });
		return { id, sentAt, acceptedAt: clock.monotonic() };
	}
}
