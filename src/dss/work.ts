import type { CauseCode } from "../model/cause.ts";
import type { Fault } from "../model/sample.ts";
import type { Answer } from "./client.ts";

/**
 * Something that DSS does on order: a job, a run of a scenario. All times are ms since 1970 UTC on DSS's own clock; absent
 * where DSS says 0.
 */
export interface WorkStatus {
	/** In the words of DSS. */
	readonly state: string;
	readonly isFinal: boolean;
	/** Whether it was taken up. What is aborted while it waits never started. */
	readonly hasStarted: boolean;
	/** The name that people find it by in DSS, where that is not the id that it is asked for by. */
	readonly shownAs?: string;
	readonly initiatedAt?: number;
	readonly startedAt?: number;
	readonly endedAt?: number;
	/** Why it failed, with the name of the part that did. */
	readonly failure?: string;
	/** Parts that are not over, for work that hangs. */
	readonly unfinished: readonly string[];
}

/** One row of a list of such work. */
export interface ListedWork {
	readonly id: string;
	readonly state: string;
	readonly isFinal: boolean;
	readonly initiatedAt?: number;
	/** Whether it does what is ordered here, so that the two would be in each other's way. */
	readonly isSame: boolean;
	/** Whether an order through the API may have made it. */
	readonly isByOrder: boolean;
}

/**
 * What became of an order. Where it failed, `made` says what that means:
 * - `none`: surely nothing was made; the order was refused, or never left
 * - `perhaps`: DSS itself answered with an error; something may have been made, but nothing will be any more
 * - `unknown`: the answer is lost; it may have been made, or may be made yet by a backend that lags behind
 */
export type Started =
	| { readonly ok: true; readonly id: string }
	| { readonly ok: false; readonly fault: Fault; readonly made: "none" | "perhaps" | "unknown" };

export type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly fault: Fault };

/** One kind of work and how DSS is told to do it. No method throws for what a network or a server does, and none sends anything twice. */
export interface Work {
	start(): Promise<Started>;
	status(id: string): Promise<Read<WorkStatus>>;
	/** The newest first; no more than are needed. */
	list(): Promise<Read<readonly ListedWork[]>>;
	/** Asks for an end. It takes effect later: poll until the work is final. */
	abort(id: string): Promise<Read<undefined>>;
	/** The most telling words of its log, or why it cannot be read; undefined where there are none. */
	lastWords(id: string): Promise<string | undefined>;
}

/** Reads an answer; one of another shape says nothing about the health of DSS. */
export function read<Value>(answer: Answer, parse: (json: unknown) => Value | undefined, oddity: string): Read<Value> {
	if (!answer.ok) return answer;
	const value = parse(answer.json);
	if (value !== undefined) return { ok: true, value };
	return { ok: false, fault: { code: "reply_unknown", text: `DSS answered with a ${oddity}` } };
}

/** Reads the answer to an abort. The reference promises no body at all, so one that is no JSON will do. */
export function aborted(answer: Answer): Read<undefined> {
	const isTaken = answer.ok || (answer.reply !== undefined && answer.reply.status < 300);
	return isTaken ? { ok: true, value: undefined } : answer;
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

/** Reads the answer to an order. */
export function started(
	answer: Answer,
	order: {
		/** Finds the id of what was made. */
		readonly idOf: (json: unknown) => string | undefined;
		/** The cause where DSS does not want to. */
		readonly refused: CauseCode;
		readonly noun: string;
	},
): Started {
	if (answer.ok) {
		const id = order.idOf(answer.json);
		if (id !== undefined) return { ok: true, id };
		const fault: Fault = { code: "backend_error", text: `DSS accepted the ${order.noun} without naming its id` };
		return { ok: false, fault, made: "unknown" };
	}
	const { fault, status, reply, progress } = answer;
	if (reply !== undefined) {
		const isRefusal = reply.status >= 400 && reply.status < 500 && reply.status !== 408;
		// 502, 503 and 504 come from what stands in front of the backend, which may still be at work on the order.
		const isOwnError = reply.status >= 500 && !isGateway(reply.status) && isJson(reply.headers["content-type"]);
		return {
			ok: false,
			fault: isRefusal || isOwnError ? refusal(fault, order.refused) : fault,
			made: isRefusal ? "none" : isOwnError ? "perhaps" : "unknown",
		};
	}
	const hasLeft = status !== undefined || (progress !== undefined && progress.timings.firstByte > 0);
	const isUnsent = fault.code === "key_missing" || (!hasLeft && BEFORE_SENDING.includes(fault.code));
	return { ok: false, fault, made: isUnsent ? "none" : "unknown" };
}

/** Not-found and validation errors of an order often come as a general error of the backend: here they mean a refusal. */
function refusal(fault: Fault, code: CauseCode): Fault {
	return fault.code === "backend_error" ? { code, text: fault.text } : fault;
}

function isGateway(status: number): boolean {
	return status >= 502 && status <= 504;
}

function isJson(contentType: string | undefined): boolean {
	return contentType?.includes("json") === true;
}
