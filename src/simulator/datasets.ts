import { type Dataset, type Project, QUICK } from "./catalogue.ts";
import { DssError, illegalArgument } from "./error.ts";
import { CONNECTIONS } from "./instance.ts";
import { type ApiRoute, bodyObject, type Call, found, Plain } from "./route.ts";

const BASE = "/projects/:key/datasets";
const COLUMNS = [
	{ name: "row", type: "bigint" },
	{ name: "built_at", type: "string" },
];
const NAME = /^\w+$/;

export const datasetRoutes: readonly ApiRoute[] = [
	{ method: "GET", path: `${BASE}/`, right: "READ_CONF", answer: list },
	{
		method: "POST",
		path: `${BASE}/`,
		right: "WRITE_CONF",
		answer(call) {
			const { name, type } = bodyObject(call);
			if (typeof type !== "string") throw illegalArgument("A dataset has a type");
			return add(call, { name: newName(call, name), type });
		},
	},
	{ method: "POST", path: `${BASE}/managed`, right: "WRITE_CONF", answer: createManaged },
	{ method: "GET", path: `${BASE}/:name`, right: "READ_CONF", answer: (call) => item(call.project(), wanted(call)) },
	{ method: "DELETE", path: `${BASE}/:name`, right: "WRITE_CONF", answer: remove },
	{
		method: "GET",
		path: `${BASE}/:name/metadata`,
		right: "READ_CONF",
		answer(call) {
			wanted(call);
			return { tags: [], checklists: { checklists: [] }, customFields: {} };
		},
	},
	{
		method: "GET",
		path: `${BASE}/:name/schema`,
		right: "READ_CONF",
		answer: (call) => ({ columns: wanted(call).build ? COLUMNS : [], userModified: false }),
	},
	{ method: "GET", path: `${BASE}/:name/info`, since: "10.0", right: "READ_CONF", answer: info },
	{ method: "GET", path: `${BASE}/:name/metrics/last/:partition`, right: "READ_CONF", answer: lastMetrics },
	{ method: "GET", path: `${BASE}/:name/data/`, right: "READ_DATA", answer: rows },
	{
		method: "GET",
		path: `${BASE}/:name/finish-streaming/`,
		right: "READ_DATA",
		answer(call) {
			wanted(call);
			return {};
		},
	},
];

function list(call: Call): object[] {
	const project = call.project();
	if (call.query.words("tags").length > 0) return [];
	return project.datasets.map((dataset) => item(project, dataset));
}

function item({ key }: Project, { name, type = "Filesystem", connection = "filesystem_managed" }: Dataset): object {
	const isFiles = type === "Filesystem";
	return {
		projectKey: key,
		name,
		type,
		managed: isFiles,
		params: isFiles ? { connection, path: `${key}/${name}` } : {},
		schema: { columns: COLUMNS, userModified: false },
		formatType: "csv",
		tags: [],
	};
}

function wanted(call: Call): Dataset {
	const [key, name] = [call.param("key"), call.param("name")];
	return found(
		call.project().datasets.find((one) => one.name === name),
		`dataset does not exist: ${key}.${name}`,
	);
}

function newName(call: Call, name: unknown): string {
	if (typeof name !== "string" || !NAME.test(name)) throw illegalArgument(`Invalid dataset name: ${String(name)}`);
	if (call.project().datasets.some((one) => one.name === name)) {
		const type = "com.dataiku.dip.exceptions.DSSIllegalArgumentException";
		throw new DssError(409, type, `Dataset ${call.param("key")}.${name} exists already`);
	}
	return name;
}

function add(call: Call, dataset: Dataset): object {
	const project = call.project();
	project.datasets.push(dataset);
	return item(project, dataset);
}

/** A dataset whose files DSS keeps itself, on a connection that it may write to. */
function createManaged(call: Call): object {
	const { name, creationSettings } = bodyObject(call);
	const { connectionId } = (creationSettings ?? {}) as { readonly connectionId?: unknown };
	const connection = CONNECTIONS.find((one) => one.name === connectionId)?.name;
	if (connection === undefined) throw illegalArgument(`Connection '${String(connectionId)}' does not exist`);
	return add(call, { name: newName(call, name), type: "Filesystem", connection });
}

function remove(call: Call): object {
	const project = call.project();
	const dataset = wanted(call);
	project.datasets.splice(project.datasets.indexOf(dataset), 1);
	return { msg: `Deleted dataset ${project.key}.${dataset.name}` };
}

/** What DSS knows of the last build; nothing where there was none. */
function info(call: Call): object {
	const { name } = wanted(call);
	const last = call.world.jobs.lastBuild(call.param("key"), name);
	return {
		projectKey: call.param("key"),
		...(last && {
			lastBuild: {
				projectKey: call.param("key"),
				jobId: last.job.id,
				buildStartTime: last.moment.startedAt,
				buildEndTime: last.moment.endedAt,
				buildSuccess: true,
			},
		}),
	};
}

/** The metrics that each build leaves, without anybody having asked for them. */
function lastMetrics(call: Call): object {
	const { name } = wanted(call);
	const partition = call.param("partition");
	const last = call.world.jobs.lastBuild(call.param("key"), name);
	if (!last) return { metrics: [] };
	const { startedAt, endedAt } = last.moment;
	const metric = (id: string, type: string, value: string) => ({
		metric: { id: `reporting:${id}`, type: "reporting", metricType: id, dataType: type },
		lastValues: [{ partition, value, dataType: type, computed: endedAt }],
	});
	return {
		metrics: [
			metric("BUILD_START_DATE", "DATE", new Date(startedAt).toISOString()),
			metric("BUILD_DURATION", "BIGINT", String(Math.round((endedAt - startedAt) / 1_000))),
		],
	};
}

/** Three rows that change with each build, as tab-separated text without a heading. */
function rows(call: Call): Plain {
	const { name } = wanted(call);
	const last = call.world.jobs.lastBuild(call.param("key"), name);
	const builtAt = last && new Date(last.moment.endedAt).toISOString();
	const text = builtAt === undefined ? "" : [1, 2, 3].map((row) => `${row}\t${builtAt}\n`).join("");
	return new Plain(text, "text/tab-separated-values;charset=utf-8");
}

/** Whatever writes a dataset, it is small here. */
export function buildable(project: Project, name: string): void {
	const at = project.datasets.findIndex((one) => one.name === name);
	const dataset = project.datasets[at];
	if (dataset && !dataset.build) project.datasets[at] = { ...dataset, build: QUICK };
}
