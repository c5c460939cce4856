import * as z from "zod";
import type { Sample } from "../model/sample.ts";
import { dssApi, dssApiOptions } from "./dss-api.ts";
import { http, httpOptions } from "./http.ts";
import type { Finding, Kind, ProbeContext } from "./kind.ts";

/** The part of a check that says how to measure: `probe`. */
export const probeOptions = z.discriminatedUnion("kind", [httpOptions, dssApiOptions]);

export type ProbeOptions = z.output<typeof probeOptions>;

/** Every kind by its name: what it can measure, and how. */
export const kinds: { readonly [Name in ProbeOptions["kind"]]: Kind<Extract<ProbeOptions, { kind: Name }>> } = {
	http,
	"dss-api": dssApi,
};

/** How long a kind may take to let go after its deadline, ms. */
const GRACE_MS = 250;

/** A deadline that rings this late says that the whole program stood still, ms. */
const STALL_MS = 1_000;

/**
 * Measures once. Always answers, at the latest shortly after `context.timeoutMs`, and never throws.
 *
 * At the deadline the kind's signal is aborted, and the kind says how far it came. One that does not let go is abandoned and
 * named as our own mistake, and so is one that throws: a broken probe must not look like a broken target. The same holds
 * for a run that failed because the program was stopped or stood still.
 *
 * @param context `signal` stops the run early; `timeoutMs` bounds it
 */
export async function probe(options: ProbeOptions, context: ProbeContext): Promise<Sample> {
	const { clock, timeoutMs } = context;
	const startedAt = clock.now();
	const start = clock.monotonic();
	const run = new AbortController();
	const stop = () => run.abort(context.signal.reason);
	if (context.signal.aborted) stop();
	else context.signal.addEventListener("abort", stop, { once: true });
	let lateMs = 0;
	const deadline = clock.after(timeoutMs, () => {
		lateMs = clock.monotonic() - start - timeoutMs;
		run.abort(new DOMException(`deadline of ${timeoutMs} ms`, "TimeoutError"));
	});
	const abandoned = Promise.withResolvers<Finding>();
	const giveUp = () =>
		clock.after(GRACE_MS, () => abandoned.resolve(mistake(`probe kind ${options.kind} did not stop at its deadline`)));
	let grace: ReturnType<typeof giveUp> | undefined;
	run.signal.addEventListener("abort", () => {
		grace = giveUp();
	});
	try {
		const found = await Promise.race([measure(options, { ...context, signal: run.signal }), abandoned.promise]);
		return { ...excuse(found), startedAt, durationMs: clock.monotonic() - start };
	} finally {
		deadline.cancel();
		grace?.cancel();
		context.signal.removeEventListener("abort", stop);
	}

	/** A fault that we brought about ourselves is not the target's. */
	function excuse(found: Finding): Finding {
		if (!found.fault) return found;
		if (context.signal.aborted) {
			return { ...found, fault: { code: "prober_stalled", text: "run cut short: the program is stopping" } };
		}
		if (lateMs < STALL_MS) return found;
		const seconds = (lateMs / 1_000).toFixed(1);
		return {
			...found,
			fault: { code: "prober_stalled", text: `the prober stood still for ${seconds} s during this run` },
		};
	}
}

async function measure(options: ProbeOptions, context: ProbeContext): Promise<Finding> {
	try {
		switch (options.kind) {
			case "http":
				return await http.measure(options, context);
			case "dss-api":
				return await dssApi.measure(options, context);
		}
	} catch (error) {
		return mistake(`probe kind ${options.kind} crashed: ${error instanceof Error ? error.message : String(error)}`);
	}
}

function mistake(text: string): Finding {
	return { values: {}, fault: { code: "prober_bug", text: text.slice(0, 1_000) } };
}
