import { DssError, unauthorized } from "./error.ts";
import { type Future, futureAt } from "./future-book.ts";
import { type ApiRoute, type Call, found } from "./route.ts";
import type { ScenarioFire } from "./scenario-run.ts";

/** The id under which the run of a scenario stands among the background tasks. */
const scenarioFutureId = (fire: ScenarioFire) => `scenario-${fire.projectKey}-${fire.scenario.id}-${fire.id}`;

export const futureRoutes: readonly ApiRoute[] = [
	{ method: "GET", path: "/futures/", answer: list },
	{
		method: "GET",
		path: "/futures/:id",
		answer(call) {
			const fire = scenarioFire(call);
			return fire
				? scenarioState(fire, call.now)
				: futureState(wanted(call), call.now, { fetch: !call.query.flag("peek") });
		},
	},
	{
		method: "DELETE",
		path: "/futures/:id",
		answer(call) {
			const fire = scenarioFire(call);
			if (fire) call.world.scenarios.requestAbort(fire);
			else call.world.futures.abort(wanted(call).id);
			return { msg: `Aborted task ${call.param("id")}` };
		},
	},
];

/** Own tasks for everybody, all tasks for admins. Without flags: everything. */
function list(call: Call): object[] {
	const { query, caller, world, now } = call;
	const all = query.flag("allUsers");
	if (all && !caller.isAdmin) throw unauthorized(`Action forbidden for ${caller.id}: listing the tasks of all users`);
	const isMine = (owner: string) => all || owner === caller.login;
	const withTasks = query.text("withNotScenarios") === undefined || query.flag("withNotScenarios");
	const withScenarios = query.text("withScenarios") === undefined || query.flag("withScenarios");
	const tasks = world.futures.running().filter(({ owner }) => isMine(owner));
	const fires = runningScenarios(call).filter(({ firedBy }) => isMine(firedBy));
	return [
		...(withTasks ? tasks.map((future) => futureState(future, now, { fetch: false })) : []),
		...(withScenarios ? fires.map((fire) => scenarioState(fire, now)) : []),
	];
}

function runningScenarios({ world, now }: Call): ScenarioFire[] {
	return [...world.projects.values()].flatMap((project) =>
		[...project.scenarios.keys()].flatMap((id) => {
			const fire = world.scenarios.current(project.key, id);
			return fire && now >= fire.startsAt ? [fire] : [];
		}),
	);
}

function scenarioFire(call: Call): ScenarioFire | undefined {
	return runningScenarios(call).find(
		(fire) => scenarioFutureId(fire) === call.param("id") && isVisible(call, fire.firedBy),
	);
}

function wanted(call: Call): Future {
	const future = call.world.futures.get(call.param("id"));
	return found(future && isVisible(call, future.owner) ? future : undefined, `Unknown task: ${call.param("id")}`);
}

const isVisible = ({ caller }: Call, owner: string) => caller.isAdmin || caller.login === owner;

function scenarioState(fire: ScenarioFire, now: number): object {
	const target = { objectType: "SCENARIO", projectKey: fire.projectKey, objectId: fire.scenario.id };
	return {
		jobId: scenarioFutureId(fire),
		owner: fire.firedBy,
		...standing(true, false),
		startTime: fire.startsAt,
		runningTime: now - fire.startsAt,
		jobDisplayName: fire.scenario.name,
		payload: { displayName: fire.scenario.name, action: "run-scenario", targets: [target], extras: {} },
	};
}

/**
 * A background task as replies write it.
 *
 * @param fetch whether the result is wanted too; the result of a task that died is an error, as the client would wait
 *   for ever on a state that says neither
 */
export function futureState(future: Future, now: number, { fetch }: { readonly fetch: boolean }): object {
	const at = futureAt(future, now);
	if (fetch && at === "died") {
		throw new DssError(
			500,
			"com.dataiku.dip.exceptions.ProcessDiedException",
			`Task ${future.id} died: ${future.displayName}`,
		);
	}
	if (fetch && at === "aborted")
		throw new DssError(500, "java.util.concurrent.CancellationException", `Task ${future.id} was aborted`);
	return {
		jobId: future.id,
		owner: future.owner,
		...standing(at === "running", at === "aborted"),
		hasResult: at === "done",
		startTime: future.startedAt,
		runningTime: Math.min(now - future.startedAt, future.runMs),
		jobDisplayName: future.displayName,
		payload: { displayName: future.displayName, action: future.action, targets: future.targets, extras: {} },
		progress: { states: at === "running" ? [{ name: future.displayName, unit: "SIZE", cur: 40, target: 900 }] : [] },
		...(fetch && at === "done" ? { result: future.result() } : {}),
	};
}

const standing = (isAlive: boolean, isAborted: boolean) => ({
	alive: isAlive,
	aborted: isAborted,
	hasResult: false,
	unknown: false,
	abortable: isAlive,
});
