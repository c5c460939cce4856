import type { ScenarioRun } from "../../dss/scenario-status.ts";
import { median } from "../../model/trend.ts";

/** One scenario as its project lists it. */
export interface Scenario {
	readonly project: string;
	readonly id: string;
	readonly name: string;
	readonly isActive: boolean;
	/** When DSS foresees its next run, ms since 1970; absent where it foresees none. */
	readonly nextRunAt?: number;
}

/** What is asked for in the options. ms. */
export interface Wanted {
	/** A run that went through may be so old. Absent: by the scenario's own rhythm. */
	readonly expectedWithinMs?: number | undefined;
	/** A run may take so long. Absent: by the scenario's own runs. */
	readonly longestRunMs?: number | undefined;
}

/** What can be wrong with a scenario, the worst first. */
export const TROUBLES = [
	"missing",
	"failed",
	"overdue",
	"aborted",
	"long_running",
	"user_disabled",
	"unscheduled",
	"never_ran",
	"warning",
	"inactive",
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** A scenario judged. Ages and durations in ms. */
export interface Judged {
	readonly scenario: Scenario;
	readonly troubles: readonly Trouble[];
	/** The newest run that is over. */
	readonly last?: ScenarioRun;
	readonly lastRunMs?: number;
	/** How long ago the last run ended that went through; absent where none is remembered. */
	readonly successAgeMs?: number;
	/** How old that may be, where it is known. */
	readonly allowedAgeMs?: number;
	/** The run that goes on, and since when. */
	readonly running?: ScenarioRun;
	readonly runningMs?: number;
	/** How long that may take, where it is known. */
	readonly allowedRunMs?: number;
}

/** So many finished runs say what is usual. */
const COMPARED = 10;
/** From fewer nothing is concluded. */
const FEWEST = 3;
/** A run is long at this many times the usual duration, and never before the shortest. */
const LONG_FACTOR = 3;
const SHORTEST_LONG_MS = 10 * 60_000;
/** Runs that came by themselves: so many make a rhythm. */
const FEWEST_IN_RHYTHM = 5;
/** A success is overdue at this many times the usual pause, and at so many times the longest one: weekends count. */
const PAUSE_FACTOR = 3;
const LONGEST_PAUSE_FACTOR = 1.5;
const SHORTEST_OVERDUE_MS = 60 * 60_000;

/** Whether a run did its work. One that ended with a warning went through. */
function wentThrough({ outcome }: ScenarioRun): boolean {
	return outcome === "SUCCESS" || outcome === "WARNING";
}

/**
 * How long a run may take before it counts as long: three times the median of the last ten that went through, and at least
 * ten minutes. Pure.
 *
 * @param runs newest first
 * @returns ms; undefined where fewer than three say what is usual
 */
export function longRunMs(runs: readonly ScenarioRun[]): number | undefined {
	const usual = runs.filter(wentThrough).slice(0, COMPARED).map(durationOf);
	return usual.length < FEWEST ? undefined : Math.max(SHORTEST_LONG_MS, LONG_FACTOR * median(usual));
}

/**
 * How old a success may be by the scenario's own rhythm: three times the median pause between the starts of runs that nobody
 * started by hand, and one and a half times the longest, so that a weekend without runs does not alarm; an hour at least.
 * Pure.
 *
 * @param runs newest first
 * @returns ms; undefined where there is no rhythm to go by
 */
export function overdueMs(runs: readonly ScenarioRun[]): number | undefined {
	const starts = runs
		.filter(({ triggerType }) => triggerType !== undefined && triggerType !== "manual")
		.map(({ startedAt }) => startedAt)
		.sort((a, b) => b - a);
	if (starts.length < FEWEST_IN_RHYTHM) return undefined;
	const pauses = starts.slice(1).map((start, index) => (starts[index] as number) - start);
	return Math.max(SHORTEST_OVERDUE_MS, PAUSE_FACTOR * median(pauses), LONGEST_PAUSE_FACTOR * Math.max(...pauses));
}

/**
 * Judges one scenario by its last runs. Pure.
 *
 * @param runs newest first
 * @param given `now` in ms since 1970; `disabled` the logins that DSS has disabled; `isNamed` whether the check names this very
 * scenario: then it is expected to work although its triggers are off
 */
export function judge(
	scenario: Scenario,
	runs: readonly ScenarioRun[],
	wanted: Wanted,
	given: { readonly now: number; readonly disabled: ReadonlySet<string>; readonly isNamed: boolean },
): Judged {
	const { now, disabled, isNamed } = given;
	const running = runs.find(({ outcome }) => outcome === undefined);
	const finished = runs.filter(({ outcome }) => outcome !== undefined);
	const [last] = finished;
	const success = finished.find(wentThrough);
	const successAgeMs = success && Math.max(0, now - (success.endedAt ?? success.startedAt));
	const runningMs = running && Math.max(0, now - running.startedAt);
	const allowedRunMs = wanted.longestRunMs ?? longRunMs(finished);
	const isExpected = scenario.isActive || isNamed;
	const allowedAgeMs = wanted.expectedWithinMs ?? (scenario.isActive ? overdueMs(runs) : undefined);
	// All runs that are remembered are known to be no success: the oldest of them says how long that is.
	const ageMs = successAgeMs ?? (runs.length > 0 ? now - Math.min(...runs.map((run) => run.startedAt)) : undefined);
	const login = runs[0]?.login;

	const found = new Set<Trouble>();
	if (!scenario.isActive) found.add("inactive");
	if (runningMs !== undefined && allowedRunMs !== undefined && runningMs > allowedRunMs) found.add("long_running");
	if (isExpected) {
		if (last?.outcome === "FAILED") found.add("failed");
		else if (last?.outcome === "ABORTED") found.add("aborted");
		else if (last?.outcome === "WARNING") found.add("warning");
		if (runs.length === 0) found.add("never_ran");
		if (ageMs !== undefined && allowedAgeMs !== undefined && ageMs > allowedAgeMs) found.add("overdue");
		if (login !== undefined && disabled.has(login)) found.add("user_disabled");
	}
	const byItself = runs.find(({ triggerType }) => triggerType !== "manual");
	if (scenario.isActive && scenario.nextRunAt === undefined && byItself?.triggerType === "temporal" && !running)
		found.add("unscheduled");
	return {
		scenario,
		troubles: TROUBLES.filter((trouble) => found.has(trouble)),
		...(last && { last, lastRunMs: durationOf(last) }),
		...(successAgeMs !== undefined && { successAgeMs }),
		...(allowedAgeMs !== undefined && { allowedAgeMs }),
		...(running && runningMs !== undefined && { running, runningMs }),
		...(allowedRunMs !== undefined && { allowedRunMs }),
	};
}

function durationOf({ startedAt, endedAt }: ScenarioRun): number {
	return Math.max(0, (endedAt ?? startedAt) - startedAt);
}
