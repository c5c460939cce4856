import type { AlertState, BadLevel, OpenState } from "../model/alert.ts";
import { isWorse } from "../model/verdict.ts";
import type { Policy } from "./policy.ts";
import type { Move } from "./step.ts";

/** The open incident without any streak. */
export function firing({ incident, since, firedAt, level }: OpenState): AlertState & { phase: "firing" } {
	return { phase: "firing", incident, since, firedAt, level };
}

/** A good sample of an open incident. */
export function good(state: OpenState, at: number, policy: Policy): Move {
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

/** A bad sample of an open incident. */
export function bad(state: OpenState, level: BadLevel, policy: Policy): Move {
	// Not knowing neither ends a recovery nor confirms it.
	if (level === "unknown" && state.level !== "unknown") return { state };
	// The very same state tells the caller that nothing has to be stored.
	if (state.phase === "firing" && level === state.level && !state.turning) return { state };
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
