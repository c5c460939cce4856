import { illegalArgument } from "./error.ts";
import { type ApiRoute, found } from "./route.ts";
import { logTime } from "./time-id.ts";
import { DAY_MS, type World } from "./world.ts";

const admin = "INSTANCE_ADMIN";

export const CONNECTIONS: readonly { readonly name: string; readonly type: string }[] = [
	{ name: "filesystem_managed", type: "Filesystem" },
	{ name: "postgres", type: "PostgreSQL" },
];

const LOGS = ["backend.log", "ipython.log", "nginx.log", "supervisord.log"];

export const instanceRoutes: readonly ApiRoute[] = [
	{ method: "GET", path: "/instance-info", since: "10.0", answer: ({ world }) => instanceInfo(world) },
	{
		method: "GET",
		path: "/admin/monitoring/global-usage-summary",
		since: "9.0",
		right: admin,
		answer: ({ world, query }) => usage(world, query.flag("withPerProject")),
	},
	{ method: "GET", path: "/admin/variables/", right: admin, answer: () => ({}) },
	{
		method: "GET",
		path: "/admin/connections/",
		right: admin,
		answer: () =>
			Object.fromEntries(
				CONNECTIONS.map(({ name, type }) => [
					name,
					{ id: name, name, label: name, type, usableBy: "ALL", allowedGroups: [], params: {}, maxActivities: 0 },
				]),
			),
	},
	{
		method: "GET",
		path: "/connections/get-names",
		since: "13.0",
		answer: ({ query }) =>
			CONNECTIONS.filter(({ type }) => ["all", type].includes(query.text("type") ?? "all")).map(({ name }) => name),
	},
	{
		method: "GET",
		path: "/connections/:name/test",
		since: "14.2",
		answer({ world, param }) {
			const name = CONNECTIONS.find((candidate) => candidate.name === param("name"))?.name;
			if (name === undefined) throw illegalArgument(`Connection '${param("name")}' does not exist`);
			const isBroken = world.board.find("connection_broken")?.name === name;
			return isBroken
				? { connectionOK: false, connectionErrorMsg: "Connection refused (simulated)" }
				: { connectionOK: true };
		},
	},
	{
		method: "GET",
		path: "/admin/clusters/",
		right: admin,
		answer: () => [{ id: "k8s", name: "k8s", type: "manual", architecture: "KUBERNETES", state: "RUNNING" }],
	},
	{
		method: "GET",
		path: "/admin/clusters/:id/status",
		right: admin,
		answer({ param }) {
			found(param("id") === "k8s" ? "k8s" : undefined, `Cluster does not exist: ${param("id")}`);
			return { state: "RUNNING" };
		},
	},
	{
		method: "GET",
		path: "/admin/code-envs/",
		right: admin,
		answer: () => [
			{
				envName: "py311",
				envLang: "PYTHON",
				deploymentMode: "DESIGN_MANAGED",
				owner: "admin",
				isUptodate: true,
				kernelSpecName: "py-dku-venv-py311",
			},
		],
	},
	{
		method: "GET",
		path: "/admin/logs/",
		right: admin,
		answer: ({ now }) => ({ logs: LOGS.map((name) => ({ name, totalSize: 73_400_320, lastModified: now })) }),
	},
	{
		method: "GET",
		path: "/admin/logs/:name",
		right: admin,
		answer({ world, param }) {
			const name = found(
				LOGS.find((candidate) => candidate === param("name")),
				`Log does not exist: ${param("name")}`,
			);
			if (name !== "backend.log") return "";
			// The client reads it as a JSON string.
			return `[${logTime(world.startedAt())}] [main] [INFO] [dku]  - DSS startup: backend version=${world.version()}\n`;
		},
	},
	{
		method: "GET",
		path: "/admin/global-api-keys/",
		since: "13.1",
		right: admin,
		answer: ({ world }) => globalKeys(world),
	},
	{
		method: "GET",
		path: "/admin/get-govern-node-ref",
		since: "11.0",
		right: admin,
		answer: () => ({ enabled: false }),
	},
	{ method: "GET", path: "/admin/globalAPIKeys/", right: admin, answer: ({ world }) => globalKeys(world) },
	{
		method: "GET",
		path: "/admin/llm-cost-limiting/counters",
		since: "13.4",
		right: admin,
		answer: () => ({ counters: [] }),
	},
];

function instanceInfo(world: World): object {
	return {
		nodeId: world.nodeId,
		nodeName: world.nodeId,
		nodeType: world.nodeType.toUpperCase(),
		rawNodeType: world.nodeType,
		dssVersion: world.version(),
		dssStartupTimestamp: world.startedAt(),
		hostname: "simulated",
		installId: "simulated",
		os: "Linux",
		dataDirPath: "/data/dataiku/dss_data",
	};
}

function usage({ projects, scenarios }: World, isPerProject: boolean): object {
	const all = [...projects.values()];
	const datasets = all.reduce((sum, project) => sum + project.datasets.length, 0);
	const types = Object.groupBy(
		all.flatMap((project) => [...project.recipes.values()]),
		({ type }) => type,
	);
	const recipes = Object.fromEntries(Object.entries(types).map(([type, of]) => [type, of?.length ?? 0]));
	return {
		projects: all.length,
		datasets: { all: datasets, allByType: { Filesystem: datasets } },
		recipes: { all: Object.values(recipes).reduce((sum, count) => sum + count, 0), allByType: recipes },
		notebooks: { nbJupyterNotebooks: 1, nbSqlNotebooks: 0 },
		scenarios: { all: all.reduce((sum, project) => sum + project.scenarios.size, 0), activeWithTriggers: 0 },
		...(isPerProject
			? {
					projectSummaries: all.map((project) => ({
						projectKey: project.key,
						datasets: { all: project.datasets.length },
						scenarios: { all: project.scenarios.size },
						runs: [...project.scenarios.keys()].reduce((sum, id) => sum + scenarios.runs(project.key, id).length, 0),
					})),
				}
			: {}),
	};
}

/** The keys themselves are hidden, as with secure keys. */
function globalKeys({ clock, board }: World): object[] {
	const now = clock.now();
	const ending = board.find("key_expiring");
	return (["canary", "admin"] as const).map((id) => {
		const isEnding = ending && (ending.key === "admin") === (id === "admin");
		return {
			id,
			label: id,
			description: "",
			createdOn: now - 100 * DAY_MS,
			createdBy: "admin",
			expiresOn: isEnding ? now + ending.days * DAY_MS : 0,
			expiry: isEnding ? 100 + ending.days : 0,
			groups: [],
		};
	});
}
