import { type Cause, cause, layerOf } from "../model/cause.ts";
import type { Level } from "../model/verdict.ts";

/** The three depths at which one instance is looked at, from the outside in. A check states its own by the label `layer`. */
export const DEPTHS = ["backend", "api", "job"] as const;
export type Depth = (typeof DEPTHS)[number];

/** What the newest sample of a depth said. */
export interface Seen {
	readonly level: Level;
	readonly cause?: Cause;
}

/** What is known of one instance; a depth is absent where no check looks at it or its sample is too old to count. */
export type Depths = { readonly [depth in Depth]?: Seen };

const isDown = (seen: Seen | undefined): seen is Seen & { cause: Cause } =>
	seen !== undefined && seen.level === "critical" && seen.cause !== undefined;

/**
 * Whether a deeper depth that works proves this cause wrong for the instance as a whole. A refused connection or a bad
 * certificate concerns every path alike, so there a deeper answer is only older or newer; and slow is not blocked.
 */
const isAboutPath = ({ code }: Cause): boolean =>
	code !== "backend_slow" && (layerOf(code) === "backend" || layerOf(code) === "proxy");

/**
 * Names the one culprit behind what the depths of an instance show, or nothing where all is well. Pure.
 *
 * The outermost depth that is down speaks for all behind it: who cannot reach nginx learns nothing about jobs. What works
 * further in corrects it: an API that answers proves that the backend is up, whatever the bootstrap endpoint says.
 */
export function culprit(depths: Depths): Cause | undefined {
	const { backend, api, job } = depths;
	if (isDown(backend)) {
		const contradicted = api !== undefined && api.level !== "unknown" && !isDown(api);
		// The API's key being refused is an answer of the backend too.
		const answered = contradicted || (isDown(api) && ["key", "right"].includes(layerOf(api.cause.code)));
		return answered && isAboutPath(backend.cause) ? cause("path_blocked") : backend.cause;
	}
	if (isDown(api)) {
		const frontAnswers = backend !== undefined && backend.level !== "unknown";
		const gateway = api.cause.code === "backend_down" || api.cause.code === "backend_hanging";
		return frontAnswers && gateway ? cause("api_down") : api.cause;
	}
	if (isDown(job)) return job.cause;
	return [backend, api, job].find((seen) => seen !== undefined && seen.level !== "ok")?.cause;
}
