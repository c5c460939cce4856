import type { ListedJob } from "../dss/job-status.ts";
import { formatDuration } from "../model/duration.ts";
import type { Fault } from "../model/sample.ts";
import { type Before, builds, type Note, rememberJobs } from "./dss-job-note.ts";
import { type Halt, halted, type Run, STOPPED } from "./dss-job-run.ts";
import { LATE_JOB_MS, LIST_LIMIT, LONGEST_ORDER_MS, searchJob } from "./dss-job-search.ts";
import { abortAndWatch, jobsUntil, type Watched, watch } from "./dss-job-watch.ts";

/** The way is clear for a new job: what is there already. */
export interface Clear {
	readonly before: Before;
}

/**
 * Makes sure that no job builds the output. One of ours that an earlier run left is aborted and waited for. One that
 * somebody else started is only waited for: it is not ours to abort, and DSS would let a second one fail.
 */
export async function clearPrior(run: Run): Promise<Clear | Halt> {
	const { plan, book, output, signal } = run;
	const list = await jobsUntil(run, plan.priorBy).list(LIST_LIMIT);
	if (signal.aborted) return STOPPED;
	if (!list.ok) return halted(list.fault);
	const jobs = list.value;
	const prior = await findPrior(run, book.read(), jobs);
	if (prior && "halt" in prior) return prior;
	const halt = prior && (await endPrior(run, prior));
	if (halt) return halt;
	for (const job of jobs) {
		if (job.isFinal || job.id === prior?.id || !builds(job, output.id)) continue;
		const watched = await watch(run, job.id, () => plan.priorBy);
		if (watched.outcome === "final") continue;
		return unless(watched, `job ${job.id}, not noted as started by this check, builds ${output.id}`);
	}
	const { since, known } = rememberJobs(jobs);
	return { before: { since, known: prior ? [...known, prior.id] : known } };
}

/** Our job that may still be going on. */
interface Prior {
	readonly id: string;
	/** As DSS listed it in this run; absent where it does not. */
	readonly listed: ListedJob | undefined;
}

async function findPrior(
	run: Run,
	note: Note | undefined,
	jobs: readonly ListedJob[],
): Promise<Prior | undefined | Halt> {
	const { clock, book, plan, output } = run;
	if (note?.phase === "running") return { id: note.id, listed: jobs.find(({ id }) => id === note.id) };
	if (note?.phase !== "starting") return undefined;
	const now = clock.monotonic();
	const age = clock.now() - note.at;
	// The age of the note is told by the wall clock, which may have been set since: it counts only where time is short.
	const isShort = now + LATE_JOB_MS + plan.requestMs > plan.priorBy;
	const isOld = age >= LONGEST_ORDER_MS + LATE_JOB_MS;
	const settledAt = isShort && isOld ? now : now + LATE_JOB_MS;
	const unclear: Fault = {
		code: "job_overlap",
		text: `an order to build ${output.id} was lost ${formatDuration(age)} ago; whether it makes a job is not yet certain`,
	};
	const search = await searchJob(run, note.before, { settledAt, until: plan.priorBy, unclear });
	if ("halt" in search) return search;
	if (search.found === undefined) {
		book.write({ phase: "ended", at: clock.now(), state: "no job was made" });
		return undefined;
	}
	book.write({ phase: "running", at: note.at, id: search.found.id });
	return { id: search.found.id, listed: search.found };
}

/** Brings our earlier job to its end, and notes it. */
async function endPrior(run: Run, { id, listed }: Prior): Promise<Halt | undefined> {
	const { book, clock, plan, signal } = run;
	const ended = (state: string): undefined => {
		book.write({ phase: "ended", at: clock.now(), id, state });
	};
	if (listed?.isFinal) return ended(listed.state);
	if (!listed) {
		const look = await jobsUntil(run, plan.priorBy).status(id);
		if (signal.aborted) return STOPPED;
		if (look.ok && look.value.isFinal) return ended(look.value.state);
		if (!look.ok && ["not_found", "unsupported"].includes(look.fault.code)) return ended("deleted");
	}
	const watched = await abortAndWatch(run, id, plan.priorBy);
	if (watched.outcome === "final") return ended(watched.status.state);
	// DSS is alive, does not list the job, and all this time has but errors for it: so some versions say "not found".
	const isGone = !listed && watched.outcome === "late" && !watched.status && watched.fault?.code === "backend_error";
	return isGone
		? ended("deleted")
		: unless(watched, `job ${id} of an earlier run was ${watched.sent ? "" : "not "}aborted`);
}

/** The halt for a job that did not become final. */
function unless(watched: Exclude<Watched, { outcome: "final" }>, what: string): Halt {
	if (watched.outcome === "stopped") return STOPPED;
	if (watched.fault) return halted(watched.fault);
	return halted({ code: "job_overlap", text: `${what}; it is still ${watched.status?.state ?? "not final"}` });
}
