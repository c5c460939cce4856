import type { Limits } from "../evaluate/rules.ts";
import type { Cause } from "../model/cause.ts";
import type { CheckReport } from "../model/report.ts";
import { reportedCause } from "../model/reported-cause.ts";
import type { Watched } from "../pipeline/watched.ts";

/** What was found by the newest look at a check. */
export type Seen = { readonly cause?: Cause } & Pick<
	CheckReport,
	"level" | "summary" | "failed" | "exceeded" | "sampledAt" | "durationMs" | "values" | "phase" | "firm"
>;

type Described = Pick<Watched, "name" | "summary" | "instance" | "rules" | "parents" | "labels" | "runbook" | "advice">;

/** The report of a check of which nothing is known. */
export const NEVER_SEEN: Seen = { level: "unknown", summary: "not sampled yet", failed: [], sampledAt: 0, values: {} };

/**
 * Puts what was seen of a check together with what its configuration says about it.
 *
 * @param freshMs how long after its start a sample says something about now
 */
export function checkReport(check: Described, seen: Seen, freshMs: number): CheckReport {
	const { name, summary: about, instance, rules, parents, labels, runbook, advice } = check;
	const { cause, ...rest } = seen;
	return {
		instance: instance.name,
		check: name,
		about,
		...rest,
		...(cause && { cause: reportedCause(cause) }),
		types: rules.types,
		freshUntil: seen.sampledAt === 0 ? 0 : seen.sampledAt + freshMs,
		thresholds: Object.fromEntries(rules.thresholds.map(({ name: value, limits }) => [value, plain(limits)])),
		labels: { ...instance.labels, ...labels },
		...(runbook !== undefined && { runbook }),
		...(advice !== undefined && { advice }),
		parents,
	};
}

function plain({ warning, critical, bad }: Limits): CheckReport["thresholds"][string] {
	return { ...(warning !== undefined && { warning }), ...(critical !== undefined && { critical }), bad };
}
