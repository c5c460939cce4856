import type { Clock } from "../../clock.ts";
import { evidence } from "../../dss/evidence.ts";
import type { LastBuild } from "../../dss/last-build.ts";
import type { Fault } from "../../model/sample.ts";

/** DSS writes down a build a moment after it calls the job DONE; so long it is given, ms. */
const SETTLE_MS = 10_000;
const PAUSE_MS = 1_000;

/** What came of a comparison; `rebuilt` is absent where DSS did not tell. */
export interface Verified {
	readonly rebuilt?: boolean;
	readonly fault?: Fault;
}

/**
 * Whether a job that is DONE has built its output: the last build that DSS knows of must be another one than before the order.
 *
 * @param before what DSS said before the order
 * @param ask asks again
 * @param around.until moment on the monotonic clock, ms: the last one at which it may still be asked
 */
export async function verifyBuild(
	what: { readonly project: string; readonly output: string; readonly id: string },
	before: LastBuild,
	ask: () => Promise<LastBuild>,
	{ clock, signal, until }: { readonly clock: Clock; readonly signal: AbortSignal; readonly until: number },
): Promise<Verified> {
	if (!before.ok) return { fault: cannotTell(before.fault) };
	const end = Math.min(until, clock.monotonic() + SETTLE_MS);
	for (;;) {
		const after = await ask();
		if (after.ok && after.stamp !== undefined && after.stamp !== before.stamp) return { rebuilt: true };
		if (signal.aborted || clock.monotonic() + PAUSE_MS >= end) {
			if (!after.ok) return { fault: cannotTell(after.fault) };
			const last = after.stamp === undefined ? "DSS knows of no build of it" : `its last build is of ${after.stamp}`;
			const text = evidence(`job ${what.id} is DONE, but ${what.project}.${what.output} was not rebuilt: ${last}`);
			return { rebuilt: false, fault: { code: "output_not_rebuilt", text } };
		}
		// Cut short by the program's end; the answer that is there then counts.
		await clock.sleep(PAUSE_MS, signal).catch(() => {});
	}
}

function cannotTell({ code, text }: Fault): Fault {
	return { code, text: evidence(`the job is DONE; whether its output was rebuilt cannot be told: ${text}`) };
}
