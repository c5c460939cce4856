import type { Outcome } from "./channel.ts";
import { retryAfterMs } from "./retry-after.ts";
import { oneLine } from "./words.ts";

/** What a receiver answered, as far as it decides about another attempt. */
export interface Answer {
	readonly status: number;
	readonly retryAfter?: string | null | undefined;
	readonly location?: string | null | undefined;
	/** The first words of its body. */
	readonly words?: string;
}

/** Passing troubles although the number begins with a 4: timeout, too early, too many (RFC 9110, 8470, 6585). */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Judges the answer of an HTTP receiver: sent, worth another try, to be deferred, or refused for good.
 * A redirect is refused, not followed: the message must not go where nobody configured it to go.
 *
 * @param now wall clock, ms since 1970 UTC, for a Retry-After that is a date
 */
export function outcomeOf({ status, retryAfter, location, words }: Answer, now: number): Outcome {
	if (status >= 200 && status < 300) return { result: "sent", detail: `HTTP ${status}` };
	const said = words ? `, "${oneLine(words, 200)}"` : "";
	if (status >= 300 && status < 400) {
		return { result: "rejected", error: `HTTP ${status}: redirected${hostOf(location)}, which is not followed` };
	}
	if (status === 429 || status === 503) {
		const afterMs = retryAfterMs(retryAfter, now);
		if (afterMs !== undefined)
			return { result: "defer", error: `HTTP ${status}: asked to come back later${said}`, afterMs };
	}
	if (status >= 500 || PASSING.has(status)) return { result: "retry", error: `HTTP ${status}${said}` };
	if (status === 410) return { result: "rejected", error: `HTTP 410: the endpoint is gone${said}`, gone: true };
	return { result: "rejected", error: `HTTP ${status}${said}` };
}

/** Only the host of the new place is told: its path and query may hold what must not be seen. */
function hostOf(location: string | null | undefined): string {
	if (!location) return "";
	return URL.canParse(location) ? ` to ${new URL(location).host}` : " to another path";
}
