import type { Policy } from "./policy.ts";

/** Whether not all samples of the window must be bad. */
export function isWindowed({ failAfter, failOf = failAfter }: Policy): boolean {
	return failOf > failAfter;
}

/** The window of the last samples as bits, with one more; the oldest falls out. */
export function pushRecent(recent: number | undefined, isBad: boolean, { failOf = 1 }: Policy): number {
	return (((recent ?? 0) << 1) | (isBad ? 1 : 0)) & (2 ** failOf - 1);
}

/** How many of the samples are bad. */
export function bitCount(bits: number): number {
	let count = 0;
	for (let rest = bits; rest !== 0; rest >>>= 1) count += rest & 1;
	return count;
}
