import type { OpenState } from "../model/alert.ts";
import { isInForce, type Silence } from "../model/silence.ts";
import { isWorse } from "../model/verdict.ts";
import { type Labels, matches } from "./matcher.ts";
import type { AlertView, ParentView } from "./view.ts";
import { openUntil, type WindowOptions } from "./window.ts";

/** Why nobody is told now, and when that may change; without `until`, some other alert's change ends it. */
export interface Mute {
	readonly kind: "maintenance" | "silence" | "parent" | "waiting" | "grace";
	readonly reason: string;
	readonly until?: number;
}

/** Whether a planned window covers the alert. Probing goes on; only telling stops. */
export function inMaintenance(windows: readonly WindowOptions[], labels: Labels, now: number): Mute | undefined {
	for (const window of windows) {
		if (!matches(window.match, labels)) continue;
		const until = openUntil(window, now);
		if (until !== undefined) return { kind: "maintenance", reason: `maintenance window "${window.name}"`, until };
	}
	return undefined;
}

/** Whether a person asked for quiet. Of several silences the longest counts. */
export function isSilenced(silences: readonly Silence[], labels: Labels, now: number): Mute | undefined {
	const [longest] = silences
		.filter((silence) => isInForce(silence, now) && matches(silence.match, labels))
		.sort((a, b) => b.until - a.until);
	if (!longest) return undefined;
	return { kind: "silence", reason: `silenced by ${longest.author}: ${longest.comment}`, until: longest.until };
}

/**
 * Whether DSS was restarted or upgraded a moment ago: what stands on it is given a bounded time to come back. The check
 * that has no parent (the backend itself) is not given any.
 */
export function inGrace(view: AlertView, now: number): Mute | undefined {
	const { grace } = view;
	if (!grace || view.parents.every(({ isPeer }) => isPeer) || now >= grace.until) return undefined;
	return { kind: "grace", reason: grace.reason, until: grace.until };
}

/**
 * Whether a parent keeps the alert quiet: it is firing; or it may be about to, and saying nothing for a moment longer
 * saves a second page for one outage. The wait is bounded, so that a parent that cannot be judged never hides a child.
 */
export function underParent(view: AlertView, state: OpenState, now: number): Mute | undefined {
	for (const parent of view.parents) {
		const mute = parentMute(parent, view, state, now);
		if (mute) return mute;
	}
	return undefined;
}

function parentMute(parent: ParentView, view: AlertView, state: OpenState, now: number): Mute | undefined {
	const { alert } = parent;
	const who = `${parent.isPeer ? "peer" : "parent"} ${parent.key}`;
	if (alert.state.phase === "firing" || alert.state.phase === "recovering") {
		// What is merely slow, or of which nothing is known, does not explain a child that is worse than itself.
		if (isWorse(state.level, alert.state.level)) return undefined;
		return { kind: "parent", reason: parent.isPeer ? `${who} is firing for the same reason` : `${who} is firing` };
	}
	if (alert.state.phase === "pending") {
		return until(Math.max(alert.state.since, state.since) + parent.confirmMs, now, `${who} is not sure yet`);
	}
	if (alert.sampledAt < state.since) {
		return until(state.firedAt + parent.confirmMs, now, `${who} was not looked at since`);
	}
	if (alert.resolvedAt !== undefined && alert.resolvedAt >= state.since) {
		// The child went bad with its parent: it is given the time to come back, too, and then looked at once more.
		const settled = alert.resolvedAt + view.confirmMs;
		if (view.alert.sampledAt >= settled) return undefined;
		return until(settled + view.confirmMs, now, `${who} has just recovered`);
	}
	return undefined;
}

function until(end: number, now: number, reason: string): Mute | undefined {
	return now < end ? { kind: "waiting", reason, until: end } : undefined;
}
