import { evidence } from "../../dss/evidence.ts";
import type { ListedWork } from "../../dss/work.ts";
import { layerOf } from "../../model/cause.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Fault } from "../../model/sample.ts";
import { type Before, type Note, remember } from "./note.ts";
import { type Halt, halted, type Run, STOPPED } from "./run.ts";
import { LONGEST_ORDER_MS, searchOurs } from "./search.ts";
import { abortAndWatch, type Watched, watch, workUntil } from "./watch.ts";

/** The way is clear for a new order: what is there already. */
export interface Clear {
	readonly before: Before;
}

/**
 * Makes sure that nothing is in the way. What an earlier run of ours left is aborted and waited for. What somebody else
 * started is only waited for: it is not ours to abort, and DSS would let a second one fail.
 */
export async function clearPrior(run: Run): Promise<Clear | Halt> {
	const { plan, book, craft, signal } = run;
	const list = await workUntil(run, plan.priorBy).list();
	if (signal.aborted) return STOPPED;
	if (!list.ok) return halted(list.fault);
	const listed = list.value;
	const prior = await findPrior(run, book.read(), listed);
	if (prior && "halt" in prior) return prior;
	const halt = prior && (await endPrior(run, prior));
	if (halt) return halt;
	for (const { id, isFinal, isSame } of listed) {
		if (isFinal || id === prior?.id || !isSame) continue;
		const watched = await watch(run, id, () => plan.priorBy);
		if (watched.outcome === "final") continue;
		return unless(run, watched, `${craft.noun} ${id}, not noted as started by this check, is to ${craft.task}`);
	}
	const { since, known } = remember(listed);
	return { before: { since, known: prior ? [...known, prior.id] : known } };
}

/** What we started and what may still be going on. */
interface Prior {
	readonly id: string;
	/** When it was ordered, ms of the wall clock. */
	readonly at: number;
	/** As DSS listed it in this run; absent where it does not. */
	readonly listed: ListedWork | undefined;
}

async function findPrior(
	run: Run,
	note: Note | undefined,
	all: readonly ListedWork[],
): Promise<Prior | undefined | Halt> {
	const { clock, book, plan, craft } = run;
	if (note?.phase === "running") return { id: note.id, at: note.at, listed: all.find(({ id }) => id === note.id) };
	if (note?.phase !== "starting") return undefined;
	const now = clock.monotonic();
	const age = clock.now() - note.at;
	// The age of the note is told by the wall clock, which may have been set since: it counts only where time is short.
	const isShort = now + craft.lateMs + plan.requestMs > plan.priorBy;
	const isOld = age >= LONGEST_ORDER_MS + craft.lateMs;
	const settledAt = isShort && isOld ? now : now + craft.lateMs;
	const unclear: Fault = {
		code: craft.causes.overlap,
		text: `an order to ${craft.task} was lost ${formatDuration(age)} ago; whether it makes a ${craft.noun} is not yet certain`,
	};
	const search = await searchOurs(run, note.before, { settledAt, until: plan.priorBy, unclear });
	if ("halt" in search) return search;
	if (search.found === undefined) {
		book.write({ phase: "ended", at: clock.now(), state: `no ${craft.noun} was made` });
		return undefined;
	}
	book.write({ phase: "running", at: note.at, id: search.found.id });
	return { id: search.found.id, at: note.at, listed: search.found };
}

/** Brings what we started earlier to its end, and notes it. */
async function endPrior(run: Run, { id, at, listed }: Prior): Promise<Halt | undefined> {
	const { book, clock, craft, plan, signal } = run;
	const ended = (state: string): undefined => {
		book.write({ phase: "ended", at: clock.now(), id, state });
	};
	if (listed?.isFinal) return ended(listed.state);
	if (!listed) {
		const look = await workUntil(run, plan.priorBy).status(id);
		if (signal.aborted) return STOPPED;
		if (look.ok && look.value.isFinal) return ended(look.value.state);
		if (!look.ok && ["not_found", "unsupported"].includes(look.fault.code)) return ended("deleted");
	}
	const watched = await abortAndWatch(run, id, plan.priorBy);
	if (watched.outcome === "final") return ended(watched.status.state);
	// DSS is alive, does not list it, and all this time has but errors for it: so some versions say "not found".
	const isGone = !listed && watched.outcome === "late" && !watched.status && watched.fault?.code === "backend_error";
	if (isGone) return ended("deleted");
	const hasWaited = watched.outcome === "late" && watched.status?.hasStarted === false;
	if (hasWaited && clock.now() - at >= (craft.lostAfterMs ?? Number.POSITIVE_INFINITY)) return ended("never started");
	const { refusal } = watched;
	const what = `${craft.noun} ${id} of an earlier run was ${watched.sent ? "" : "not "}aborted`;
	if (watched.outcome !== "late" || !refusal) return unless(run, watched, what);
	const text = evidence(`${what}, and is still ${watched.status?.state ?? "not final"}: ${refusal.text}`);
	// A key that may not abort is in the way more than the work that it cannot end; what did not start is not under way.
	const isTelling = ["key", "right"].includes(layerOf(refusal.code)) || refusal.code === craft.causes.notStarted;
	return halted({ code: isTelling ? refusal.code : (watched.fault?.code ?? craft.causes.overlap), text });
}

/** The halt for work that did not become final. */
function unless({ craft }: Run, watched: Exclude<Watched, { outcome: "final" }>, what: string): Halt {
	if (watched.outcome === "stopped") return STOPPED;
	if (watched.fault) return halted(watched.fault);
	return halted({ code: craft.causes.overlap, text: `${what}; it is still ${watched.status?.state ?? "not final"}` });
}
