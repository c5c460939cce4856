import type { DssClient } from "./client.ts";
import {
	fireIdOf,
	partsOfFire,
	readFire,
	readRunDetails,
	readRuns,
	type ScenarioRun,
	type ScenarioRunDetails,
} from "./scenario-status.ts";
import { aborted, type ListedWork, type Read, read, started, type Work, type WorkStatus } from "./work.ts";

/** A scenario runs once at a time, so its last runs are few. */
const LIST_LIMIT = 20;

/** Stands for the trigger of a run that does not name it: such a run is asked for by its own id. */
const NO_TRIGGER = "?";

/**
 * Running one scenario, as work that is ordered. Its id is that of the firing: the run that comes of it has an id of its own,
 * seconds later, or never, where DSS cancels the firing because the scenario runs already.
 *
 * @param going ids that were seen running; shared between clients that do the same work
 */
export function scenarioRunsOf(
	client: DssClient,
	{ project, scenario }: { readonly project: string; readonly scenario: string },
	going: Set<string>,
): Work {
	const scenarios = `/projects/${encodeURIComponent(project)}/scenarios`;
	const root = `${scenarios}/${encodeURIComponent(scenario)}`;

	async function status(id: string): Promise<Read<WorkStatus>> {
		const { triggerId, runId } = partsOfFire(id);
		const answer =
			triggerId === NO_TRIGGER
				? await client.get(`${root}/${encodeURIComponent(runId)}/`)
				: await client.get(`${root}/get-run-for-trigger`, { triggerId, triggerRunId: runId });
		if (!answer.ok) return answer;
		const details = readRunDetails(answer.json);
		if (!details) return { ok: true, value: await waiting(triggerId, runId) };
		const value = statusOf(details);
		if (value.isFinal) going.delete(id);
		else going.add(id);
		return { ok: true, value };
	}

	/** What a firing is that has not become a run. Where DSS does not tell, it waits still. */
	async function waiting(triggerId: string, runId: string): Promise<WorkStatus> {
		const path = `${scenarios}/trigger/${encodeURIComponent(scenario)}/${encodeURIComponent(triggerId)}`;
		const answer = await client.get(path, { triggerRunId: runId });
		const isCancelled = answer.ok && readFire(answer.json)?.isCancelled === true;
		const state = isCancelled ? "CANCELLED" : "FIRED";
		return { state, isFinal: isCancelled, hasStarted: false, unfinished: [] };
	}

	return {
		async start() {
			const answer = await client.post(`${root}/run`, {});
			const order = {
				idOf: (json: unknown) => readFire(json)?.id,
				refused: "scenario_refused",
				noun: "scenario run",
			} as const;
			const made = started(answer, order);
			// A firing that was made in spite of an error becomes a run, and is seen, only later.
			return !made.ok && made.made === "perhaps" ? { ...made, made: "unknown" } : made;
		},
		status,
		async list() {
			const answer = await client.get(`${root}/get-last-runs`, { limit: LIST_LIMIT, onlyFinishedRuns: false });
			const runs = read(answer, readRuns, "list of runs that is no list");
			return runs.ok ? { ok: true, value: runs.value.map(listed) } : runs;
		},
		async abort(id) {
			// DSS aborts whatever run of the scenario goes on, so it must be ours.
			if (!going.has(id)) {
				const look = await status(id);
				if (!look.ok) return look;
				if (look.value.isFinal) return { ok: true, value: undefined };
				if (!look.value.hasStarted) {
					return { ok: false, fault: { code: "scenario_not_started", text: "what has not started cannot be aborted" } };
				}
			}
			return aborted(await client.post(`${root}/abort`));
		},
		lastWords: async () => undefined,
	};
}

function statusOf({ run, failed, going }: ScenarioRunDetails): WorkStatus {
	const { runId, outcome, startedAt, endedAt, error } = run;
	const words = failed ? [`step ${failed.name}`, failed.error ?? error] : [error];
	const failure = words.filter((one) => one !== undefined).join(": ");
	return {
		state: outcome ?? "RUNNING",
		isFinal: outcome !== undefined,
		hasStarted: true,
		shownAs: runId,
		startedAt,
		...(endedAt !== undefined && { endedAt }),
		...(failure !== "" && { failure }),
		unfinished: going,
	};
}

/** Runs that a trigger by time or by data started cannot be of an order of ours. */
function listed({ runId, fireId, outcome, startedAt, triggerType }: ScenarioRun): ListedWork {
	return {
		id: fireId ?? fireIdOf(NO_TRIGGER, runId),
		state: outcome ?? "RUNNING",
		isFinal: outcome !== undefined,
		initiatedAt: startedAt,
		isSame: true,
		isByOrder: fireId !== undefined && (triggerType ?? "manual") === "manual",
	};
}
