import * as z from "zod";
import type { ListedJob } from "../dss/job-status.ts";
import type { Notes } from "./kind.ts";

/**
 * What DSS knew of the project's jobs just before an order, so that a job made by that order can be told from older ones
 * without comparing our clock with DSS's.
 */
const before = z.object({
	/** Jobs initiated before this moment of DSS's clock are older, ms. */
	since: z.number(),
	/** Younger jobs, or jobs without a time, that were there already. */
	known: z.array(z.string()),
});

export type Before = Readonly<z.output<typeof before>>;

const note = z.discriminatedUnion("phase", [
	/** An order is about to be sent, or was sent and its answer is lost. */
	z.object({ phase: z.literal("starting"), at: z.number(), before }),
	z.object({ phase: z.literal("running"), at: z.number(), id: z.string() }),
	/** Nothing of ours is under way. `state` is DSS's word, or says why there is no job. */
	z.object({ phase: z.literal("ended"), at: z.number(), id: z.string().optional(), state: z.string() }),
]);

/** What is remembered of the newest job of one canary. `at` is our wall clock, ms. */
export type Note = Readonly<z.output<typeof note>>;

/** The memory of one canary. */
export interface NoteBook {
	read(): Note | undefined;
	write(note: Note): void;
}

/** A note that cannot be read counts as none: what the list of jobs shows is then all that is known. */
export function noteBook(notes: Notes, key: string): NoteBook {
	return {
		read() {
			const text = notes.get(key);
			if (text === undefined) return undefined;
			try {
				return note.safeParse(JSON.parse(text)).data;
			} catch {
				return undefined;
			}
		},
		write: (value) => notes.set(key, JSON.stringify(value)),
	};
}

/** DSS's clock may be set back between two jobs by this much without a job being taken for an older one, ms. */
const CLOCK_STEP_MS = 300_000;

/** Remembers which jobs are there. */
export function rememberJobs(jobs: readonly ListedJob[]): Before {
	const newest = Math.max(0, ...jobs.map(({ initiatedAt }) => initiatedAt ?? 0));
	const since = Math.max(0, newest - CLOCK_STEP_MS);
	return { since, known: jobs.filter((job) => (job.initiatedAt ?? since) >= since).map(({ id }) => id) };
}

/** Whether a job builds the output. The flat list names no outputs: then the documented form of an id must do. */
export function builds(job: ListedJob, output: string): boolean {
	return job.outputs?.includes(output) ?? job.id.startsWith(`Build_${output}_`);
}

/**
 * Finds the job that an order of ours made: for the output, through the API, and not there before the order.
 * Of several, an unfinished one goes first, then the newest.
 */
export function findOurs(jobs: readonly ListedJob[], output: string, { since, known }: Before): ListedJob | undefined {
	const candidates = jobs.filter(
		(job) =>
			builds(job, output) &&
			!known.includes(job.id) &&
			(job.initiatedAt ?? since) >= since &&
			(job.triggeredFrom ?? "API") === "API",
	);
	return candidates.find(({ isFinal }) => !isFinal) ?? candidates[0];
}
