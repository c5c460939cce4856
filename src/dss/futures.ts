import type { Clock } from "../clock.ts";
import { formatDuration } from "../model/duration.ts";
import type { Fault } from "../model/sample.ts";
import type { Answer, DssClient } from "./client.ts";
import { evidence } from "./evidence.ts";

/** The first pause between two looks at a task, ms; each is longer than the one before. */
const FIRST_PAUSE_MS = 250;
const LONGER = 1.3;
const LONGEST_PAUSE_MS = 10_000;

/** What is read of a background task (a "future" in the words of DSS). */
interface TaskState {
	readonly jobId?: unknown;
	readonly hasResult?: unknown;
	readonly result?: unknown;
	readonly aborted?: unknown;
	readonly alive?: unknown;
	readonly unknown?: unknown;
}

export type TaskResult =
	| { readonly ok: true; readonly result: unknown }
	| { readonly ok: false; readonly fault: Fault };

/**
 * Waits for a background task that a call has started, as the official client does: the call itself may have the result,
 * or names the task to be asked for it. A task that is not over when its result is given up, for whatever reason, is ended in
 * DSS, too: nobody would fetch what it finds.
 *
 * @param started the answer of the call that started it
 * @param around.stopAt monotonic clock, ms: then it is aborted
 * @param around.farewell opens the API for a last call after the signal of `client` was aborted
 */
export async function taskResult(
	client: DssClient,
	started: Answer,
	around: {
		readonly clock: Clock;
		readonly signal: AbortSignal;
		readonly stopAt: number;
		readonly farewell: () => DssClient;
	},
): Promise<TaskResult> {
	const { clock, signal, stopAt, farewell } = around;
	const begin = clock.monotonic();
	let pauseMs = FIRST_PAUSE_MS;
	let answer = started;
	let id: string | undefined;
	for (;;) {
		if (!answer.ok) {
			if (id === undefined) return { ok: false, fault: answer.fault };
			await farewell().delete(pathOf(id));
			return { ok: false, fault: died(answer.fault) };
		}
		const state = answer.json as TaskState | null | undefined;
		if (state?.hasResult === true) return { ok: true, result: state.result };
		if (typeof state?.jobId === "string" && state.jobId !== "") id = state.jobId;
		if (id === undefined) return { ok: false, fault: odd("DSS started a task without naming it") };
		if (state?.aborted === true) return { ok: false, fault: failed("somebody aborted the task in DSS") };
		if (state?.alive === false || state?.unknown === true) {
			return { ok: false, fault: failed("the task ended without a result") };
		}
		const path = pathOf(id);
		if (clock.monotonic() + pauseMs >= stopAt) {
			await client.delete(path);
			const after = formatDuration(clock.monotonic() - begin);
			return { ok: false, fault: { code: "task_too_long", text: `not over after ${after}; it was aborted` } };
		}
		try {
			await clock.sleep(pauseMs, signal);
		} catch {
			await farewell().delete(path);
			return { ok: false, fault: failed("the task was aborted because this look was cut short") };
		}
		pauseMs = Math.min(pauseMs * LONGER, LONGEST_PAUSE_MS);
		answer = await client.get(path, { peek: false });
		// A task of minutes outlives a connection that is cut.
		if (!answer.ok && !answer.reply && !signal.aborted) answer = await client.get(path, { peek: false });
	}
}

function pathOf(id: string): string {
	return `/futures/${encodeURIComponent(id)}`;
}

/** DSS answers for a task that died as for a call that failed. What is wrong with the way there stays what it is. */
function died(fault: Fault): Fault {
	return fault.code === "backend_error" || fault.code === "not_found" ? failed(fault.text) : fault;
}

function failed(text: string): Fault {
	return { code: "task_failed", text: evidence(text) };
}

function odd(text: string): Fault {
	return { code: "reply_unknown", text: evidence(text) };
}
