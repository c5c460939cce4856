import type { Scenario } from "./catalogue.ts";
import { illegalArgument } from "./error.ts";
import { type ApiRoute, bodyObject, type Call, found, Plain } from "./route.ts";
import type { ScenarioRun } from "./scenario-book.ts";
import type { ScenarioFire } from "./scenario-run.ts";
import { fireView, runDetails, runLog, runView, scenarioItem, scenarioSettings } from "./scenario-view.ts";

const BASE = "/projects/:key/scenarios";

export const scenarioRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: `${BASE}/`,
		right: "MONITOR_JOBS",
		answer: (call) => [...call.project().scenarios.values()].map((scenario) => lightStatus(call, scenario)),
	},
	{ method: "GET", path: `${BASE}/testing-status`, since: "13.3", right: "MONITOR_JOBS", answer: testingStatus },
	{
		method: "GET",
		path: `${BASE}/:id`,
		right: "MONITOR_JOBS",
		answer: (call) => scenarioSettings(call.project(), wanted(call)),
	},
	{
		method: "GET",
		path: `${BASE}/:id/payload`,
		right: "MONITOR_JOBS",
		answer(call) {
			wanted(call);
			return { script: "" };
		},
	},
	{
		method: "GET",
		path: `${BASE}/:id/light`,
		right: "MONITOR_JOBS",
		answer: (call) => lightStatus(call, wanted(call)),
	},
	{ method: "PUT", path: `${BASE}/:id/light`, right: "WRITE_CONF", answer: setLight },
	{ method: "POST", path: `${BASE}/`, right: "WRITE_CONF", answer: create },
	{ method: "PUT", path: `${BASE}/:id`, right: "WRITE_CONF", answer: save },
	{
		method: "DELETE",
		path: `${BASE}/:id`,
		right: "WRITE_CONF",
		answer(call) {
			const { id } = wanted(call);
			call.project().scenarios.delete(id);
			return { msg: `Deleted scenario ${id}` };
		},
	},
	{
		method: "POST",
		path: `${BASE}/:id/run`,
		right: "RUN_JOBS",
		answer(call) {
			const by = { login: call.caller.login, at: call.now, params: bodyObject(call) };
			return fireView(call.world.scenarios.fire(call.project(), wanted(call), by), call.now);
		},
	},
	{
		method: "POST",
		path: `${BASE}/:id/abort`,
		right: "RUN_JOBS",
		answer(call) {
			const { id } = wanted(call);
			const fire = call.world.scenarios.current(call.param("key"), id);
			if (fire) call.world.scenarios.requestAbort(fire);
			return { msg: fire ? `Aborting scenario ${id}` : `Scenario ${id} is not running` };
		},
	},
	{
		method: "GET",
		path: `${BASE}/:id/get-last-runs`,
		right: "RUN_JOBS",
		answer(call) {
			const onlyFinished = call.query.flag("onlyFinishedRuns");
			const runs = runsOf(call).filter(({ moment }) => !onlyFinished || moment.outcome !== undefined);
			return runs.slice(0, call.query.whole("limit") || 10).map(runView);
		},
	},
	{
		method: "GET",
		path: `${BASE}/:id/get-runs-by-date`,
		since: "9.0",
		right: "RUN_JOBS",
		answer(call) {
			const from = day(call, "fromDate");
			const to = day(call, "toDate");
			return runsOf(call)
				.filter(({ fire }) => fire.startsAt >= from && fire.startsAt < to)
				.map(runView);
		},
	},
	{
		method: "GET",
		path: `${BASE}/:id/get-run-for-trigger`,
		right: "RUN_JOBS",
		answer(call) {
			const run = call.world.scenarios.runOf(wantedFire(call, call.query.text("triggerRunId")));
			return run ? runDetails(run, call.now) : {};
		},
	},
	{
		method: "GET",
		path: `${BASE}/trigger/:id/:triggerId`,
		right: "RUN_JOBS",
		answer: (call) => fireView(wantedFire(call, call.query.text("triggerRunId")), call.now),
	},
	{
		method: "GET",
		path: `${BASE}/:id/:runId/`,
		right: "RUN_JOBS",
		answer: (call) => runDetails(wantedRun(call), call.now),
	},
	{
		method: "GET",
		path: `${BASE}/:id/:runId/log`,
		since: "13.3",
		right: "READ_CONF",
		answer: (call) => new Plain(runLog(wantedRun(call))),
	},
];

function wanted(call: Call): Scenario {
	const [key, id] = [call.param("key"), call.param("id")];
	return found(call.project().scenarios.get(id), `scenario does not exist: ${key}.${id}`);
}

/** DSS makes the id out of the name. */
function create(call: Call): object {
	const { name, type, active, params } = bodyObject(call);
	if (typeof name !== "string" || name.trim() === "") throw illegalArgument("A scenario has a name");
	if (type !== "step_based" && type !== "custom_python")
		throw illegalArgument(`Unknown scenario type: ${String(type)}`);
	const { scenarios, key } = call.project();
	const plain = name.toUpperCase().replaceAll(/\W+/g, "_");
	let id = plain;
	for (let nth = 1; scenarios.has(id); nth++) id = `${plain}_${nth}`;
	scenarios.set(id, {
		id,
		name,
		isActive: active === true,
		builds: builtBy(params),
		settings: { params: withSteps(params) },
	});
	return { projectKey: key, id };
}

/** The client adds to the list of steps that it is given. */
function withSteps(params: unknown): object {
	return { steps: [], ...(typeof params === "object" ? params : {}) };
}

/** Whoever saves settings sends all of them back. */
function save(call: Call): object {
	const scenario = wanted(call);
	const settings = bodyObject(call);
	const { name, active, params } = settings;
	call.project().scenarios.set(scenario.id, {
		id: scenario.id,
		name: typeof name === "string" ? name : scenario.name,
		isActive: active === true,
		builds: builtBy(params),
		settings,
	});
	return { msg: `Saved scenario ${scenario.id}` };
}

/** The first dataset of the first step that builds one. */
function builtBy(params: unknown): string {
	const { steps } = (params ?? {}) as {
		readonly steps?: readonly { readonly params?: { readonly builds?: unknown } }[];
	};
	const builds = Array.isArray(steps) ? steps.flatMap((step) => step?.params?.builds ?? []) : [];
	const [first] = builds as { readonly itemId?: unknown }[];
	return typeof first?.itemId === "string" ? first.itemId : "";
}

function wantedFire(call: Call, fireId: string | undefined): ScenarioFire {
	const { id } = wanted(call);
	const fire = call.world.scenarios.getFire(call.param("key"), id, fireId ?? "");
	return found(fire, `trigger run does not exist: ${id} ${fireId}`);
}

function runsOf(call: Call): ScenarioRun[] {
	return call.world.scenarios.runs(call.param("key"), wanted(call).id);
}

function wantedRun(call: Call): ScenarioRun {
	const runId = call.param("runId");
	return found(
		runsOf(call).find((run) => run.runId === runId),
		`scenario run does not exist: ${runId}`,
	);
}

function lightStatus(call: Call, scenario: Scenario): object {
	const fire = call.world.scenarios.current(call.param("key"), scenario.id);
	const nextAt = call.world.scenarios.nextAt(call.param("key"), scenario);
	return scenarioItem(call.project(), scenario, { fire, nextAt, now: call.now });
}

function setLight(call: Call): object {
	const scenario = wanted(call);
	const { active } = bodyObject(call);
	if (typeof active === "boolean") call.project().scenarios.set(scenario.id, { ...scenario, isActive: active });
	return { msg: `Updated scenario ${scenario.id}` };
}

/** No shipped scenario is marked as a test. */
function testingStatus(): object {
	return { nbTotalRanScenarios: 0, nbScenariosPerOutcome: {} };
}

function day(call: Call, name: string): number {
	const text = call.query.text(name) ?? "";
	const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
	if (Number.isNaN(at)) throw illegalArgument(`Not a date: ${name}=${text}`);
	return at;
}
