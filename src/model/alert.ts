import type { Cause } from "./cause.ts";
import type { Values } from "./sample.ts";
import type { Ack } from "./silence.ts";
import type { Exceeded, Level } from "./verdict.ts";

/** A check that is bad but not yet often enough, or bad for certain. */
export type BadLevel = Exclude<Level, "ok">;

/** Where an alert is. Each phase carries only the fields that make sense in it. All times are ms since 1970 UTC. */
export type AlertState =
	| {
			readonly phase: "inactive";
			/** Start of the first good sample of this run of good ones. */
			readonly since: number;
	  }
	| {
			readonly phase: "pending";
			/** Start of the first bad sample. */
			readonly since: number;
			readonly level: BadLevel;
			/** Bad samples so far, in a row or among the last few. */
			readonly bad: number;
			/** The last samples as bits, the newest lowest, 1 for bad; only where not all must be bad. */
			readonly recent?: number;
	  }
	| (Incident & {
			readonly phase: "firing";
			/** Another bad level that is being confirmed. */
			readonly turning?: { readonly level: BadLevel; readonly count: number };
			/** It goes to and fro: the incident stays open, and nobody is told of each turn. */
			readonly flapping?: Flapping;
	  })
	| (Incident & {
			readonly phase: "recovering";
			/** Good samples in a row so far. */
			readonly good: number;
			/** Start of the first of them. */
			readonly goodSince: number;
	  });

/** An incident that goes to and fro, after the filter of confirmation. */
export interface Flapping {
	readonly since: number;
	/** The confirmed side on which it is now, since when, and samples in a row that say otherwise. */
	readonly firm: "good" | "bad";
	readonly firmSince: number;
	readonly against: number;
}

/** The span from firing to resolved. */
export interface Incident {
	/** Opaque, stable over restarts. */
	readonly incident: string;
	/** Start of the first bad sample. */
	readonly since: number;
	/** When the deciding sample was judged. */
	readonly firedAt: number;
	readonly level: BadLevel;
}

/** The phases in which an incident is open. */
export type OpenState = Extract<AlertState, Incident>;

export function isOpen(state: AlertState): state is OpenState {
	return state.phase === "firing" || state.phase === "recovering";
}

/** What is remembered of one check on one instance between two samples. */
export interface Alert {
	/** `instance/check`. */
	readonly key: string;
	readonly state: AlertState;
	/** Start of the newest sample that counted (a fault of the prober does not). */
	readonly sampledAt: number;
	/** Level of that sample. */
	readonly level: Level;
	/** Cause and words of the newest bad sample; kept until resolved, so that the recovery can say what it was. */
	readonly cause?: Cause;
	readonly summary: string;
	readonly failed: readonly string[];
	readonly exceeded?: Exceeded;
	readonly values: Values;
	/** Thresholds that are exceeded now, by value: the memory of hysteresis. */
	readonly raised: Readonly<Record<string, BadLevel>>;
	/** The last samples as bits, the newest lowest: 1 where one confirmed a change between good and bad. Absent: none. */
	readonly flips?: number;
	/** Somebody works on it; holds for that incident only. */
	readonly ack?: Ack;
	/** When the last incident was resolved. */
	readonly resolvedAt?: number;
	/** The newest transition of which people are told, until all channels have settled its incident. */
	readonly turn?: Turn;
}

/** A transition of which people are told, and what became of it on each channel so far. */
export interface Turn {
	/** When it happened; with the alert's key that names it. */
	readonly at: number;
	readonly incident: string;
	/** By name of the channel, all that were ever decided about in this incident. */
	readonly channels: Readonly<Record<string, TurnOnChannel>>;
}

/** The newest that was decided for a channel. */
export interface TurnOnChannel {
	/** The transition it belongs to: the turn's own moment, or an earlier one's. */
	readonly about: number;
	readonly outcome: "queued" | "muted" | "withdrawn" | "deferred" | "unneeded";
	readonly reason: string;
	readonly notification?: string;
	/** Why a reminder or an acknowledgement is muted, so that it is noted once. */
	readonly aside?: string;
}

/** One state change. */
export interface Transition {
	readonly key: string;
	readonly at: number;
	readonly from: AlertState["phase"];
	readonly to: AlertState["phase"];
	readonly change:
		| "pending"
		| "cleared"
		| "fired"
		| "worsened"
		| "eased"
		| "flapping"
		| "steadied"
		| "recovering"
		| "relapsed"
		| "resolved"
		| "forgotten";
	readonly level: Level;
	readonly incident?: string;
	/** Why, in words: "3 of 3 bad samples". */
	readonly reason: string;
	readonly cause?: Cause;
}
