import { createHash } from "node:crypto";
import type { Alert, AlertState, BadLevel, Flapping, OpenState, Transition } from "../model/alert.ts";
import { formatDuration } from "../model/duration.ts";
import { isWorse, type Level, type Verdict } from "../model/verdict.ts";
import { pushFlip, startsFlapping, turn } from "./flapping.ts";
import type { Policy } from "./policy.ts";
import { bitCount, isWindowed, pushRecent } from "./recent.ts";

/** What one verdict did to an alert. */
export interface Step {
	readonly state: AlertState;
	/** The memory of confirmed changes, for flapping. */
	readonly flips: number;
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
	const flips = pushFlip(before.flips ?? 0, change === "fired" || change === "resolved");
	const isRestless = policy.flapping === true && change === "fired" && startsFlapping(flips);
	if (!isRestless || moved.state.phase !== "firing") return { ...moved, flips };
	const flapping = { since: at, firm: "bad" as const, firmSince: at, against: 0 };
	const transition = { ...moved.transition, change: "flapping" as const, reason: "goes to and fro" };
	return { state: { ...moved.state, flapping }, transition: transition as NonNullable<Step["transition"]>, flips };
}

/** A step without the memory of flapping. */
type Move = Omit<Step, "flips">;

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

function whileFlapping(
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

/** The open incident without any streak. */
function firing({ incident, since, firedAt, level }: OpenState): AlertState & { phase: "firing" } {
	return { phase: "firing", incident, since, firedAt, level };
}

function suspect(key: string, level: BadLevel, at: number, policy: Policy): Move {
	if (policy.failAfter <= 1) return fire(key, level, at, at, "1 bad sample", "inactive");
	return {
		state: { phase: "pending", since: at, level, bad: 1, ...(isWindowed(policy) && { recent: 1 }) },
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
): Move {
	if (level === "ok") {
		const recent = isWindowed(policy) ? pushRecent(state.recent, false, policy) : 0;
		if (recent !== 0) return { state: { ...state, bad: bitCount(recent), recent } };
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
	const recent = isWindowed(policy) ? pushRecent(first ? 0 : state.recent, true, policy) : undefined;
	const bad = recent !== undefined ? bitCount(recent) : first ? 1 : state.bad + 1;
	const since = first || state.bad === 0 ? at : state.since;
	const reason =
		recent === undefined ? `${bad} bad samples in a row` : `${bad} of the last ${policy.failOf} samples bad`;
	if (bad >= policy.failAfter) return fire(key, level, since, at, reason, "pending");
	return { state: { phase: "pending", since, level, bad, ...(recent !== undefined && { recent }) } };
}

function fire(
	key: string,
	level: BadLevel,
	since: number,
	at: number,
	reason: string,
	from: "inactive" | "pending",
): Move {
	const incident = createHash("sha256").update(`${key}\0${since}`).digest("hex").slice(0, 16);
	return {
		state: { phase: "firing", incident, since, firedAt: at, level },
		transition: {
			from,
			to: "firing",
			change: "fired",
			level,
			incident,
			reason,
		},
	};
}

function good(state: OpenState, at: number, policy: Policy): Move {
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
				reason: count === 1 ? "1 good sample" : `${count} good samples in a row`,
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

function bad(state: OpenState, level: BadLevel, policy: Policy): Move {
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
