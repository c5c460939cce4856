import { createHash } from "node:crypto";
import type { Alert, AlertState, BadLevel, OpenState, Transition } from "../model/alert.ts";
import { isWorse, type Level, type Verdict } from "../model/verdict.ts";
import type { Policy } from "./policy.ts";

/** What one verdict did to an alert. */
export interface Step {
	readonly state: AlertState;
	readonly transition?: Omit<Transition, "key" | "at">;
}

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
 * @param before the alert as the sample before left it
 * @param at start of the sample, ms since 1970 UTC
 */
export function step(before: Alert, verdict: Verdict, at: number, policy: Policy): Step {
	const state = restart(before.state, at - before.sampledAt, policy);
	switch (state.phase) {
		case "inactive":
			return isBad(verdict.level) ? suspect(before.key, verdict.level, at, policy) : { state };
		case "pending":
			return fromPending(before.key, state, verdict.level, at, policy);
		case "firing":
		case "recovering":
			return verdict.level === "ok" ? good(state, at, policy) : bad(state, verdict.level, policy);
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
			return { ...state, bad: 0 };
		case "firing":
			return firing(state);
		case "recovering":
			return { ...state, good: 0 };
	}
}

/** The open incident without any streak. */
function firing({ incident, since, firedAt, level }: OpenState): AlertState & { phase: "firing" } {
	return { phase: "firing", incident, since, firedAt, level };
}

function suspect(key: string, level: BadLevel, at: number, policy: Policy): Step {
	if (policy.failAfter <= 1) return fire(key, level, at, at, 1, "inactive");
	return {
		state: { phase: "pending", since: at, level, bad: 1 },
		transition: {
			from: "inactive",
			to: "pending",
			change: "pending",
			level,
			reason: `1 of ${policy.failAfter} bad samples`,
		},
	};
}

function fromPending(
	key: string,
	state: AlertState & { phase: "pending" },
	level: Level,
	at: number,
	policy: Policy,
): Step {
	if (level === "ok") {
		return {
			state: { phase: "inactive", since: at },
			transition: {
				from: "pending",
				to: "inactive",
				change: "cleared",
				level,
				reason: `good again after ${state.bad} of ${policy.failAfter} bad samples`,
			},
		};
	}
	// Not knowing does not confirm that it is down.
	if (level === "unknown" && state.level !== "unknown") return { state };
	// What was merely unknown turns out to be bad: that is the first bad sample.
	const first = state.level === "unknown" && level !== "unknown";
	const bad = first ? 1 : state.bad + 1;
	const since = first || state.bad === 0 ? at : state.since;
	if (bad >= policy.failAfter) return fire(key, level, since, at, bad, "pending");
	return { state: { phase: "pending", since, level, bad } };
}

function fire(
	key: string,
	level: BadLevel,
	since: number,
	at: number,
	bad: number,
	from: "inactive" | "pending",
): Step {
	const incident = createHash("sha256").update(`${key}\0${since}`).digest("hex").slice(0, 16);
	return {
		state: { phase: "firing", incident, since, firedAt: at, level },
		transition: { from, to: "firing", change: "fired", level, incident, reason: `${bad} bad samples in a row` },
	};
}

function good(state: OpenState, at: number, policy: Policy): Step {
	const { incident, since, firedAt, level } = state;
	const count = state.phase === "recovering" ? state.good + 1 : 1;
	const goodSince = state.phase === "recovering" && state.good > 0 ? state.goodSince : at;
	if (count >= policy.recoverAfter) {
		return {
			state: { phase: "inactive", since: goodSince },
			transition: {
				from: state.phase,
				to: "inactive",
				change: "resolved",
				level: "ok",
				incident,
				reason: `${count} good samples in a row`,
			},
		};
	}
	const next: AlertState = { phase: "recovering", incident, since, firedAt, level, good: count, goodSince };
	if (state.phase === "recovering") return { state: next };
	return {
		state: next,
		transition: {
			from: "firing",
			to: "recovering",
			change: "recovering",
			level,
			incident,
			reason: `1 of ${policy.recoverAfter} good samples`,
		},
	};
}

function bad(state: OpenState, level: BadLevel, policy: Policy): Step {
	// Not knowing neither ends a recovery nor confirms it.
	if (level === "unknown" && state.level !== "unknown") return { state };
	const open = firing(state);
	const relapse =
		state.phase === "recovering"
			? {
					from: "recovering" as const,
					to: "firing" as const,
					change: "relapsed" as const,
					level: state.level,
					incident: state.incident,
					reason: `bad again after ${state.good} of ${policy.recoverAfter} good samples`,
				}
			: undefined;
	if (level === state.level) return { state: open, ...(relapse && { transition: relapse }) };
	const turning = state.phase === "firing" && state.turning?.level === level ? state.turning.count + 1 : 1;
	if (turning < policy.failAfter) {
		return { state: { ...open, turning: { level, count: turning } }, ...(relapse && { transition: relapse }) };
	}
	return {
		state: { ...open, level },
		transition: {
			from: state.phase,
			to: "firing",
			change: isWorse(level, state.level) ? "worsened" : "eased",
			level,
			incident: state.incident,
			reason: `${turning} samples in a row at ${level}`,
		},
	};
}
