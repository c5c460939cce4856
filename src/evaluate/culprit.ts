import { type Cause, type CauseCode, cause, layerOf } from "../model/cause.ts";
import type { Layer } from "../model/causes/entry.ts";
import { isWorse, type Level } from "../model/verdict.ts";

/** The three depths at which one instance is looked at, from the outside in. A check states its own by the label `layer`. */
export const DEPTHS = ["backend", "api", "job"] as const;
export type Depth = (typeof DEPTHS)[number];

/**
 * What the label may say besides the depths: `host`, whether the programs of DSS run on their machine; `machine`, what else is
 * seen there; `detail`, a check of one thing inside DSS. None of these speaks for the instance as a whole.
 */
export const LAYERS = ["host", ...DEPTHS, "detail", "machine"] as const;

/** What the newest sample of a depth said. */
export interface Seen {
	readonly level: Level;
	readonly cause?: Cause;
}

/** What is known of one instance; a depth is absent where no check looks at it or its sample is too old to count. */
export type Depths = { readonly [depth in Depth]?: Seen };

type Down = Seen & { readonly cause: Cause };

const isDown = (seen: Seen | undefined): seen is Down =>
	seen !== undefined && seen.level === "critical" && seen.cause !== undefined;

const isUp = (seen: Seen | undefined): boolean => seen !== undefined && seen.level !== "unknown" && !isDown(seen);

/** What nginx says of a backend that it cannot reach. */
const GATEWAY: ReadonlySet<CauseCode> = new Set<CauseCode>(["backend_down", "backend_hanging"]);

/**
 * Causes that an answer of the API proves wrong for the instance as a whole: they concern one path only. A refused
 * connection or a bad certificate concerns every path alike, so there another answer is only older or newer; and an error
 * in DSS's own words was not put in between by anybody.
 */
const ABOUT_PATH: ReadonlySet<CauseCode> = new Set<CauseCode>([
	...GATEWAY,
	"login_page",
	"redirected",
	"reply_not_json",
	"not_http",
]);

/** Layers whose faults are answers of the backend: it refused, so it is up. */
const REFUSALS: ReadonlySet<Layer> = new Set<Layer>(["key", "right", "licence"]);

/**
 * Names the one culprit behind what the depths of an instance show, or nothing where all is well. Pure.
 *
 * The outermost depth that is down speaks for all behind it: who cannot reach nginx learns nothing about jobs. What is
 * seen further in corrects it: an API that answers, be it with a refusal, proves that the backend is up, whatever the
 * bootstrap endpoint says; and a gateway error there tells more than a login page in front.
 */
export function culprit(depths: Depths): Cause | undefined {
	const { backend, api, job } = depths;
	if (isDown(backend)) return behindFront(backend, api, job);
	const isFrontUp = isUp(backend);
	if (isDown(api)) {
		// DSS took the job of this very key, so what it lacks is not what keeps jobs from running.
		if (layerOf(api.cause.code) === "right" && isDown(job) && wasAccepted(job)) return job.cause;
		return isFrontUp && GATEWAY.has(api.cause.code) ? cause("api_down") : api.cause;
	}
	if (isDown(job)) return (isFrontUp || isUp(api)) && GATEWAY.has(job.cause.code) ? cause("api_down") : job.cause;
	return worst([backend, api, job])?.cause;
}

function behindFront(backend: Down, api: Seen | undefined, job: Seen | undefined): Cause {
	const isAnswered = isUp(api) || (isDown(api) && REFUSALS.has(layerOf(api.cause.code)));
	if (isAnswered) return ABOUT_PATH.has(backend.cause.code) ? cause("path_blocked") : backend.cause;
	if (layerOf(backend.cause.code) !== "proxy") return backend.cause;
	const gateway = [api, job].filter(isDown).find((seen) => GATEWAY.has(seen.cause.code));
	return gateway?.cause ?? backend.cause;
}

function wasAccepted({ cause: { code } }: Down): boolean {
	if (code === "job_refused" || code === "scenario_refused") return false;
	return ["jek", "job", "scenario"].includes(layerOf(code));
}

/** The worst of those that are not well, the outermost among equals. */
function worst(all: readonly (Seen | undefined)[]): Seen | undefined {
	return all.reduce<Seen | undefined>(
		(found, seen) => (seen && isWorse(seen.level, found?.level ?? "ok") ? seen : found),
		undefined,
	);
}
