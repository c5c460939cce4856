import * as z from "zod";
import type { ListedWork } from "../../dss/work.ts";
import type { Notes } from "../kind.ts";
import { recall } from "../recall.ts";

/**
 * What DSS knew of such work just before an order, so that what that order made can be told from what is older,
 * without comparing our clock with DSS's.
 */
const before = z.object({
	/** What was initiated before this moment of DSS's clock is older, ms. */
	since: z.number(),
	/** Younger ones, or ones without a time, that were there already. */
	known: z.array(z.string()),
});

export type Before = Readonly<z.output<typeof before>>;

const note = z.discriminatedUnion("phase", [
	/** An order is about to be sent, or was sent and its answer is lost. */
	z.object({ phase: z.literal("starting"), at: z.number(), before }),
	z.object({ phase: z.literal("running"), at: z.number(), id: z.string() }),
	/** Nothing of ours is under way. `state` is DSS's word, or says why nothing was made. */
	z.object({ phase: z.literal("ended"), at: z.number(), id: z.string().optional(), state: z.string() }),
]);

/** What is remembered of the newest order of one canary. `at` is our wall clock, ms. */
export type Note = Readonly<z.output<typeof note>>;

/** The memory of one canary. */
export interface NoteBook {
	read(): Note | undefined;
	write(note: Note): void;
}

/** A note that cannot be read counts as none: what DSS lists is then all that is known. */
export function noteBook(notes: Notes, key: string): NoteBook {
	return {
		read: () => recall(notes, key, note),
		write: (value) => notes.set(key, JSON.stringify(value)),
	};
}

/** DSS's clock may be set back between two orders by this much without one being taken for an older one, ms. */
const CLOCK_STEP_MS = 300_000;

/** Remembers what is there. */
export function remember(listed: readonly ListedWork[]): Before {
	const newest = Math.max(0, ...listed.map(({ initiatedAt }) => initiatedAt ?? 0));
	const since = Math.max(0, newest - CLOCK_STEP_MS);
	return { since, known: listed.filter((one) => (one.initiatedAt ?? since) >= since).map(({ id }) => id) };
}

/**
 * Finds what an order of ours made: doing the same, through the API, and not there before the order.
 * Of several, an unfinished one goes first, then the newest.
 */
export function findOurs(listed: readonly ListedWork[], { since, known }: Before): ListedWork | undefined {
	const candidates = listed.filter(
		({ id, isSame, isByOrder, initiatedAt }) =>
			isSame && isByOrder && !known.includes(id) && (initiatedAt ?? since) >= since,
	);
	return candidates.find(({ isFinal }) => !isFinal) ?? candidates[0];
}
