import { OTHER_PROJECT } from "./catalogue.ts";
import { type ApiRoute, type Call, found } from "./route.ts";
import { HOUR_MS } from "./world.ts";

const WEBAPP_ID = "dashboard";
const RECIPE_ID = "stream_orders";

/** Webapps, continuous activities and data quality: what goes on running by itself. */
export const deployedRoutes: readonly ApiRoute[] = [
	{
		method: "GET",
		path: "/projects/:key/webapps/",
		since: "6.0",
		right: "READ_CONF",
		answer: (call) => (owns(call) ? [{ ...webapp(call), backendRunning: !webappFault(call), tags: [] }] : []),
	},
	{
		method: "GET",
		path: "/projects/:key/webapps/:id/backend/state",
		since: "11.4",
		right: "READ_CONF",
		answer: webappState,
	},
	{
		method: "GET",
		path: "/projects/:key/continuous-activities/",
		since: "8.0",
		right: "READ_CONF",
		answer: (call) => (owns(call) ? [activity(call)] : []),
	},
	{
		method: "GET",
		path: "/projects/:key/continuous-activities/:id/",
		since: "8.0",
		right: "READ_CONF",
		answer(call) {
			found(
				owns(call) && call.param("id") === RECIPE_ID ? RECIPE_ID : undefined,
				`Activity does not exist: ${call.param("id")}`,
			);
			const mainLoopState = { futureId: "loop-1", futureInfo: { alive: true }, runId: "run-1", attemptId: "attempt-1" };
			return { ...activity(call), mainLoopState };
		},
	},
	{
		method: "GET",
		path: "/data-quality/status",
		since: "12.6",
		answer: ({ world, caller, now }) =>
			Object.fromEntries(
				[...world.projects.values()]
					.filter(({ key }) => caller.mayUse(key, "READ_CONF"))
					.map(({ key, datasets }) => [
						key,
						{ okCount: datasets.length, warningCount: 0, errorCount: 0, emptyCount: 0, ruleLastRunDate: now - HOUR_MS },
					]),
			),
	},
	{
		method: "GET",
		path: "/projects/:key/data-quality/status",
		since: "12.6",
		right: "READ_CONF",
		answer: (call) => Object.fromEntries(call.project().datasets.map(({ name }) => [name, "OK"])),
	},
];

const owns = (call: Call) => call.param("key") === OTHER_PROJECT;
const webappFault = (call: Call) => call.world.board.find("webapp_down");
const webapp = (call: Call) => ({ id: WEBAPP_ID, name: "Dashboard", type: "DASH", projectKey: call.param("key") });

function webappState(call: Call): object {
	const [projectKey, webAppId] = [call.param("key"), call.param("id")];
	found(
		owns(call) && webAppId === WEBAPP_ID ? WEBAPP_ID : undefined,
		`webapp does not exist: ${projectKey}.${webAppId}`,
	);
	const fault = webappFault(call);
	const extras = { pid: 5120, crashCount: fault?.crash_count ?? 0 };
	return {
		projectKey,
		webAppId,
		futureId: "webapp-1",
		futureInfo: { jobId: "webapp-1", alive: fault === undefined, payload: { extras } },
		currentLogTail: { lines: [] },
		port: 40_123,
	};
}

const activity = (call: Call) => ({
	projectKey: call.param("key"),
	recipeId: RECIPE_ID,
	recipeType: "cpython",
	desiredState: "STARTED",
	startedOn: call.world.startedAt(),
	startedBy: "alice",
});
