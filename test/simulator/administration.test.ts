import { afterEach, beforeEach, expect, test } from "vitest";
import { surfaceOf } from "../../src/simulator/api.ts";
import { ADMIN_KEY, type SimulatedNode, simulatedNode } from "../support/simulator.ts";

const apiRoutes = surfaceOf("design").flatMap(({ routes }) => routes);

let node: SimulatedNode;
beforeEach(async () => {
	node = await simulatedNode();
});
afterEach(() => node[Symbol.asyncDispose]());

const get = async (path: string) => (await node.call(path, { key: ADMIN_KEY })).json;
const DAY_MS = 86_400_000;

/** The result of a call that starts a long task. */
async function result(path: string, body?: unknown) {
	const options = body === undefined ? {} : { method: "POST", body };
	const { jobId } = (await node.call(path, { key: ADMIN_KEY, ...options })).json;
	await node.clock.advance(2_000);
	return (await get(`/futures/${jobId}?peek=False`)).result;
}

test("every admin call is forbidden to the plain key", async () => {
	const routes = apiRoutes.filter(({ right }) => right === "INSTANCE_ADMIN");
	expect(routes.length).toBeGreaterThan(15);
	for (const { method, path } of routes) {
		const reply = await node.call(path.replaceAll(/:\w+/g, "x"), { method });
		expect([path, reply.status, reply.json.errorType]).toEqual([
			path,
			403,
			"com.dataiku.dip.exceptions.UnauthorizedException",
		]);
	}
});

test("without an admin key nobody is admin", async () => {
	await using alone = await simulatedNode({ adminKey: undefined as never });
	expect((await alone.call("/admin/users/", { key: ADMIN_KEY })).status).toBe(401);
	expect((await alone.call("/admin/users/", { key: "undefined" })).status).toBe(401);
});

test("who one is", async () => {
	expect((await node.call("/auth/info?withSecrets=False")).json).toEqual({
		authIdentifier: "api:canary",
		groups: ["monitoring"],
		associatedDSSUser: "probe-user",
		userProfile: "READER",
	});
	expect((await get("/auth/info?withSecrets=True")).secrets).toEqual([]);
});

test("users carry their open tabs under the name that DSS misspells", async () => {
	const users = await get("/admin/users/?includeSettings=False");
	expect(users[1]).toMatchObject({
		login: "alice",
		activeWebSocketSesssions: 2,
		enabled: true,
		groups: ["data"],
		userProfile: "DESIGNER",
	});
	expect(await get("/admin/users/?connected=true")).toHaveLength(2);
	expect((await node.call("/users")).json[0]).toMatchObject({ login: "admin" });
});

test("activity has three timestamps, 0 for never", async () => {
	const all = await get("/admin/users-activity?enabledUsersOnly=False");
	for (const item of all) {
		const { login, lastSuccessfulLogin, lastFailedLogin, lastSessionActivity } = item;
		expect([login, typeof lastSuccessfulLogin, typeof lastFailedLogin, typeof lastSessionActivity]).toEqual([
			login,
			"number",
			"number",
			"number",
		]);
	}
	expect(all.at(-1)).toEqual({ login: "carol", lastSuccessfulLogin: 0, lastFailedLogin: 0, lastSessionActivity: 0 });
	expect(await get("/admin/users-activity?enabledUsersOnly=True")).toHaveLength(all.length - 1);
});

test("the licence holds", async () => {
	const { base, limits } = await get("/admin/licensing/status");
	expect(base).toMatchObject({
		hasLicense: true,
		valid: true,
		expired: false,
		licenseContent: { licenseKind: "STANDARD" },
	});
	expect(base.expiresOn).toBe(node.clock.now() + 300 * DAY_MS);
	expect(limits.profileLimits.DESIGNER).toMatchObject({
		licensed: { licensedLimit: 30 },
		directCount: 2,
		overQuota: 0,
	});
});

test("DSS 15 says less about its licence", async () => {
	await using newer = await simulatedNode({ version: "15.0.0" });
	const { base } = (await newer.call("/admin/licensing/status", { key: ADMIN_KEY })).json;
	expect(base).not.toHaveProperty("licenseContent");
	expect(base.valid).toBe(true);
});

test("the instance tells its names, version and start", async () => {
	await using named = await simulatedNode({ nodeId: "prod-7", version: "13.5.2" });
	expect((await named.call("/instance-info")).json).toMatchObject({
		nodeId: "prod-7",
		nodeName: "prod-7",
		nodeType: "DESIGN",
		dssVersion: "13.5.2",
		dssStartupTimestamp: named.clock.now() - 3 * DAY_MS,
	});
});

test("the sanity check takes a list of codes to leave out and gives a message set", async () => {
	const found = await result("/admin/sanity-check/run", []);
	expect(found).toMatchObject({
		anyMessage: true,
		warning: true,
		error: false,
		success: false,
		maxSeverity: "WARNING",
	});
	expect(found.messages[0]).toMatchObject({ severity: "WARNING", code: "WARN_SECURITY_NO_CGROUPS", isFatal: false });
	const nothing = await result("/admin/sanity-check/run", ["WARN_SECURITY_NO_CGROUPS"]);
	expect(nothing).toMatchObject({ messages: [], anyMessage: false, warning: false, maxSeverity: "SUCCESS" });
	const wrong = await node.call("/admin/sanity-check/run", { method: "POST", body: {}, key: ADMIN_KEY });
	expect(wrong.status).toBe(500);
	expect(await get("/admin/sanity-check/codes")).toContain("ERR_MISC_DISK_FULL");
});

interface Footprint {
	readonly items?: readonly Footprint[];
	readonly [name: string]: unknown;
}

/** Every level has its four numbers, and they add up. */
function checkLevel(level: Footprint, where: string): void {
	const children =
		level.items ??
		Object.values(level).filter((value): value is Footprint => typeof value === "object" && value !== null);
	for (const name of ["size", "nbFiles", "nbFolders", "nbErrors"]) {
		expect([where, name, typeof level[name]]).toEqual([where, name, "number"]);
		const sum = children.reduce((total, child) => total + Number(child[name]), 0);
		if (children.length > 0) expect([where, name, level[name]]).toEqual([where, name, sum]);
	}
	for (const child of children) checkLevel(child, `${where}/${String(child["projectKey"] ?? child["name"] ?? "part")}`);
}

test("footprints add up, and their items have the fields that tell their kind", async () => {
	const global = await result("/directories-footprint/global?summaryOnly=False");
	checkLevel(global, "global");
	expect(global.codeEnvs.items[0]).toMatchObject({ name: "py311", language: "PYTHON" });
	expect(global.plugins.items[0]).toMatchObject({ name: expect.any(String), type: "INSTALLED" });
	const all = await result("/directories-footprint/all-dss?summaryOnly=False");
	checkLevel(all, "all");
	expect(all.projects.items.map((item: { projectKey: string }) => item.projectKey)).toEqual([
		"DKU_MONITORING",
		"SALES",
	]);
	const one = await result("/directories-footprint/projects/DKU_MONITORING?summaryOnly=False");
	expect(one.projects.items).toHaveLength(1);
	expect(one.projects.items[0]).toMatchObject({ projectKey: "DKU_MONITORING", scenarios: { nbFiles: 3 } });
	const unknown = await result("/directories-footprint/unknown?summaryOnly=True");
	checkLevel(unknown, "unknown");
	expect(unknown.unknown.items[0]).toHaveProperty("path");
	expect((await node.call("/directories-footprint/projects/NONE", { key: ADMIN_KEY })).status).toBe(404);
});

test("the usage summary has the nested numbers that the client reads", async () => {
	const summary = await get("/admin/monitoring/global-usage-summary?withPerProject=True");
	expect(summary).toMatchObject({
		projects: 2,
		datasets: { all: 8, allByType: { Filesystem: 8 } },
		recipes: { all: 6 },
		notebooks: { nbJupyterNotebooks: 1, nbSqlNotebooks: 0 },
		scenarios: { all: 6, activeWithTriggers: 0 },
	});
	expect(summary.projectSummaries).toHaveLength(2);
	expect(await get("/admin/monitoring/global-usage-summary?withPerProject=False")).not.toHaveProperty(
		"projectSummaries",
	);
});

test("connections are a dictionary for admins, and strings for everybody", async () => {
	expect(await get("/admin/connections/")).toMatchObject({ postgres: { name: "postgres", type: "PostgreSQL" } });
	expect((await node.call("/connections/get-names?type=all")).json).toEqual(["filesystem_managed", "postgres"]);
	expect((await node.call("/connections/get-names?type=PostgreSQL")).json).toEqual(["postgres"]);
	expect((await node.call("/connections/postgres/test")).json).toEqual({ connectionOK: true });
	// What kind of thing is missing decides: of a connection DSS says that the argument is wrong.
	const missing = await node.call("/connections/x/test");
	expect([missing.status, missing.json.message]).toEqual([500, "Connection 'x' does not exist"]);
});

test("clusters, code environments, logs and keys", async () => {
	expect((await get("/admin/clusters/"))[0]).toMatchObject({ id: "k8s", state: "RUNNING" });
	expect(await get("/admin/clusters/k8s/status")).toEqual({ state: "RUNNING" });
	expect((await get("/admin/code-envs/"))[0]).toMatchObject({ envName: "py311", isUptodate: true });
	expect((await get("/admin/logs/")).logs[0]).toMatchObject({ name: "backend.log", totalSize: expect.any(Number) });
	expect(await get("/admin/logs/backend.log")).toContain("DSS startup: backend version=14.3.1");
	expect(JSON.stringify(await get("/admin/global-api-keys/"))).not.toContain(ADMIN_KEY);
});

test("internal metrics by name and type, and the same as Prometheus text", async () => {
	const all = await get("/internal-metrics");
	expect(Object.keys(all)).toEqual(["version", "gauges", "counters", "histograms", "meters", "timers"]);
	expect(all.gauges["jvm.memory.heap.used"]).toEqual({ value: 4_294_967_296 });
	expect(Object.keys((await get("/internal-metrics?name=dku.jobs.running")).gauges)).toEqual(["dku.jobs.running"]);
	expect((await get("/internal-metrics?type=counters")).gauges).toEqual({});
	await node.build("canary_slow");
	const text = await node.call("/metrics-prometheus");
	expect(text.headers["content-type"]).toContain("text/plain");
	expect(text.text).toContain("\ndku_jobs_running 1\n");
});

test("webapps, continuous activities and data quality", async () => {
	expect((await get("/projects/SALES/webapps/"))[0]).toMatchObject({
		id: "dashboard",
		projectKey: "SALES",
		backendRunning: true,
	});
	expect(await get("/projects/SALES/webapps/dashboard/backend/state")).toMatchObject({
		webAppId: "dashboard",
		futureInfo: { alive: true },
	});
	expect((await get("/projects/SALES/continuous-activities/"))[0]).toMatchObject({ desiredState: "STARTED" });
	expect(await get("/projects/SALES/continuous-activities/stream_orders/")).toMatchObject({
		mainLoopState: { futureInfo: { alive: true } },
	});
	expect(Object.keys((await node.call("/data-quality/status")).json)).toEqual(["DKU_MONITORING"]);
	expect((await get("/projects/SALES/data-quality/status?onlyMonitored=True")).orders).toBe("OK");
	expect((await node.call("/projects/DKU_MONITORING/webapps/")).json).toEqual([]);
});
