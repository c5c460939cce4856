import { isOpen, type OpenState } from "../model/alert.ts";
import { isWorse, type Level } from "../model/verdict.ts";
import type { CheckView, StatusView } from "./view.ts";

/** How a check, or all of them, shall look; the word that goes with the colour. */
export type Mood = "ok" | "waiting" | "pending" | "recovering" | "stale" | "unknown" | "warning" | "critical";

export interface OpenCheck {
	readonly instance: string;
	readonly check: CheckView;
	readonly state: OpenState;
}

/** The whole in one line. */
export interface Overview {
	readonly mood: Mood;
	readonly headline: string;
	/** Checks with an open incident, worst first, then oldest. */
	readonly open: readonly OpenCheck[];
	readonly checks: number;
}

/** Beyond this many culprits the headline only counts. */
const MOST_CULPRITS = 3;

/** What a check's row says at its left end. */
export function moodOf(check: CheckView): Mood {
	const { alert } = check;
	if (alert === undefined) return check.isStale ? "stale" : "waiting";
	if (alert.state.phase === "firing") return alert.state.level;
	if (alert.state.phase === "recovering" || alert.state.phase === "pending") return alert.state.phase;
	return check.isStale ? "stale" : "ok";
}

export function overviewOf(status: StatusView): Overview {
	const all = status.instances.flatMap(({ name, checks }) => checks.map((check) => ({ instance: name, check })));
	const open = all
		.flatMap(({ instance, check }) => {
			const state = check.alert?.state;
			return state !== undefined && isOpen(state) ? [{ instance, check, state }] : [];
		})
		.sort((a, b) => rank(a.state.level, b.state.level) || a.state.since - b.state.since);
	const moods = all.map(({ check }) => moodOf(check));
	const count = (mood: Mood) => moods.filter((one) => one === mood).length;
	const firing = open.filter(({ state }) => state.phase === "firing");
	const worst = firing[0];
	const rest = { open, checks: all.length };

	if (all.length === 0) return { ...rest, mood: "waiting", headline: "Nothing is watched yet" };
	if (worst !== undefined) {
		const headline = `${amount(firing.length, all.length)} firing: ${culprits(firing)}`;
		return { ...rest, mood: worst.state.level, headline };
	}
	if (open.length > 0)
		return { ...rest, mood: "recovering", headline: `${amount(open.length, all.length)} recovering` };
	const unsure = count("pending");
	if (unsure > 0) {
		const headline = `Nothing is firing; ${amount(unsure, all.length)} bad, but not yet often enough to tell anyone`;
		return { ...rest, mood: "pending", headline };
	}
	const stale = count("stale");
	if (stale > 0) {
		return {
			...rest,
			mood: "stale",
			headline: `Nothing is firing; ${amount(stale, all.length)} without a fresh sample`,
		};
	}
	const waiting = count("waiting");
	if (waiting > 0) {
		return {
			...rest,
			mood: "waiting",
			headline: `Waiting for the first look: ${amount(waiting, all.length)} still new`,
		};
	}
	return {
		...rest,
		mood: "ok",
		headline: all.length === 1 ? "The one check is fine" : `All ${all.length} checks are fine`,
	};
}

/** "2 of 12 checks are". */
function amount(some: number, all: number): string {
	return `${some} of ${all} ${all === 1 ? "check" : "checks"} ${some === 1 ? "is" : "are"}`;
}

/** "design: nginx up, DSS backend down or starting; automation: host unreachable", each culprit once. */
function culprits(firing: readonly OpenCheck[]): string {
	const named = new Set(
		firing.map(
			({ instance, check }) => `${instance}: ${check.alert?.cause?.text ?? check.alert?.summary ?? check.name}`,
		),
	);
	const shown = [...named].slice(0, MOST_CULPRITS).join("; ");
	return named.size > MOST_CULPRITS ? `${shown}; and ${named.size - MOST_CULPRITS} more` : shown;
}

function rank(a: Level, b: Level): number {
	return a === b ? 0 : isWorse(a, b) ? -1 : 1;
}
