import type { Clock } from "../clock.ts";
import type { Board } from "./board.ts";
import type { Project, Scenario } from "./catalogue.ts";
import { illegalArgument } from "./error.ts";
import { History } from "./history.ts";
import type { JobBook } from "./job-book.ts";
import type { JobRun } from "./job-run.ts";
import { type RunMoment, runAt, type ScenarioFire } from "./scenario-run.ts";
import { freeMoment, runTime } from "./time-id.ts";

/** How many firings of one scenario are remembered. */
const FIRE_LIMIT = 100;
/** From the firing to the start of the run: DSS takes "a few seconds". */
const GRACE_MS = 800;
/** From the start of the run to the start of its job. */
const FIRST_STEP_MS = 100;

/** A firing that became a run, with its job and where it stands. */
export interface ScenarioRun {
	readonly fire: ScenarioFire;
	readonly runId: string;
	readonly job: JobRun;
	readonly moment: RunMoment;
}

/** The firings and runs of every scenario. */
export interface ScenarioBook {
	fire(
		project: Project,
		scenario: Scenario,
		by: { login: string; at: number; params: Record<string, unknown> },
	): ScenarioFire;
	getFire(projectKey: string, scenarioId: string, fireId: string): ScenarioFire | undefined;
	/** The run of a firing, once it has started. */
	runOf(fire: ScenarioFire): ScenarioRun | undefined;
	/** Newest first, without those that have not started. */
	runs(projectKey: string, scenarioId: string): ScenarioRun[];
	/** The run that goes on now, started or about to. */
	current(projectKey: string, scenarioId: string): ScenarioFire | undefined;
	/** Asks for an abort now; no error where nothing runs. */
	requestAbort(fire: ScenarioFire): void;
	forget(projectKey: string): void;
}

export function createScenarioBook(clock: Clock, board: Board, jobs: JobBook): ScenarioBook {
	const books = new Map<string, History<ScenarioFire>>();
	const keyOf = (projectKey: string, scenarioId: string) => `${projectKey}/${scenarioId}`;
	const firesOf = (projectKey: string, scenarioId: string) => books.get(keyOf(projectKey, scenarioId))?.all() ?? [];

	const standing = (fire: ScenarioFire, at: number): ScenarioRun | undefined => {
		const job = fire.run && jobs.get(fire.projectKey, fire.run.jobId);
		return fire.run && job ? { fire, runId: fire.run.id, job, moment: runAt(fire, job, at) } : undefined;
	};
	const isUnderWay = (fire: ScenarioFire, at: number): boolean => {
		const run = standing(fire, at);
		return run !== undefined && run.moment.outcome === undefined;
	};
	const current = (projectKey: string, scenarioId: string, at: number) =>
		firesOf(projectKey, scenarioId).find((fire) => isUnderWay(fire, at));

	return {
		fire(project, scenario, { login, at, params }) {
			const key = keyOf(project.key, scenario.id);
			const book = books.get(key) ?? new History<ScenarioFire>(FIRE_LIMIT, (fire) => !isUnderWay(fire, clock.now()));
			books.set(key, book);
			const firedAt = freeMoment(at, (moment) => book.get(runTime(moment)) !== undefined);
			const startsAt = firedAt + GRACE_MS;
			const isCancelled = current(project.key, scenario.id, at) !== undefined || board.take("scenario_cancelled");
			const fire: ScenarioFire = {
				id: runTime(firedAt),
				projectKey: project.key,
				scenario,
				firedBy: login,
				firedAt,
				params,
				startsAt,
				...(isCancelled ? {} : { run: plannedRun(project, scenario, { login, startsAt }, board, jobs) }),
			};
			book.put(fire);
			return fire;
		},
		getFire: (projectKey, scenarioId, fireId) => books.get(keyOf(projectKey, scenarioId))?.get(fireId),
		runOf(fire) {
			const run = standing(fire, clock.now());
			return run?.moment.hasStarted ? run : undefined;
		},
		runs(projectKey, scenarioId) {
			const now = clock.now();
			return firesOf(projectKey, scenarioId).flatMap((fire) => {
				const run = standing(fire, now);
				return run?.moment.hasStarted ? [run] : [];
			});
		},
		current: (projectKey, scenarioId) => current(projectKey, scenarioId, clock.now()),
		requestAbort(fire) {
			const run = standing(fire, clock.now());
			if (run && run.moment.outcome === undefined) jobs.requestAbort(run.job);
		},
		forget(projectKey) {
			for (const key of books.keys()) if (key.startsWith(`${projectKey}/`)) books.delete(key);
		},
	};
}

function plannedRun(
	project: Project,
	scenario: Scenario,
	{ login, startsAt }: { login: string; startsAt: number },
	board: Board,
	jobs: JobBook,
): NonNullable<ScenarioFire["run"]> {
	const dataset = project.datasets.find(({ name }) => name === scenario.builds);
	if (!dataset?.build) throw illegalArgument(`Scenario ${scenario.id} builds a dataset that nothing builds`);
	const forced = board.take("scenario_outcome");
	const failure = forced && { message: forced.message, clazz: "com.dataiku.dip.exceptions.CodedException" };
	const job = jobs.start({
		projectKey: project.key,
		dataset: { name: dataset.name, build: dataset.build },
		type: "NON_RECURSIVE_FORCED_BUILD",
		initiator: login,
		triggeredFrom: "SCHEDULER",
		at: startsAt + FIRST_STEP_MS,
		...(forced?.outcome === "FAILED" && failure ? { failure } : {}),
	});
	if (forced?.outcome === "ABORTED") jobs.abort(job, job.createdAt + job.queueMs);
	return {
		id: runTime(startsAt),
		jobId: job.id,
		...(forced && failure ? { forced: { outcome: forced.outcome, failure } } : {}),
	};
}
