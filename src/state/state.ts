import type { Alert, AlertState, BadLevel } from "../model/alert.ts";
import type { Level, Verdict } from "../model/verdict.ts";
import { pushFlip, startsFlapping, whileFlapping } from "./flapping.ts";
import { bad, firing, good } from "./incident.ts";
import { fromPending, suspect } from "./pending.ts";
import type { Policy } from "./policy.ts";
import type { Move, Step } from "./step.ts";

/** The memory of a check that was never sampled. */
export function freshAlert(key: string, at: number): Alert {
	return {
		key,
		state: { phase: "inactive", since: at },
		sampledAt: at,
		level: "ok",
		summary: "",
		failed: [],
		values: {},
		raised: {},
	};
}

/**
 * Moves an alert by one verdict. Pure: the same input gives the same answer, in whatever process.
 *
 * - `failAfter` bad samples in a row fire, `recoverAfter` good ones resolve (Nagios and Icinga: soft and hard states).
 * - An alert fires at the level of the deciding sample; another level must be confirmed by as many samples again.
 * - `unknown` is not down: it neither feeds nor ends a streak of another level, it only has a streak of its own.
 * - Two samples further apart than `gapMs` are no streak: counting starts again; an open incident stays open.
 *
 * - An alert that fires again and again is flapping (`flapping.ts`): one incident, until it has calmed down.
 *
 * @param before the alert as the sample before left it
 * @param at start of the sample, ms since 1970 UTC
 */
export function step(before: Alert, verdict: Verdict, at: number, policy: Policy): Step {
	const state = restart(before.state, at - before.sampledAt, policy);
	if (state.phase === "firing" && state.flapping) {
		return whileFlapping({ ...state, flapping: state.flapping }, verdict.level, at, before.flips ?? 0, policy);
	}
	const moved = move(before.key, state, verdict.level, at, policy);
	const change = moved.transition?.change;
	const isTurn = policy.flapping !== false && (change === "fired" || change === "resolved");
	const flips = pushFlip(before.flips ?? 0, isTurn);
	const isRestless = policy.flapping === true && change === "fired" && startsFlapping(flips);
	if (!isRestless || moved.state.phase !== "firing") return { ...moved, flips };
	const flapping = { since: at, firm: "bad" as const, firmSince: at, against: 0 };
	const transition = { ...moved.transition, change: "flapping" as const, reason: "goes to and fro" };
	return { state: { ...moved.state, flapping }, transition: transition as NonNullable<Step["transition"]>, flips };
}

function move(key: string, state: AlertState, level: Level, at: number, policy: Policy): Move {
	switch (state.phase) {
		case "inactive":
			return isBad(level) ? suspect(key, level, at, policy) : { state };
		case "pending":
			return fromPending(key, state, level, at, policy);
		case "firing":
		case "recovering":
			return level === "ok" ? good(state, at, policy) : bad(state, level, policy);
	}
}

function isBad(level: Level): level is BadLevel {
	return level !== "ok";
}

/**
 * After a gap the streaks count from zero; the phase stays, because no sample says otherwise. A clock that was set back is
 * a gap too: those samples prove no sequence.
 */
function restart(state: AlertState, elapsedMs: number, policy: Policy): AlertState {
	if (elapsedMs >= 0 && elapsedMs <= policy.gapMs) return state;
	switch (state.phase) {
		case "inactive":
			return state;
		case "pending":
			return { phase: "pending", since: state.since, level: state.level, bad: 0 };
		case "firing":
			return state.flapping ? { ...state, flapping: { ...state.flapping, against: 0 } } : firing(state);
		case "recovering":
			return { ...state, good: 0 };
	}
}
