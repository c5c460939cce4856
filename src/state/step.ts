import type { AlertState, Transition } from "../model/alert.ts";

/** What one verdict did to an alert. */
export interface Step {
	readonly state: AlertState;
	/** The memory of confirmed changes, for flapping. */
	readonly flips: number;
	readonly transition?: Omit<Transition, "key" | "at">;
}

/** A step without the memory of flapping. */
export type Move = Omit<Step, "flips">;
