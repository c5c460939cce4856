import { sum } from "./aggregate.ts";

/** `spread`: standard deviation over mean (the coefficient of variation). `peak`: the most over the mean. */
export const BALANCES = ["spread", "peak"] as const;
export type Balance = (typeof BALANCES)[number];

/**
 * How unequally work is shared: a spread of 0 or a peak of 1 is equal shares; with all work on one of n the spread is the
 * root of n - 1, the peak n.
 *
 * @param shares what each one does; never negative
 * @param atLeast total below which chance decides and nothing can be said
 * @returns undefined where there are fewer than two shares, too little work or none
 */
export function imbalance(as: Balance, shares: readonly number[], atLeast: number): number | undefined {
	const total = sum(shares);
	if (shares.length < 2 || !(total > 0) || total < atLeast || !Number.isFinite(total)) return undefined;
	const mean = total / shares.length;
	if (as === "peak") return Math.max(...shares) / mean;
	return Math.sqrt(sum(shares.map((share) => (share - mean) ** 2)) / shares.length) / mean;
}
