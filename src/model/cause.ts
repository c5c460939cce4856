import { CAPACITY } from "./causes/capacity.ts";
import { CHECK } from "./causes/check.ts";
import { DEPLOYED } from "./causes/deployed.ts";
import type { Layer } from "./causes/entry.ts";
import { FEED } from "./causes/feed.ts";
import { HOST } from "./causes/host.ts";
import { JOINT } from "./causes/joint.ts";
import { NODE } from "./causes/node.ts";
import { PROBER } from "./causes/prober.ts";
import { SCENARIO } from "./causes/scenario.ts";
import { WAY } from "./causes/way.ts";
import { WORK } from "./causes/work.ts";

/**
 * Everything that dss-probe can blame, by code. The code is part of the webhook body and of the database: never rename one.
 * The texts follow Dataiku's operations and troubleshooting documentation.
 */
export const CAUSES = {
	...WAY,
	...NODE,
	...HOST,
	...JOINT,
	...WORK,
	...SCENARIO,
	...CAPACITY,
	...DEPLOYED,
	...CHECK,
	...FEED,
	...PROBER,
} as const;

export type CauseCode = keyof typeof CAUSES;

/** The culprit, as it stands in the first line of every message. */
export interface Cause {
	readonly code: CauseCode;
	readonly text: string;
}

/** The cause for a code, with its standard words. */
export function cause(code: CauseCode): Cause {
	return { code, text: CAUSES[code].text };
}

/** The layer that a cause lies in. */
export function layerOf(code: CauseCode): Layer {
	return CAUSES[code].layer;
}

/** What to do first about a cause. */
export function hintFor(code: CauseCode): string {
	return CAUSES[code].hint;
}
