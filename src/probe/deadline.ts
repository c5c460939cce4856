import type { Fault, Sample } from "../model/sample.ts";
import type { Finding, ProbeContext } from "./kind.ts";

/** How long a kind may take to let go after its deadline, ms. */
const GRACE_MS = 250;

/** A deadline that rings this late says that the whole program stood still, ms. */
const STALL_MS = 1_000;

/**
 * Runs one measurement and always answers, at the latest shortly after `context.timeoutMs`. Never throws.
 *
 * At the deadline the measurement's signal is aborted, and it says how far it came. One that does not let go is abandoned and
 * named as our own mistake, and so is one that throws: a broken probe must not look like a broken target. The same holds
 * for one that failed because the program was stopped or stood still.
 *
 * @param name what to call the measurement in such a fault
 * @param context `signal` stops the run early; `timeoutMs` bounds it
 */
export async function measureInTime(
	name: string,
	measure: (context: ProbeContext) => Promise<Finding>,
	context: ProbeContext,
): Promise<Sample> {
	const { clock, timeoutMs, signal } = context;
	const startedAt = clock.now();
	const start = clock.monotonic();
	const run = new AbortController();
	const abandoned = Promise.withResolvers<Finding>();
	let lateMs = 0;
	let timer = clock.after(timeoutMs, () => {
		lateMs = clock.monotonic() - start - timeoutMs;
		end(new DOMException(`deadline of ${timeoutMs} ms`, "TimeoutError"));
	});
	const stop = () => end(signal.reason);

	function end(reason: unknown): void {
		if (run.signal.aborted) return;
		timer.cancel();
		timer = clock.after(GRACE_MS, () => abandoned.resolve(mistake(`${name} did not stop at its deadline`)));
		run.abort(reason);
	}

	if (signal.aborted) stop();
	else signal.addEventListener("abort", stop, { once: true });
	const guarded = guard(name, measure, { ...context, signal: run.signal });
	const found = await Promise.race([guarded, abandoned.promise]);
	timer.cancel();
	signal.removeEventListener("abort", stop);
	const fault = found.fault && (ownDoing(signal.aborted, lateMs) ?? found.fault);
	return { ...found, ...(fault && { fault }), startedAt, durationMs: clock.monotonic() - start };
}

async function guard(
	name: string,
	measure: (context: ProbeContext) => Promise<Finding>,
	context: ProbeContext,
): Promise<Finding> {
	try {
		return await measure(context);
	} catch (error) {
		return mistake(`${name} crashed: ${error instanceof Error ? error.message : String(error)}`);
	}
}

function mistake(text: string): Finding {
	return { values: {}, fault: { code: "prober_bug", text: text.slice(0, 1_000) } };
}

/** The fault of a run that we cut short or held up ourselves. */
function ownDoing(isStopping: boolean, lateMs: number): Fault | undefined {
	if (isStopping) return { code: "prober_stalled", text: "run cut short: the program is stopping" };
	if (lateMs < STALL_MS) return undefined;
	return {
		code: "prober_stalled",
		text: `the prober stood still for ${(lateMs / 1_000).toFixed(1)} s during this run`,
	};
}
