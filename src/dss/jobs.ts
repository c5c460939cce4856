import type { DssClient } from "./client.ts";
import { evidence } from "./evidence.ts";
import { type JobStatus, type ListedJob, readJobList, readJobStatus } from "./job-status.ts";
import { aborted, type Read, read, type Started, started } from "./work.ts";

/** What a job shall build. */
export interface JobOutput {
	readonly id: string;
	/** In the words of DSS: DATASET, MANAGED_FOLDER, SAVED_MODEL … */
	readonly type: string;
	/** Absent where the output is not partitioned. */
	readonly partition?: string;
}

/** The jobs of one project. No method throws for what a network or a server does, and none sends anything twice. */
export interface Jobs {
	/** Orders the build of just this output, forced: the other types of build may decide that there is nothing to do. */
	start(output: JobOutput): Promise<Started>;
	status(id: string): Promise<Read<JobStatus>>;
	/** The newest jobs first, at most `limit`. */
	list(limit: number): Promise<Read<readonly ListedJob[]>>;
	/** Asks for an end. It takes effect later: poll until the job is final. */
	abort(id: string): Promise<Read<undefined>>;
	/** The most telling lines at the end of the job's log, or why it cannot be read; undefined for an empty one. */
	lastWords(id: string): Promise<string | undefined>;
}

/** Logs can be many MB, of which only the end matters. */
const LOG_END = { keepLast: 65_536, maxBody: 100_000_000 };

/** Opens the jobs of a project. Ids are opaque and are escaped; slashes stand where the official client puts them. */
export function jobsOf(client: DssClient, project: string): Jobs {
	const root = `/projects/${encodeURIComponent(project)}/jobs/`;
	const pathOf = (id: string) => `${root}${encodeURIComponent(id)}`;
	return {
		async start(output) {
			const answer = await client.post(root, {
				type: "NON_RECURSIVE_FORCED_BUILD",
				outputs: [
					{
						type: output.type,
						id: output.id,
						projectKey: project,
						...(output.partition !== undefined && { partition: output.partition }),
					},
				],
			});
			return started(answer, { idOf, refused: "job_refused", noun: "job" });
		},
		// Job ids end in .NNN: without the slash, front proxies take that for the name of a file.
		status: async (id) => read(await client.get(`${pathOf(id)}/`), readJobStatus, "job status without a state"),
		list: async (limit) => read(await client.get(root, { limit }), readJobList, "list of jobs that is no list"),
		abort: async (id) => aborted(await client.post(`${pathOf(id)}/abort`)),
		async lastWords(id) {
			const answer = await client.getText(`${pathOf(id)}/log`, {}, LOG_END);
			if (answer.ok) return lastWordsOf(answer.text);
			return evidence(`its status names no reason, and its log cannot be read: ${answer.fault.text}`);
		},
	};
}

function idOf(json: unknown): string | undefined {
	const id = (json as { readonly id?: unknown } | null | undefined)?.id;
	return typeof id === "string" && id !== "" ? id : undefined;
}

/** The last line that DSS marked as an error and what follows it; else the last lines. */
function lastWordsOf(log: string): string | undefined {
	const lines = log
		.slice(-65_536)
		.split("\n")
		.filter((line) => line.trim() !== "");
	const error = lines.findLastIndex((line) => /\[(?:ERROR|FATAL)\]/.test(line));
	const from = error >= 0 ? error : Math.max(0, lines.length - 3);
	return evidence(lines.slice(from, from + 3).join(" | ")) || undefined;
}
