import type { CauseCode } from "../model/cause.ts";
import type { Fault } from "../model/sample.ts";
import type { Answer, DssClient } from "./client.ts";
import { evidence } from "./evidence.ts";
import { type JobStatus, type ListedJob, readJobList, readJobStatus } from "./job-status.ts";

/** What a job shall build. */
export interface JobOutput {
	readonly id: string;
	/** In the words of DSS: DATASET, MANAGED_FOLDER, SAVED_MODEL … */
	readonly type: string;
	/** Absent where the output is not partitioned. */
	readonly partition?: string;
}

/**
 * What became of the order to start a job. Where it failed, `made` says what that means for the job:
 * - `none`: surely no job was made; the order was refused, or never left
 * - `perhaps`: DSS itself answered with an error; a job may have been made, but none will be any more
 * - `unknown`: the answer is lost; a job may have been made, or may be made yet by a backend that lags behind
 */
type Started =
	| { readonly ok: true; readonly id: string }
	| { readonly ok: false; readonly fault: Fault; readonly made: "none" | "perhaps" | "unknown" };

type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly fault: Fault };

/** The jobs of one project. No method throws for what a network or a server does, and none sends anything twice. */
export interface Jobs {
	/** Orders the build of just this output, forced: the other types of build may decide that there is nothing to do. */
	start(output: JobOutput): Promise<Started>;
	status(id: string): Promise<Read<JobStatus>>;
	/** The newest jobs first, at most `limit`. */
	list(limit: number): Promise<Read<readonly ListedJob[]>>;
	/** Asks for an end. It takes effect later: poll until the job is final. */
	abort(id: string): Promise<Read<undefined>>;
	/** The most telling lines at the end of the job's log; undefined where it cannot be read. */
	lastWords(id: string): Promise<string | undefined>;
}

/** Opens the jobs of a project. Ids are opaque and are escaped; slashes stand where the official client puts them. */
export function jobsOf(client: DssClient, project: string): Jobs {
	const root = `/projects/${encodeURIComponent(project)}/jobs/`;
	const pathOf = (id: string) => `${root}${encodeURIComponent(id)}`;
	return {
		async start(output) {
			return started(
				await client.post(root, {
					type: "NON_RECURSIVE_FORCED_BUILD",
					outputs: [
						{
							type: output.type,
							id: output.id,
							projectKey: project,
							...(output.partition !== undefined && { partition: output.partition }),
						},
					],
				}),
			);
		},
		// Job ids end in .NNN: without the slash, front proxies take that for the name of a file.
		status: async (id) => read(await client.get(`${pathOf(id)}/`), readJobStatus, "job status without a state"),
		list: async (limit) => read(await client.get(root, { limit }), readJobList, "list of jobs that is no list"),
		async abort(id) {
			const answer = await client.post(`${pathOf(id)}/abort`);
			// The reference promises no body at all, so an answer that is no JSON will do.
			const isTaken = answer.ok || (answer.reply !== undefined && answer.reply.status < 300);
			return isTaken ? { ok: true, value: undefined } : answer;
		},
		async lastWords(id) {
			const answer = await client.getText(`${pathOf(id)}/log`);
			return answer.ok ? lastWordsOf(answer.text) : undefined;
		},
	};
}

function read<Value>(answer: Answer, parse: (json: unknown) => Value | undefined, oddity: string): Read<Value> {
	if (!answer.ok) return answer;
	const value = parse(answer.json);
	if (value !== undefined) return { ok: true, value };
	return { ok: false, fault: { code: "backend_error", text: `DSS answered with a ${oddity}` } };
}

/** Faults of the way to the server. While nothing was waited for on an open connection, the order cannot have left. */
const BEFORE_SENDING: readonly CauseCode[] = [
	"dns_not_found",
	"host_unreachable",
	"connect_timeout",
	"connection_refused",
	"certificate_expired",
	"certificate_not_yet_valid",
	"certificate_untrusted",
	"certificate_hostname",
	"tls_failed",
	"prober_resolver",
	"prober_files",
	"prober_misconfigured",
];

function started(answer: Answer): Started {
	if (answer.ok) {
		const id = (answer.json as { readonly id?: unknown } | null | undefined)?.id;
		if (typeof id === "string" && id !== "") return { ok: true, id };
		return {
			ok: false,
			fault: { code: "backend_error", text: "DSS accepted the job without naming its id" },
			made: "unknown",
		};
	}
	const { fault, status, reply, progress } = answer;
	if (reply !== undefined) {
		const isRefusal = reply.status >= 400 && reply.status < 500 && reply.status !== 408;
		// 502, 503 and 504 come from what stands in front of the backend, which may still be at work on the order.
		const isOwnError = reply.status >= 500 && !isGateway(reply.status) && isJson(reply.headers["content-type"]);
		return {
			ok: false,
			fault: isRefusal || isOwnError ? refusal(fault) : fault,
			made: isRefusal ? "none" : isOwnError ? "perhaps" : "unknown",
		};
	}
	const hasLeft = status !== undefined || (progress !== undefined && progress.timings.firstByte > 0);
	const isUnsent = fault.code === "key_missing" || (!hasLeft && BEFORE_SENDING.includes(fault.code));
	return { ok: false, fault, made: isUnsent ? "none" : "unknown" };
}

/** Not-found and validation errors of an order often come as a general error of the backend: here they mean a refusal. */
function refusal(fault: Fault): Fault {
	return fault.code === "backend_error" ? { code: "job_refused", text: fault.text } : fault;
}

function isGateway(status: number): boolean {
	return status >= 502 && status <= 504;
}

function isJson(contentType: string | undefined): boolean {
	return contentType?.includes("json") === true;
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
