import type { Clock } from "../clock.ts";
import type { Board } from "./board.ts";
import type { Project, Scenario } from "./catalogue.ts";
import { illegalArgument } from "./error.ts";
import { History } from "./history.ts";
import type { JobBook } from "./job-book.ts";
import type { JobRun } from "./job-run.ts";
import { type RunMoment, runAt, type ScenarioFire } from "./scenario-run.ts";
import { createSchedule } from "./scenario-schedule.ts";
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
	/** When its schedule starts it next, ms since 1970; 0 where none does. */
	nextAt(projectKey: string, scenario: Scenario): number;
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

/** Somebody, or the clock, who starts a scenario. */
interface Firing {
	readonly login: string;
	readonly at: number;
	readonly params: Record<string, unknown>;
	readonly trigger?: ScenarioFire["trigger"];
	/** Its run does not end by itself. */
	readonly isHeld?: boolean;
	/** From before the simulator began: no fault acts on it. */
	readonly isPast?: boolean;
}

export function createScenarioBook(
	clock: Clock,
	board: Board,
	jobs: JobBook,
	projects: ReadonlyMap<string, Project>,
): ScenarioBook {
	const books = new Map<string, History<ScenarioFire>>();
	const keyOf = (projectKey: string, scenarioId: string) => `${projectKey}/${scenarioId}`;
	const bookOf = (projectKey: string, scenarioId: string): History<ScenarioFire> => {
		const key = keyOf(projectKey, scenarioId);
		const book = books.get(key) ?? new History<ScenarioFire>(FIRE_LIMIT, (fire) => !isUnderWay(fire, clock.now()));
		books.set(key, book);
		return book;
	};
	const firesOf = (projectKey: string, scenarioId: string) => bookOf(projectKey, scenarioId).all();

	const standing = (fire: ScenarioFire, at: number): ScenarioRun | undefined => {
		const job = fire.run && jobs.get(fire.projectKey, fire.run.jobId);
		return fire.run && job ? { fire, runId: fire.run.id, job, moment: runAt(fire, job, at) } : undefined;
	};
	const isUnderWay = (fire: ScenarioFire, at: number): boolean => {
		const run = standing(fire, at);
		return run !== undefined && run.moment.outcome === undefined;
	};
	const current = (projectKey: string, scenarioId: string, at: number) =>
		firesOf(projectKey, scenarioId).find((fire) => fire.firedAt <= at && isUnderWay(fire, at));

	const fire = (
		project: Project,
		scenario: Scenario,
		{ login, at, params, trigger = "manual", isHeld = false, isPast = false }: Firing,
	): ScenarioFire => {
		const book = bookOf(project.key, scenario.id);
		const firedAt = freeMoment(at, (moment) => book.get(runTime(moment)) !== undefined);
		const startsAt = firedAt + GRACE_MS;
		const isCancelled =
			current(project.key, scenario.id, at) !== undefined ||
			(!isPast && board.take("scenario_cancelled") !== undefined);
		const fire: ScenarioFire = {
			id: runTime(firedAt),
			projectKey: project.key,
			scenario,
			firedBy: login,
			firedAt,
			params,
			trigger,
			startsAt,
			...(isCancelled ? {} : { run: plannedRun(project, scenario, { login, startsAt, isHeld, isPast }, board, jobs) }),
		};
		book.put(fire);
		return fire;
	};
	const schedule = createSchedule(clock, board, projects, {
		fire: (project, scenario, { at, isHeld, isPast }) => {
			const login = scenario.runAs ?? project.owner;
			const { run } = fire(project, scenario, { login, at, isHeld, isPast, params: {}, trigger: "temporal" });
			return run?.jobId;
		},
		end(project, jobId, at) {
			const job = jobs.get(project.key, jobId);
			if (job) jobs.abort(job, at);
		},
	});

	return {
		fire(project, scenario, by) {
			schedule.catchUp(project.key, scenario.id);
			return fire(project, scenario, by);
		},
		nextAt: (projectKey, scenario) => schedule.nextAt(projectKey, scenario),
		getFire: (projectKey, scenarioId, fireId) => books.get(keyOf(projectKey, scenarioId))?.get(fireId),
		runOf(fire) {
			const run = standing(fire, clock.now());
			return run?.moment.hasStarted ? run : undefined;
		},
		runs(projectKey, scenarioId) {
			schedule.catchUp(projectKey, scenarioId);
			const now = clock.now();
			return firesOf(projectKey, scenarioId)
				.filter((fire) => fire.trigger === "manual" || !schedule.isHidden(fire))
				.flatMap((fire) => {
					const run = standing(fire, now);
					return run?.moment.hasStarted ? [run] : [];
				})
				.sort((one, other) => other.fire.startsAt - one.fire.startsAt);
		},
		current(projectKey, scenarioId) {
			schedule.catchUp(projectKey, scenarioId);
			return current(projectKey, scenarioId, clock.now());
		},
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
	{ login, startsAt, isHeld, isPast }: { login: string; startsAt: number; isHeld: boolean; isPast: boolean },
	board: Board,
	jobs: JobBook,
): NonNullable<ScenarioFire["run"]> {
	const dataset = project.datasets.find(({ name }) => name === scenario.builds);
	if (!dataset?.build) throw illegalArgument(`Scenario ${scenario.id} builds a dataset that nothing builds`);
	const forced = isHeld || isPast ? undefined : board.take("scenario_outcome");
	const failure = forced && { message: forced.message, clazz: "com.dataiku.dip.exceptions.CodedException" };
	const job = jobs.start({
		projectKey: project.key,
		dataset: { name: dataset.name, build: dataset.build },
		type: "NON_RECURSIVE_FORCED_BUILD",
		initiator: login,
		triggeredFrom: "SCHEDULER",
		at: startsAt + FIRST_STEP_MS,
		isHeld,
		isPast,
		...(forced?.outcome === "FAILED" && failure ? { failure } : {}),
	});
	if (forced?.outcome === "ABORTED") jobs.abort(job, job.createdAt + job.queueMs);
	return {
		id: runTime(startsAt),
		jobId: job.id,
		...(forced && failure
			? { forced: { outcome: forced.outcome, failure, ...(forced.step !== undefined && { step: forced.step }) } }
			: {}),
	};
}
