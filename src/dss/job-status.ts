import { defined, type Json, moment, object, text } from "./json.ts";

/** What DSS says of one job. All times are ms since 1970 UTC on DSS's own clock; absent where DSS says 0. */
export interface JobStatus {
	/** In the words of DSS. */
	readonly state: string;
	readonly isFinal: boolean;
	/** Whether a job kernel took it up. A job that was aborted while it queued never started. */
	readonly hasStarted: boolean;
	readonly initiatedAt?: number;
	readonly startedAt?: number;
	readonly endedAt?: number;
	/** Names of what it builds; absent where DSS does not tell. */
	readonly outputs?: readonly string[];
	/** Who or what started it, such as API or SCENARIO. */
	readonly triggeredFrom?: string;
	/** Why it failed, with the name of the activity. */
	readonly failure?: string;
	/** Activities that are not over, with their states, for a job that hangs. */
	readonly unfinished: readonly string[];
}

/** One row of the list of jobs. */
export type ListedJob = Pick<
	JobStatus,
	"state" | "isFinal" | "initiatedAt" | "startedAt" | "endedAt" | "outputs" | "triggeredFrom"
> & {
	readonly id: string;
};

/** The states that end a job, by the client and the documentation. */
const FINAL = ["DONE", "FAILED", "ABORTED"];
const WAITING = ["NOT_STARTED", "RUNNING"];

/**
 * Reads the answer of `GET /projects/K/jobs/ID/`. The official client reads `baseStatus.state`, the REST reference prints
 * `baseStatus.status`; both are taken. A state of another name is one in passing.
 *
 * @returns undefined where the answer names no state
 */
export function readJobStatus(json: unknown): JobStatus | undefined {
	const base = object(object(json)["baseStatus"]);
	const state = text(base["state"]) ?? text(base["status"]);
	if (state === undefined) return undefined;
	const def = object(base["def"]);
	const startedAt = moment(base["jobStartTime"]);
	const endedAt = moment(base["jobEndTime"]);
	const isFinal = isOver(state, endedAt);
	const activities = Object.entries(object(base["activities"])).map(([id, value]) => ({ id, ...activity(value) }));
	const failed = activities.find(({ failure }) => failure !== undefined);
	const failure = failed ? `${failed.id}: ${failed.failure}` : messageOf(base, object(json));
	return {
		state,
		isFinal,
		hasStarted: startedAt !== undefined || state === "RUNNING" || (isFinal && state !== "ABORTED"),
		...defined("startedAt", startedAt),
		...defined("endedAt", endedAt),
		...definition(def),
		...defined("failure", failure),
		unfinished: activities.filter(({ isFinal }) => !isFinal).map(({ id, state }) => `${id} ${state}`),
	};
}

/**
 * Reads the answer of `GET /projects/K/jobs/`, newest first. Two shapes exist: with the definition under `def`, and the
 * flat one of the REST reference. A row without an id or a state is passed over.
 *
 * @returns undefined where the answer is no list
 */
export function readJobList(json: unknown): readonly ListedJob[] | undefined {
	if (!Array.isArray(json)) return undefined;
	return json.flatMap((entry) => {
		const row = object(entry);
		const def = object(row["def"]);
		const id = text(def["id"]) ?? text(row["jobId"]) ?? text(row["id"]);
		const state = text(row["state"]) ?? text(row["status"]);
		if (id === undefined || state === undefined) return [];
		const endedAt = moment(row["endTime"]);
		return [
			{
				id,
				state,
				isFinal: isOver(state, endedAt),
				...defined("startedAt", moment(row["startTime"])),
				...defined("endedAt", endedAt),
				...definition({ ...row, ...def }),
			},
		];
	});
}

/**
 * A state of an unknown name is one in passing (queueing, computing dependencies), unless the job also has an end time:
 * some clients guard against KILLED, CANCELED and ERROR, and such a job must not count as running for ever.
 */
function isOver(state: string, endedAt: number | undefined): boolean {
	return FINAL.includes(state) || (endedAt !== undefined && !WAITING.includes(state));
}

function definition(def: Json): Pick<JobStatus, "initiatedAt" | "outputs" | "triggeredFrom"> {
	const outputs = Array.isArray(def["outputs"]) ? def["outputs"].flatMap((output) => names(object(output))) : [];
	return {
		...defined("initiatedAt", moment(def["initiationTimestamp"])),
		...defined("triggeredFrom", text(def["triggeredFrom"])),
		...(outputs.length > 0 && { outputs }),
	};
}

/** What is posted as `id` comes back as `targetDataset`, and under other names of that form for other types of output. */
function names(output: Json): readonly string[] {
	return Object.entries(output).flatMap(([key, value]) =>
		typeof value === "string" && /^(?:id|target\w+)$/.test(key) && !/(?:ProjectKey|Partition)$/.test(key)
			? [value]
			: [],
	);
}

function activity(json: unknown): { readonly state: string; readonly isFinal: boolean; readonly failure?: string } {
	const fields = object(json);
	const state = text(fields["state"]) ?? "in an unknown state";
	const failure = text(object(fields["firstFailure"])["message"]);
	return { state, isFinal: isOver(state, moment(fields["endTime"])), ...defined("failure", failure) };
}

/** The words about a whole job; DSS puts them in one of four places. */
function messageOf(base: Json, whole: Json): string | undefined {
	return (
		text(base["message"]) ??
		text(base["errorMessage"]) ??
		text(whole["errorMessage"]) ??
		text(object(whole["error"])["message"])
	);
}
