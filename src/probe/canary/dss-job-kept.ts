import * as z from "zod";
import type { Clock } from "../../clock.ts";
import type { Jobs } from "../../dss/jobs.ts";
import type { Notes } from "../kind.ts";
import { recall } from "../recall.ts";

/** More are not counted: by then it is clear enough that nobody clears them, and DSS reads a file for each. */
const KEPT_LIMIT = 2_000;
/** The list of so many jobs, and of more where DSS does not heed the limit, bytes. */
export const JOBS_BODY = 20_000_000;
/** A list of all jobs costs DSS something, and the number grows by one with each run. */
const COUNT_EVERY_MS = 3_600_000;

const note = z.object({ at: z.number(), kept: z.number() });

/**
 * How many jobs DSS keeps for a project, each with a folder on disk: counted once an hour, remembered in between.
 *
 * @returns undefined where it could not be counted
 */
export async function jobsKept(jobs: Jobs, notes: Notes, key: string, clock: Clock): Promise<number | undefined> {
	const name = `${key} kept`;
	const last = recall(notes, name, note);
	const now = clock.now();
	if (last && now >= last.at && now - last.at < COUNT_EVERY_MS) return last.kept;
	const list = await jobs.list(KEPT_LIMIT);
	if (!list.ok) return undefined;
	const kept = list.value.length;
	notes.set(name, JSON.stringify({ at: now, kept }));
	return kept;
}
