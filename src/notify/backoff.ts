/** No wait between two attempts is longer, whatever a receiver asks for. */
export const LONGEST_PAUSE_MS = 3_600_000;

const FIRST_MS = 1_000;

/**
 * The wait before the next attempt: 1 s doubling up to 1 h, of which a random half is taken off, so that messages that
 * failed together do not come back together.
 *
 * @param attempts failed attempts so far, at least 1
 * @param random a number from 0 up to, but not including, 1
 * @returns milliseconds: from a half of the step up to the whole step
 */
export function backoffMs(attempts: number, random: number): number {
	const step = Math.min(LONGEST_PAUSE_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 30));
	return Math.round(step * (0.5 + random / 2));
}
