import type { CauseCode } from "../model/cause.ts";

/**
 * What an HTTP status points to when an expectation failed and nothing more precise is known: the state table of a
 * DSS node behind its nginx.
 *
 * @returns undefined for a status that explains nothing (2xx)
 */
export function blameForStatus(status: number): CauseCode | undefined {
	if (status === 502 || status === 503 || status === 504) return "backend_down";
	if (status >= 500) return "backend_error";
	if (status === 429) return "rate_limited";
	if (status === 404) return "not_found";
	if (status === 401 || status === 403) return "login_page";
	if (status >= 300 && status < 400) return "redirected";
	return undefined;
}

/** Faults that say nothing about the target, because the prober could not look. */
export function isBlind(code: CauseCode): boolean {
	return code.startsWith("prober_");
}

const UNDECIDED: ReadonlySet<CauseCode> = new Set<CauseCode>([
	"unsupported",
	"reply_unknown",
	"task_failed",
	"task_too_long",
]);

/** Faults of a target that answers well, but not what the check wants to know: whether it is good stays unknown. */
export function isUndecided(code: CauseCode): boolean {
	return UNDECIDED.has(code);
}
