import type { Work, WorkStatus } from "../../dss/work.ts";
import type { CauseCode } from "../../model/cause.ts";
import type { Fault } from "../../model/sample.ts";
import type { Run } from "./run.ts";

/** How the wait for the end ended. */
export type Watched =
	| { readonly outcome: "final"; readonly status: WorkStatus }
	/** The time is up. `fault` where the last look failed. */
	| { readonly outcome: "late"; readonly status?: WorkStatus; readonly fault?: Fault }
	/** DSS cannot be asked any more. */
	| { readonly outcome: "lost"; readonly status?: WorkStatus; readonly fault: Fault }
	| { readonly outcome: "stopped"; readonly status?: WorkStatus };

/** The official client looks first after 0.2 s and then each time a tenth later. */
const FIRST_PAUSE_MS = 200;
const PAUSE_GROWTH = 1.1;

/** So many looks in a row that find DSS down end the wait. */
const DOWN_AFTER = 3;

/** How long an abort that was answered with an error is given before it is sent again, ms. */
const ABORT_AGAIN_MS = 2_000;

/** A request that has less time than this says nothing about DSS, ms. */
const FAIR_REQUEST_MS = 1_000;

/** Faults of single answers from a DSS that is alive: the next look may well succeed. */
const ODD: readonly CauseCode[] = [
	"backend_error",
	"backend_slow",
	"disk_full",
	"not_found",
	"rate_limited",
	"reply_not_json",
	"reply_too_large",
	"reply_truncated",
	"reply_unknown",
];

/** Counts failures in a row that say that DSS is down or does not let us in. */
export function downCounter(): { add(fault: Fault): boolean; reset(): void } {
	let count = 0;
	return {
		add(fault) {
			if (!ODD.includes(fault.code)) count += 1;
			return count >= DOWN_AFTER;
		},
		reset() {
			count = 0;
		},
	};
}

/** The work, through requests that end about `until`: never after the run, and before that with a fair time. */
export function workUntil({ clock, plan, work }: Run, until: number): Work {
	const now = clock.monotonic();
	const fair = Math.min(FAIR_REQUEST_MS, plan.endBy - now);
	return work(Math.max(1, Math.min(plan.requestMs, Math.max(until - now, fair))));
}

/** Waits; true where the program is to stop. */
export async function pause({ clock, signal }: Run, ms: number): Promise<boolean> {
	try {
		await clock.sleep(Math.max(0, ms), signal);
	} catch {
		return true;
	}
	return signal.aborted;
}

/**
 * Looks at work until it is final. A look that fails is no end: a blip of the proxy must not orphan it.
 *
 * @param until moment on the monotonic clock; asked again before each look, for it may depend on what was seen
 * @param seen told of each status
 */
export async function watch(
	run: Run,
	id: string,
	until: () => number,
	seen?: (status: WorkStatus) => void,
): Promise<Watched> {
	const { clock, signal } = run;
	const downs = downCounter();
	let pauseMs = Math.min(FIRST_PAUSE_MS, run.pollEveryMs);
	let status: WorkStatus | undefined;
	for (;;) {
		const look = await workUntil(run, until()).status(id);
		if (look.ok) {
			status = look.value;
			seen?.(status);
			if (status.isFinal) return { outcome: "final", status };
			downs.reset();
		}
		const sight = status && { status };
		if (signal.aborted) return { outcome: "stopped", ...sight };
		if (!look.ok && downs.add(look.fault)) return { outcome: "lost", fault: look.fault, ...sight };
		const left = until() - clock.monotonic();
		if (left <= 0) return { outcome: "late", ...sight, ...(!look.ok && { fault: look.fault }) };
		// After a failure the pause is a whole one, so that three of them are not over within a blip.
		if (await pause(run, Math.min(left, look.ok ? pauseMs : run.pollEveryMs))) return { outcome: "stopped", ...sight };
		pauseMs = Math.min(pauseMs * PAUSE_GROWTH, run.pollEveryMs);
	}
}

/** How the wait for the end of what was aborted ended. */
export type Aborted = Watched & {
	/** Whether DSS took the abort. */
	readonly sent: boolean;
	/** Why it did not, where it never did. */
	readonly refusal?: Fault;
};

/**
 * Aborts work and waits for its end. The abort is sent once; again only where its answer was an error.
 *
 * @param until moment on the monotonic clock
 */
export async function abortAndWatch(run: Run, id: string, until: number): Promise<Aborted> {
	for (;;) {
		const asked = await workUntil(run, until).abort(id);
		const sent = asked.ok;
		if (run.signal.aborted) return { outcome: "stopped", sent };
		const again = run.clock.monotonic() + ABORT_AGAIN_MS;
		const watched = await watch(run, id, () => (asked.ok ? until : Math.min(until, again)));
		if (sent || watched.outcome !== "late" || run.clock.monotonic() >= until)
			return { ...watched, sent, ...(!asked.ok && { refusal: asked.fault }) };
	}
}
