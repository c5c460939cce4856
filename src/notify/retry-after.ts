import { LONGEST_PAUSE_MS } from "./backoff.ts";

/**
 * Reads a Retry-After header (RFC 9110, section 10.2.3): whole seconds, or a date in one of the three forms of HTTP.
 *
 * @param header the header's value, where there is one
 * @param now wall clock, ms since 1970 UTC
 * @returns milliseconds to wait, from 0 to one hour; undefined where nothing readable was asked for
 */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
	const text = header?.trim() ?? "";
	const asked = /^\d+$/.test(text) ? Number(text) * 1_000 : dateOf(text) - now;
	return Number.isNaN(asked) ? undefined : Math.min(LONGEST_PAUSE_MS, Math.max(0, asked));
}

function dateOf(text: string): number {
	if (/^[A-Z][a-z]+, \d/.test(text)) return Date.parse(text);
	// The form of asctime names no zone; HTTP means UTC.
	if (/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d/.test(text)) return Date.parse(`${text} GMT`);
	return Number.NaN;
}
