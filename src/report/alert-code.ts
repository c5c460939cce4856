import { ALERT_CODE, type AlertCode } from "../model/alert-code.ts";
import type { CheckReport } from "../model/report.ts";

type Told = Pick<CheckReport, "instance" | "check" | "level" | "cause" | "phase" | "parents">;

/** The layers that have to hold for an instance to be reachable at all. */
const REACHED = new Set<string>(["network", "tls", "nginx", "backend", "proxy"]);

/**
 * The alert of a check as one number.
 *
 * @param bad keys of the checks that explain others, see `explaining`
 */
export function alertCode(told: Told, bad: ReadonlySet<string>): AlertCode {
	const { level, phase, parents } = told;
	const isExplained = parents.some((key) => bad.has(key));
	if (phase === undefined) {
		if (level === "ok") return ALERT_CODE.good;
		// Unknown is not down. And each trigger counts looks by itself: where nothing is reached the instance's alone does.
		if (isExplained || level === "unknown" || isUnreachable(told)) return ALERT_CODE.held;
		return level === "critical" ? ALERT_CODE.critical : ALERT_CODE.warning;
	}
	switch (phase) {
		case "inactive":
			return ALERT_CODE.none;
		case "pending":
			return ALERT_CODE.pending;
		// How bad it was is not known any more, and it is not over.
		case "recovering":
			return ALERT_CODE.held;
		case "firing":
			if (isExplained || level === "ok") return ALERT_CODE.held;
			return level === "critical" ? ALERT_CODE.firingCritical : ALERT_CODE.firingWarning;
	}
}

/**
 * The checks that keep their children back. The daemon's word counts; pending counts, too, because a parent that is not sure
 * yet makes its children wait.
 */
export function explaining(all: readonly Told[]): ReadonlySet<string> {
	const bad = all.filter(({ phase, level }) =>
		phase === undefined ? level === "critical" || level === "warning" : phase !== "inactive",
	);
	return new Set(bad.map(({ instance, check }) => `${instance}/${check}`));
}

/** Whether a check is bad because nobody gets as far as DSS. */
export function isUnreachable({ level, cause }: Told): boolean {
	return level === "critical" && cause !== undefined && REACHED.has(cause.layer);
}
