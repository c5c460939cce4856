import type { Clock } from "../clock.ts";
import type { Board } from "./board.ts";
import type { Project, Scenario } from "./catalogue.ts";
import type { ScenarioFire } from "./scenario-run.ts";

const HOUR_MS = 3_600_000;
/** After a long time without a question at most so many runs of one scenario are made up for. */
const MOST_AT_ONCE = 60;

/** The triggers by time of every scenario. Nothing runs by itself: what was due is made up for when somebody asks. */
export interface ScenarioSchedule {
	catchUp(projectKey: string, scenarioId: string): void;
	/** When the next run is due, ms since 1970; 0 where none is foreseen. */
	nextAt(projectKey: string, scenario: Scenario): number;
	/** Whether a fault wants a run that was made by time not to be there. */
	isHidden(fire: ScenarioFire): boolean;
}

export function createSchedule(
	clock: Clock,
	board: Board,
	projects: ReadonlyMap<string, Project>,
	act: {
		/** Starts a scenario as its trigger would; answers the id of its job, where it was not cancelled. */
		fire(
			project: Project,
			scenario: Scenario,
			how: { at: number; isHeld: boolean; isPast: boolean },
		): string | undefined;
		end(project: Project, jobId: string, at: number): void;
	},
): ScenarioSchedule {
	const bornAt = clock.now();
	/** By project and scenario. */
	const nexts = new Map<string, number>();
	const hanging: { readonly project: Project; readonly jobId: string; readonly startedAt: number }[] = [];
	const keyOf = (projectKey: string, { id }: Scenario) => `${projectKey}/${id}`;
	const nextOf = (projectKey: string, scenario: Scenario, everyMs: number): number =>
		nexts.get(keyOf(projectKey, scenario)) ??
		bornAt - (scenario.schedule?.lastAgoMs ?? 0) - (scenario.schedule?.past ?? 0) * everyMs;

	const scheduled = () =>
		[...projects.values()].flatMap((project) =>
			[...project.scenarios.values()].flatMap((scenario) =>
				scenario.schedule ? [{ project, scenario, everyMs: scenario.schedule.everyMs }] : [],
			),
		);

	const catchUp = (projectKey?: string, scenarioId?: string) => {
		const now = clock.now();
		for (const { project, scenario, everyMs } of scheduled()) {
			if (projectKey !== undefined && (project.key !== projectKey || scenario.id !== scenarioId)) continue;
			let next = nextOf(project.key, scenario, everyMs);
			if (next > now) continue;
			const due = Math.floor((now - next) / everyMs) + 1;
			next += Math.max(0, due - MOST_AT_ONCE) * everyMs;
			for (; next <= now; next += everyMs) {
				// One that is switched off has its past, up to when it was last run, and nothing since.
				const isPast = next <= bornAt - (scenario.schedule?.lastAgoMs ?? 0);
				const isRun = isPast || (scenario.isActive && !board.find("triggers_off"));
				if (isRun) act.fire(project, scenario, { at: next, isHeld: false, isPast });
			}
			nexts.set(keyOf(project.key, scenario), next);
		}
	};

	board.listen((change, fault, at) => {
		if (fault.fault !== "scenario_hangs") return;
		for (const { project, jobId } of hanging.splice(0)) act.end(project, jobId, at);
		if (change !== "began") return;
		catchUp();
		for (const { project, scenario } of scheduled()) {
			if (!scenario.isActive) continue;
			const startedAt = at - fault.hours * HOUR_MS;
			const jobId = act.fire(project, scenario, { at: startedAt, isHeld: true, isPast: false });
			if (jobId !== undefined) hanging.push({ project, jobId, startedAt });
		}
	});

	return {
		catchUp,
		nextAt(projectKey, scenario) {
			const { schedule, isActive } = scenario;
			if (!schedule || !isActive || board.find("triggers_off")) return 0;
			catchUp(projectKey, scenario.id);
			return nextOf(projectKey, scenario, schedule.everyMs);
		},
		isHidden(fire) {
			const off = board.entry("triggers_off");
			if (off?.fault.fault === "triggers_off" && fire.startsAt > off.since - off.fault.hours * HOUR_MS) return true;
			const isHung = hanging.some(({ jobId }) => jobId === fire.run?.jobId);
			const since = hanging[0]?.startedAt;
			return since !== undefined && !isHung && fire.startsAt > since;
		},
	};
}
