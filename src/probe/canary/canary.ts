import { evidence } from "../../dss/evidence.ts";
import type { Work, WorkStatus } from "../../dss/work.ts";
import { layerOf } from "../../model/cause.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Fault } from "../../model/sample.ts";
import type { Finding } from "../kind.ts";
import { type Ordered, order } from "./order.ts";
import { phasesOf } from "./phases.ts";
import { clearPrior } from "./prior.ts";
import type { Halt, Run } from "./run.ts";
import { abortAndWatch, type Watched, watch, workUntil } from "./watch.ts";

/** The last abort of a stopping program is given so long, ms: the run is abandoned soon after. */
export const FAREWELL_MS = 150;

/**
 * One run of a canary: clear what an earlier run left, send the order, follow it to its end, and where that does not come
 * in time, abort it and wait. Never more than one of ours at a time, whatever is lost on the way.
 *
 * @param farewell the work through requests that the signal does not cut off, for one last abort when the program stops
 */
export async function runCanary(run: Run, farewell: () => Work): Promise<Finding> {
	const clear = await clearPrior(run);
	if ("halt" in clear) return halt(clear);
	const ordered = await order(run, clear.before);
	if ("halt" in ordered) return halt(ordered);
	const { clock, plan } = run;
	const queueBy = ordered.acceptedAt + (run.startWithinMs ?? (plan.stopAt - ordered.acceptedAt) / 2);
	let startedAt: number | undefined;
	const watched = await watch(
		run,
		ordered.id,
		() => (startedAt === undefined ? Math.min(queueBy, plan.stopAt) : plan.stopAt),
		(status) => {
			if (status.hasStarted) startedAt ??= clock.monotonic();
		},
	);
	const lastAt = clock.monotonic();
	const { status, fault, aborted } = await conclude(run, ordered, watched, farewell);
	const phases = phasesOf({ ...ordered, startedAt, lastAt, status });
	const outcome = { id: ordered.id, phases, aborted, status };
	const seen = run.craft.seenOf?.(outcome);
	return {
		values: run.craft.valuesOf(outcome),
		...(fault && { fault }),
		...(seen !== undefined && { seen }),
	};
}

interface Conclusion {
	readonly status: WorkStatus | undefined;
	readonly fault?: Fault;
	readonly aborted: boolean;
}

/** What the end of the wait means. What is not final keeps its note, so that the next run takes it up. */
async function conclude(run: Run, ordered: Ordered, watched: Watched, farewell: () => Work): Promise<Conclusion> {
	const { id } = ordered;
	const status = watched.status;
	switch (watched.outcome) {
		case "final": {
			noteEnd(run, id, watched.status);
			const lastWords = () => workUntil(run, run.plan.endBy).lastWords(id);
			const fault = await run.craft.judgeEnd(id, watched.status, lastWords);
			return { status, aborted: false, ...(fault && { fault }) };
		}
		case "late":
			return stopLate(run, ordered, watched.status, watched.fault);
		case "lost": {
			// DSS may be up and only keep the status from this key, which may still abort what it started.
			const isUp = ["key", "right"].includes(layerOf(watched.fault.code));
			const aborted = isUp && (await workUntil(run, run.plan.endBy).abort(id)).ok;
			return { status, fault: watched.fault, aborted };
		}
		case "stopped": {
			const aborted = (await farewell().abort(id)).ok;
			return { status, aborted, fault: stopped(`${run.craft.noun} ${id} was under way`) };
		}
	}
}

/** Aborts work whose time is up, and waits for its end. */
async function stopLate(
	run: Run,
	{ id, acceptedAt }: Ordered,
	status: WorkStatus | undefined,
	blind: Fault | undefined,
): Promise<Conclusion> {
	const { noun, causes } = run.craft;
	const after = formatDuration(run.clock.monotonic() - acceptedAt);
	const end = await abortAndWatch(run, id, run.plan.endBy);
	if (end.outcome === "final") noteEnd(run, id, end.status);
	const last = end.status ?? status;
	const aborted = end.sent;
	// A look that failed just before the abort was a blip, if a later one succeeded.
	if (blind && !end.status) return { status: last, fault: blind, aborted };
	const waiting = status?.unfinished.length ? ` (${status.unfinished.join(", ")})` : "";
	const then =
		end.outcome === "final" ? `aborted, then ${end.status.state}` : `${aborted ? "" : "not "}aborted, not final yet`;
	const why = end.refusal && end.outcome !== "final" ? `: ${end.refusal.text}` : "";
	return {
		status: last,
		aborted,
		fault: {
			code: status?.hasStarted ? causes.tooLong : causes.notStarted,
			text: evidence(
				`${noun} ${status?.shownAs ?? id} was ${status?.state ?? "not seen"} ${after} after its order${waiting}; ${then}${why}`,
			),
		},
	};
}

function noteEnd({ book, clock }: Run, id: string, { state }: WorkStatus): void {
	book.write({ phase: "ended", at: clock.now(), id, state });
}

function halt(halt: Halt): Finding {
	return { values: {}, fault: halt.halt === "fault" ? halt.fault : stopped("nothing of this run was under way") };
}

/** Nothing is said about DSS by a run that we cut short ourselves. */
function stopped(what: string): Fault {
	return { code: "prober_stalled", text: `run cut short: ${what}` };
}
