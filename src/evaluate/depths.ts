import type { Alert } from "../model/alert.ts";
import type { Cause } from "../model/cause.ts";
import { culprit, DEPTHS, type Depth, type Depths } from "./culprit.ts";

/** A check that looks at the same instance. */
export interface Relative {
	readonly alert: Alert;
	readonly labels: Readonly<Record<string, string>>;
}

/**
 * Names the cause of a bad sample in the light of what the other depths of its instance show.
 *
 * @param own the alert as the sample left it, with the cause that the sample alone suggests
 * @param labels the check's labels; without `layer` the sample's own cause stands
 * @param relatives the other checks of the instance; only what they saw since this alert began counts
 */
export function layeredCause(
	own: Alert & { cause: Cause },
	labels: Relative["labels"],
	relatives: readonly Relative[],
): Cause {
	const depth = depthOf(labels);
	if (!depth || own.level !== "critical") return own.cause;
	const depths: { [name in Depth]?: Alert } = { [depth]: own };
	for (const { alert, labels: theirs } of relatives) {
		const other = depthOf(theirs);
		if (other && other !== depth && alert.sampledAt >= own.state.since) depths[other] = alert;
	}
	return culprit(depths satisfies Depths) ?? own.cause;
}

function depthOf(labels: Relative["labels"]): Depth | undefined {
	return DEPTHS.find((depth) => depth === labels["layer"]);
}
