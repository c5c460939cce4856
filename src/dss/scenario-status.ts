import { evidence } from "./evidence.ts";
import { defined, type Json, moment, object, text } from "./json.ts";

/** One run of a scenario, as DSS tells it. All times are ms since 1970 UTC on DSS's own clock. */
export interface ScenarioRun {
	readonly runId: string;
	/** The firing that it came of: the id of its trigger and the id of the firing, `manual:2025-11-20-10-15-30-255`. */
	readonly fireId?: string;
	/** `manual`, `temporal` … */
	readonly triggerType?: string;
	readonly startedAt: number;
	/** Absent while it runs. */
	readonly endedAt?: number;
	/** SUCCESS, WARNING, FAILED or ABORTED; absent while it runs. */
	readonly outcome?: string;
	/** DSS's words about a failure, where the run itself has them. */
	readonly error?: string;
	/** Whom it runs as. */
	readonly login?: string;
}

/** A step of a run that is worth naming. */
interface Step {
	readonly name: string;
	readonly error?: string;
}

/** A run with the steps that explain it. */
export interface ScenarioRunDetails {
	readonly run: ScenarioRun;
	/** The first that failed; where none did, the first that ended with a warning or was aborted. */
	readonly failed?: Step;
	/** Names of steps that are not over. */
	readonly going: readonly string[];
}

/** Names a firing in one word. */
export function fireIdOf(triggerId: string, runId: string): string {
	return `${triggerId}:${runId}`;
}

/** Takes such a word apart again: ids of firings hold no colon, ids of triggers may. */
export function partsOfFire(id: string): { readonly triggerId: string; readonly runId: string } {
	const at = id.lastIndexOf(":");
	return { triggerId: id.slice(0, at), runId: id.slice(at + 1) };
}

/**
 * Reads the answer to an order to run a scenario: it names the firing, and not yet the run.
 *
 * @returns undefined where it names none
 */
export function readFire(json: unknown): { readonly id: string; readonly isCancelled: boolean } | undefined {
	const fire = object(json);
	const [triggerId, runId] = [text(object(fire["trigger"])["id"]), text(fire["runId"])];
	if (triggerId === undefined || runId === undefined) return undefined;
	return { id: fireIdOf(triggerId, runId), isCancelled: fire["cancelled"] === true };
}

/** Reads the answer of `get-last-runs`, newest first; undefined where it is no list. */
export function readRuns(json: unknown): readonly ScenarioRun[] | undefined {
	if (!Array.isArray(json)) return undefined;
	return json.flatMap((one) => readRun(one) ?? []);
}

/**
 * Reads the answer of `get-run-for-trigger`, or that of one run.
 *
 * @returns undefined where it holds no run: a firing that has not become one
 */
export function readRunDetails(json: unknown): ScenarioRunDetails | undefined {
	const details = object(json);
	const run = readRun(details["scenarioRun"]);
	if (!run) return undefined;
	const steps = Array.isArray(details["stepRuns"]) ? details["stepRuns"].map(object) : [];
	const bad = ["FAILED", "WARNING", "ABORTED"].map((outcome) => steps.find((step) => outcomeOf(step) === outcome));
	const failed = bad.find((step) => step !== undefined);
	const going = steps.filter((step) => outcomeOf(step) === undefined && moment(step["end"]) === undefined);
	return {
		run,
		...(failed && { failed: { name: nameOf(failed), ...defined("error", errorOf(failed)) } }),
		going: going.map(nameOf),
	};
}

/** The client decides by the presence of `result` whether a run is over. */
function readRun(json: unknown): ScenarioRun | undefined {
	const run = object(json);
	const runId = text(run["runId"]);
	const startedAt = moment(run["start"]);
	if (runId === undefined || startedAt === undefined) return undefined;
	const fire = object(run["trigger"]);
	const trigger = object(fire["trigger"]);
	const [triggerId, fireRun] = [text(trigger["id"]), text(fire["runId"])];
	const outcome = outcomeOf(run);
	return {
		runId,
		startedAt,
		...(triggerId !== undefined && fireRun !== undefined && { fireId: fireIdOf(triggerId, fireRun) }),
		...defined("triggerType", text(trigger["type"])),
		...(outcome !== undefined && { outcome, endedAt: moment(run["end"]) ?? startedAt }),
		...defined("error", thrownIn(run["result"])),
		...defined("login", text(object(run["runAsUser"])["realUserLogin"])),
	};
}

function outcomeOf(run: Json): string | undefined {
	return text(object(run["result"])["outcome"]);
}

function nameOf(step: Json): string {
	const { name, id, type } = object(step["step"]);
	return evidence(text(name) ?? text(id) ?? text(type) ?? "a step without a name");
}

/** The client looks first at the step and then at what it reports: a job that failed. */
function errorOf(step: Json): string | undefined {
	const reported = Array.isArray(step["additionalReportItems"]) ? step["additionalReportItems"].map(object) : [];
	return thrownIn(step["result"]) ?? reported.map((one) => thrownIn(one)).find((words) => words !== undefined);
}

function thrownIn(result: unknown): string | undefined {
	const { message, title, clazz } = object(object(result)["thrown"]);
	const words = text(message) ?? text(title) ?? text(clazz);
	return words === undefined ? undefined : evidence(words);
}
