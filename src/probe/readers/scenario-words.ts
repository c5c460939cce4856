import { evidence } from "../../dss/evidence.ts";
import type { ScenarioRunDetails } from "../../dss/scenario-status.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Judged, Scenario, Trouble } from "./scenario-judgement.ts";

/** Longest text of one of them. */
const LONGEST = 200;

/** A scenario in trouble, with the step that explains it. */
export type Explained = Judged & { readonly details?: ScenarioRunDetails };

/** Somebody switched it off, and nothing else is wrong. */
export function isOnlyOff({ troubles }: Judged): boolean {
	return troubles.every((one) => one === "inactive");
}

/** The id, and the name where that says more. */
function labelOf({ project, id, name }: Scenario): string {
	return name === id ? `${project}/${id}` : `${project}/${id} (${shortened(name, 60)})`;
}

/** Which scenario is in trouble, and why. */
export function troubleText(one: Explained): string {
	return `${labelOf(one.scenario)} ${one.troubles.map((trouble) => wordsOf(trouble, one)).join(", ")}`;
}

function wordsOf(trouble: Trouble, one: Explained): string {
	const { last, details, successAgeMs, allowedAgeMs = 0, runningMs = 0, allowedRunMs = 0 } = one;
	const step = details?.failed;
	const error = step?.error ?? details?.run.error ?? last?.error;
	const at = step ? ` at step ${step.name}` : "";
	switch (trouble) {
		case "failed":
			return `failed${at}${error === undefined ? "" : `: ${error}`}`;
		case "warning":
			return `ended with a warning${at}${error === undefined ? "" : `: ${error}`}`;
		case "aborted":
			return `was aborted${at}`;
		case "overdue":
			return `${successAgeMs === undefined ? "has no success that is remembered" : `last went through ${formatDuration(successAgeMs)} ago`}, expected within ${formatDuration(allowedAgeMs)}`;
		case "long_running": {
			const going = details?.going[0];
			return `runs for ${formatDuration(runningMs)}${going === undefined ? "" : `, in step ${going}`}, more than ${formatDuration(allowedRunMs)}`;
		}
		case "never_ran":
			return "never ran";
		case "unscheduled":
			return "has no next run";
		case "inactive":
			return "is switched off";
		case "user_disabled":
			return `runs as ${last?.login ?? "a user"}, who is disabled`;
		case "missing":
			return "does not exist";
	}
}

/** The whole look in one line. */
export function seenText(
	all: readonly Judged[],
	missing: readonly string[],
	worst: readonly string[],
	left: number,
): string {
	if (all.length + missing.length === 0) return "no scenario is meant by this check";
	const inTrouble = missing.length + all.filter((one) => !isOnlyOff(one)).length;
	const [only] = all;
	const well = only && all.length === 1 ? wellText(only) : "all well";
	const rest = [
		...(inTrouble > worst.length ? [`${inTrouble - worst.length} more in trouble`] : []),
		...(left > 0 ? [`${left} not looked at`] : []),
	];
	const found = [...(worst.length > 0 ? worst : [well]), ...rest].join("; ");
	return evidence(`${all.length} ${all.length === 1 ? "scenario" : "scenarios"}: ${found}`);
}

function wellText({ last, lastRunMs = 0, successAgeMs, runningMs }: Judged): string {
	if (runningMs !== undefined) return `runs for ${formatDuration(runningMs)}`;
	if (!last || successAgeMs === undefined) return "no run is remembered";
	return `${last.outcome} ${formatDuration(successAgeMs)} ago, in ${formatDuration(lastRunMs)}`;
}

/** What conditions may ask of one scenario. */
export function factOf({ scenario, troubles, running, last, successAgeMs, lastRunMs, details }: Explained): object {
	const step = details?.failed;
	return {
		project: scenario.project,
		id: scenario.id,
		name: scenario.name,
		active: scenario.isActive,
		running: running !== undefined,
		outcome: last?.outcome ?? "",
		step: step?.name ?? "",
		error: step?.error ?? details?.run.error ?? last?.error ?? "",
		success_age: successAgeMs === undefined ? -1 : successAgeMs / 1_000,
		run_time: lastRunMs === undefined ? -1 : lastRunMs / 1_000,
		troubles: [...troubles],
	};
}

/** One line, no longer than that. */
export function shortened(text: string, longest = LONGEST): string {
	const line = evidence(text);
	return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
