import type { Dataset } from "./catalogue.ts";
import { DssError, illegalArgument } from "./error.ts";
import type { JobOrder } from "./job-book.ts";
import type { JobRun } from "./job-run.ts";
import { definition, jobListItem, jobLog, jobStatus, oldJobItem } from "./job-view.ts";
import { type ApiRoute, bodyObject, type Call, CUT, found, Plain } from "./route.ts";

const JOB_TYPES: readonly string[] = [
	"NON_RECURSIVE_FORCED_BUILD",
	"RECURSIVE_BUILD",
	"RECURSIVE_FORCED_BUILD",
	"RECURSIVE_MISSING_ONLY_BUILD",
];

export const jobRoutes: readonly ApiRoute[] = [
	{ method: "POST", path: "/projects/:key/jobs/", right: "RUN_JOBS", answer: startJob },
	{
		method: "GET",
		path: "/projects/:key/jobs/",
		right: "READ_CONF",
		answer(call) {
			const jobs = call.world.jobs.list(call.param("key"));
			const old = call.world.board.find("old_jobs")?.count ?? 0;
			const limit = call.query.whole("limit") || jobs.length + old;
			const rows = jobs.slice(0, limit).map((job) => jobListItem(job, call.now));
			const left = Math.min(old, limit - rows.length);
			return [...rows, ...Array.from({ length: left }, (_, nth) => oldJobItem(call.param("key"), nth, call.now))];
		},
	},
	{
		method: "GET",
		path: "/projects/:key/jobs/:id/",
		right: "MONITOR_JOBS",
		answer: (call) => jobStatus(wantedJob(call), call.now),
	},
	{
		method: "POST",
		path: "/projects/:key/jobs/:id/abort",
		right: "RUN_JOBS",
		answer(call) {
			const job = wantedJob(call);
			call.world.jobs.requestAbort(job);
			return { msg: `Aborting job ${job.id}` };
		},
	},
	{
		method: "GET",
		path: "/projects/:key/jobs/:id/log",
		right: "READ_CONF",
		answer: (call) => new Plain(jobLog(wantedJob(call), call.now, call.query.text("activity"))),
	},
];

function wantedJob(call: Call): JobRun {
	const [key, id] = [call.param("key"), call.param("id")];
	const job = call.world.jobs.get(key, id);
	return found(job && job.createdAt <= call.now ? job : undefined, `Job not found: ${key}.${id}`);
}

function startJob(call: Call): unknown {
	const order = readOrder(call);
	const { board, jobs } = call.world;
	const refused = board.take("job_refused");
	if (refused) throw new DssError(refused.status, "com.dataiku.dip.exceptions.CodedException", refused.message);
	const job = jobs.start(order);
	if (board.take("job_answer_lost")) return CUT;
	return {
		...definition(job),
		refreshHiveMetastore: bodyObject(call)["refreshHiveMetastore"] === true,
	};
}

function readOrder(call: Call): JobOrder {
	const key = call.param("key");
	const { type, outputs } = bodyObject(call);
	const jobType = type ?? "NON_RECURSIVE_FORCED_BUILD";
	if (typeof jobType !== "string" || !JOB_TYPES.includes(jobType)) {
		throw illegalArgument(`Unknown job type: ${JSON.stringify(type)}`);
	}
	if (!Array.isArray(outputs) || outputs.length === 0) throw illegalArgument("No outputs to build were given");
	const datasets = outputs.map((output: unknown) => wantedOutput(call, output));
	const [dataset] = datasets;
	if (!dataset?.build) throw illegalArgument(`Nothing builds dataset ${key}.${dataset?.name}`);
	return {
		projectKey: key,
		dataset: { name: dataset.name, build: dataset.build },
		type: jobType,
		initiator: call.caller.id,
		triggeredFrom: "API",
		at: call.now,
	};
}

/** Only `id` is sure in an output; the rest may be null or absent. */
function wantedOutput(call: Call, output: unknown): Dataset {
	const { id, type, projectKey, partition } = (output ?? {}) as Readonly<Record<string, unknown>>;
	const key = call.param("key");
	if (typeof id !== "string") throw illegalArgument("An output has no id");
	if (projectKey != null && projectKey !== key) throw illegalArgument(`Output ${id} is not in project ${key}`);
	if (partition != null && partition !== "NP" && partition !== "") {
		throw illegalArgument(`Dataset ${key}.${id} is not partitioned`);
	}
	const isDataset = type == null || type === "DATASET";
	const dataset = isDataset ? call.project().datasets.find(({ name }) => name === id) : undefined;
	return found(dataset, `${isDataset ? "dataset" : String(type)} does not exist: ${key}.${id}`);
}
