import { createHash } from "node:crypto";
import type { AlertState, BadLevel } from "../model/alert.ts";
import type { Level } from "../model/verdict.ts";
import type { Policy } from "./policy.ts";
import { bitCount, isWindowed, pushRecent } from "./recent.ts";
import type { Move } from "./step.ts";

/** The first bad sample. */
export function suspect(key: string, level: BadLevel, at: number, policy: Policy): Move {
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

/** A further sample of an alert that is not yet sure. */
export function fromPending(
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
