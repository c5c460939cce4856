import * as z from "zod";

const PERIODS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const RATE = /^([1-9]\d{0,5})\/([smh])$/;
const NO_RATE = "is not a rate: write a number, a slash and s, m or h, such as 1/s or 30/m";

/**
 * Reads a rate such as `1/s`, `30/m` or `100/h`.
 *
 * @returns the shortest time between the beginnings of two attempts, ms; undefined where the text is no rate
 */
export function parseRate(text: string): number | undefined {
	const [, amount, unit] = RATE.exec(text) ?? [];
	return unit === undefined ? undefined : (PERIODS[unit] as number) / Number(amount);
}

/** A rate option: text such as `30/m` in, the ms between two attempts out. */
export const rate = () =>
	z
		.string(NO_RATE)
		.regex(RATE, NO_RATE)
		.transform((text) => parseRate(text) as number);

/**
 * The spacing rule: attempts are spread evenly, so that no span of time, wherever it begins, holds more than the rate allows.
 *
 * @param spacingMs time between the beginnings of two attempts; undefined where nothing limits them
 * @param sinceLastMs time since the last one began, ms of a clock that never jumps; undefined where there was none
 * @returns ms until the next one may begin
 */
export function waitOf(spacingMs: number | undefined, sinceLastMs: number | undefined): number {
	return spacingMs === undefined || sinceLastMs === undefined ? 0 : Math.max(0, spacingMs - sinceLastMs);
}
