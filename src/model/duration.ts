import * as z from "zod";

/** A day, ms. */
export const DAY_MS = 86_400_000;

const UNITS: Readonly<Record<string, number>> = {
	ms: 1,
	s: 1_000,
	m: 60_000,
	h: 3_600_000,
	d: DAY_MS,
	w: 604_800_000,
};

/** Twelve digits are more than any duration needs, and few enough that the sum stays a number. */
const WHOLE = /^(?:\d{1,12}(?:\.\d{1,12})?(?:ms|[smhdw]))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|[smhdw])/g;

/**
 * Reads a duration as Prometheus and Zabbix write them: `500ms`, `30s`, `1h30m`, `7d`.
 *
 * @param text one or more numbers, each followed by ms, s, m, h, d or w
 * @returns milliseconds, or undefined where the text is no duration (a bare number is none)
 */
export function parseDuration(text: string): number | undefined {
	if (!WHOLE.test(text)) return undefined;
	let total = 0;
	for (const [, amount, unit] of text.matchAll(PART)) {
		total += Number(amount) * (UNITS[unit as string] as number);
	}
	// Whole microseconds: 1.001 s is 1,001 ms and not a little less.
	return Math.round(total * 1_000) / 1_000;
}

/**
 * Writes a duration for people, in at most two units: `850 ms`, `1.5 s`, `1 min 30 s`, `2 h 5 min`, `3 d 4 h`.
 *
 * @param ms milliseconds; a negative value is shown as zero
 */
export function formatDuration(ms: number): string {
	if (!(ms > 0)) return "0 s";
	if (ms < 999.5) return `${Math.round(ms)} ms`;
	if (ms < 59_950) return `${Number((ms / 1_000).toFixed(1))} s`;
	const seconds = Math.round(ms / 1_000);
	if (seconds < 3_600) return two(seconds, 60, "min", "s");
	const minutes = Math.round(seconds / 60);
	if (minutes < 1_440) return two(minutes, 60, "h", "min");
	return two(Math.round(minutes / 60), 24, "d", "h");
}

function two(amount: number, per: number, large: string, small: string): string {
	const rest = amount % per;
	const whole = `${Math.floor(amount / per)} ${large}`;
	return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

const NO_DURATION = "is not a duration: write a number and a unit, such as 500ms, 30s, 5m, 1h30m or 7d";

/** A duration option: text such as `30s` in, milliseconds out. */
export const duration = () =>
	z
		.string(NO_DURATION)
		.regex(WHOLE, NO_DURATION)
		.transform((text) => parseDuration(text) as number);
