import type { AlertState, Flapping, Incident } from "../model/alert.ts";
import { formatDuration } from "../model/duration.ts";
import type { Level } from "../model/verdict.ts";
import type { Policy } from "./policy.ts";
import type { Step } from "./step.ts";

/** Samples that are remembered, and the thresholds, as Icinga 2 has them by default. */
const SLOTS = 20;
const START_PERCENT = 30;
const END_PERCENT = 25;
/** However slowly samples come: without a change for this long (or two gaps, if that is more) it is over, ms. */
const QUIET_MS = 15 * 60_000;

/** Remembers whether a sample confirmed a change between good and bad. */
export function pushFlip(flips: number, flipped: boolean): number {
	return ((flips << 1) | (flipped ? 1 : 0)) & ((1 << SLOTS) - 1);
}

/**
 * How restless an alert is, in percent: the share of the last 20 samples that confirmed a change, the newest weighing half
 * as much again as the oldest (Icinga 2, "Check Flapping": weights from 0.8 to 1.2).
 */
export function flappingPercent(flips: number): number {
	let sum = 0;
	for (let age = 0; age < SLOTS; age++) if ((flips >> age) & 1) sum += 0.8 + 0.02 * (SLOTS - 1 - age);
	return (sum * 100) / SLOTS;
}

/** Whether an alert that fires now is rather flapping. */
export function startsFlapping(flips: number): boolean {
	return flappingPercent(flips) > START_PERCENT;
}

/** What one sample does to a flapping incident. */
type Turn =
	| { readonly ended: false; readonly flapping: Flapping; readonly flipped: boolean }
	| { readonly ended: true; readonly firm: "good" | "bad"; readonly firmSince: number };

/**
 * Moves a flapping incident by one sample. It ends when it has calmed down below 25 %, or has not changed for long; then
 * its confirmed side is the truth. What is unknown says nothing about either side.
 */
function turn(
	state: AlertState & Incident & { readonly flapping: Flapping },
	level: Level,
	at: number,
	flips: number,
	policy: Policy,
): Turn {
	const { since, firm, firmSince, against } = state.flapping;
	const agrees = level === "unknown" ? undefined : (level === "ok") === (firm === "good");
	const opposed = agrees === undefined ? against : agrees ? 0 : against + 1;
	const needed = firm === "good" ? policy.failAfter : policy.recoverAfter;
	const flipped = opposed >= needed;
	const next: Flapping = flipped
		? { since, firm: firm === "good" ? "bad" : "good", firmSince: at, against: 0 }
		: { since, firm, firmSince, against: opposed };
	const calm = flappingPercent(pushFlip(flips, flipped)) < END_PERCENT;
	const quiet = at - next.firmSince >= Math.max(QUIET_MS, 2 * policy.gapMs);
	// A sample that says otherwise leaves it open which side is true.
	if ((calm || quiet) && next.against === 0) return { ended: true, firm: next.firm, firmSince: next.firmSince };
	return { ended: false, flapping: next, flipped };
}

/** A sample of an incident that goes to and fro: it is told when that ends, by its confirmed side. */
export function whileFlapping(
	state: AlertState & { phase: "firing"; flapping: Flapping },
	level: Level,
	at: number,
	flips: number,
	policy: Policy,
): Step {
	const turned = turn(state, level, at, flips, policy);
	const { flapping, ...calm } = state;
	const { incident } = state;
	if (!turned.ended) return { state: { ...state, flapping: turned.flapping }, flips: pushFlip(flips, turned.flipped) };
	const reason = `calm again after ${formatDuration(at - flapping.since)}`;
	if (turned.firm === "bad") {
		const transition = {
			from: "firing",
			to: "firing",
			change: "steadied",
			level: state.level,
			incident,
			reason,
		} as const;
		return { state: calm, transition, flips: pushFlip(flips, false) };
	}
	return {
		state: { phase: "inactive", since: turned.firmSince },
		transition: { from: "firing", to: "inactive", change: "resolved", level: "ok", incident, reason },
		flips: pushFlip(flips, false),
	};
}
