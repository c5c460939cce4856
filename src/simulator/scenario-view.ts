import type { Project, Scenario } from "./catalogue.ts";
import { jobAt } from "./job-run.ts";
import type { ScenarioRun } from "./scenario-book.ts";
import type { ScenarioFire } from "./scenario-run.ts";
import { logTime, runTime } from "./time-id.ts";

const HOUR_MS = 3_600_000;

const STEP_ID = "build_0";
const TRIGGERS = {
	manual: { id: "manual", type: "manual", name: "API run", delay: 0, active: false },
	temporal: { id: "by_time", type: "temporal", name: "By time", delay: 0, active: true },
};

/** An item of the list of scenarios, and the light status. `fire` is what goes on now; `nextAt` 0 where nothing is foreseen. */
export function scenarioItem(
	project: Project,
	scenario: Scenario,
	{ fire, nextAt, now }: { readonly fire: ScenarioFire | undefined; readonly nextAt: number; readonly now: number },
): object {
	const isRunning = fire !== undefined && now >= fire.startsAt;
	return {
		projectKey: project.key,
		id: scenario.id,
		name: scenario.name,
		type: "step_based",
		active: scenario.isActive,
		running: isRunning,
		start: isRunning ? fire.startsAt : 0,
		nextRun: nextAt,
		tags: scenario.tags ?? [],
	};
}

export function scenarioSettings(project: Project, scenario: Scenario): object {
	return {
		projectKey: project.key,
		id: scenario.id,
		name: scenario.name,
		type: "step_based",
		active: scenario.isActive,
		markedAsTest: false,
		params: { steps: [{ ...step(scenario), params: { builds: [{ type: "DATASET", itemId: scenario.builds }] } }] },
		triggers: scenario.schedule
			? [
					{
						...TRIGGERS.temporal,
						params: { frequency: "Hourly", repeatFrequency: scenario.schedule.everyMs / HOUR_MS },
					},
				]
			: [],
		reporters: [],
		...scenario.settings,
		runAsUser: scenario.runAs ?? project.owner,
		versionTag: { versionNumber: 1, lastModifiedBy: { login: project.owner } },
		tags: scenario.tags ?? [],
	};
}

const step = (scenario: Scenario) => ({ id: STEP_ID, name: `Build ${scenario.builds}`, type: "build_flowitem" });

/** The answer to a run request: it names the firing, not the run. */
export function fireView(fire: ScenarioFire, now: number): object {
	return {
		projectKey: fire.projectKey,
		scenarioId: fire.scenario.id,
		runId: fire.id,
		timestamp: fire.firedAt,
		cancelled: fire.run === undefined && now >= fire.startsAt,
		params: fire.params,
		trigger: TRIGGERS[fire.trigger],
	};
}

/** A run: `result` is absent until it has ended, `end` is 0 until then. */
export function runView({ fire, runId, moment }: ScenarioRun): object {
	const { outcome, failure, endedAt } = moment;
	const { projectKey, scenario } = fire;
	return {
		runId,
		start: fire.startsAt,
		end: endedAt,
		scenario: { projectKey, id: scenario.id, name: scenario.name, type: "step_based", markedAsTest: false },
		trigger: { trigger: TRIGGERS[fire.trigger], runId: fire.id },
		runAsUser: { realUserLogin: fire.firedBy },
		variables: {},
		...(outcome === undefined
			? {}
			: {
					result: {
						type: "SCENARIO_DONE",
						outcome,
						...(outcome === "FAILED" && failure ? { thrown: thrown(failure) } : {}),
					},
				}),
	};
}

/** The run with its steps; a step is there once its job was started. */
export function runDetails(run: ScenarioRun, now: number): object {
	const { fire, job, moment } = run;
	const { outcome, failure } = moment;
	if (now < job.createdAt) return { scenarioRun: runView(run), stepRuns: [] };
	const { state, startedAt, endedAt } = jobAt(job, now);
	const jobOutcome = state === "DONE" ? "SUCCESS" : state;
	const problem = job.failure ?? failure;
	const isOver = endedAt > 0 && now >= endedAt;
	return {
		scenarioRun: runView(run),
		stepRuns: [
			{
				runId: runTime(job.createdAt),
				start: job.createdAt,
				end: endedAt,
				step: { ...step(fire.scenario), ...(moment.step !== undefined && { name: moment.step }) },
				...(isOver
					? {
							result: {
								type: "STEP_DONE",
								outcome: outcome ?? jobOutcome,
								start: startedAt || job.createdAt,
								end: endedAt,
								...((state === "FAILED" || (outcome !== undefined && outcome !== "SUCCESS")) && problem
									? { thrown: thrown(problem) }
									: {}),
							},
						}
					: {}),
				additionalReportItems: [
					{
						type: "JOB_EXECUTED",
						jobId: job.id,
						start: job.createdAt,
						end: endedAt,
						target: { type: "JOBS" },
						...(isOver ? { outcome: jobOutcome } : {}),
						...(state === "FAILED" && problem ? { thrown: thrown(problem) } : {}),
					},
				],
			},
		],
	};
}

function thrown({ clazz, message }: { readonly clazz: string; readonly message: string }): object {
	return { clazz, title: message, message, stack: `${clazz}: ${message}` };
}

export function runLog({ fire, runId, job, moment }: ScenarioRun): string {
	const lines: [number, string][] = [
		[fire.startsAt, `Scenario ${fire.projectKey}.${fire.scenario.id} run ${runId} started`],
		[job.createdAt, `Step ${STEP_ID}: job ${job.id}`],
	];
	if (moment.outcome) lines.push([moment.endedAt, `Scenario ended, outcome=${moment.outcome}`]);
	return lines.map(([at, text]) => `[${logTime(at)}] [scenario] [INFO] [dku.scenario]  - ${text}\n`).join("");
}
