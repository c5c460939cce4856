import type { Clock } from "../clock.ts";
import type { Fault } from "../model/sample.ts";
import type { Secret } from "../model/secret.ts";
import type { Instance } from "./instance.ts";
import type { Progress, Reply } from "./reply.ts";
import { apiFault, readJson } from "./reply-fault.ts";
import { type Connection, type RequestOptions, request } from "./transport.ts";

export interface ClientOptions {
	/** Cuts the running request off; nothing is sent after it. */
	readonly signal: AbortSignal;
	readonly clock: Clock;
	/** The longest time that one request may take, ms. */
	readonly timeoutMs: number;
	/** Largest body that is read, bytes. Default: 1 MiB. */
	readonly maxBody?: number;
	/** Default: a fresh connection for each request. */
	readonly connection?: Connection;
	/** Whose key goes out. Default: the instance's own. */
	readonly as?: "self" | "admin";
	/** Another API than the public one of DSS. */
	readonly place?: ApiPlace;
}

/** Where an API of the family lies, and how its key goes out. */
export interface ApiPlace {
	/** The path above all calls, after the instance's own. */
	readonly prefix: string;
	/** user: as the user name of Basic authentication; pair: as both, being ID:SECRET; bearer: as a token. */
	readonly credential: "user" | "pair" | "bearer";
	/** Called without a key, too, where the instance has none. */
	readonly isOpen?: true;
}

/** How much of a long text is read. */
interface TextEnd {
	/** Only about so many bytes at its end are kept. */
	readonly keepLast: number;
	/** One that is longer is not read to its end, bytes. */
	readonly maxBody: number;
}

interface Refused {
	readonly ok: false;
	readonly fault: Fault;
	/** HTTP status, where the head of an answer was seen. */
	readonly status?: number;
	/** The answer that made the fault; absent where none, or no whole one, came. */
	readonly reply?: Reply;
	/** How far the request came, where no whole answer was seen. */
	readonly progress?: Progress;
}

/** What became of one API call that answers JSON. An answer without a body (204) has json undefined. */
export type Answer = { readonly ok: true; readonly json: unknown; readonly reply: Reply } | Refused;

/** What became of one API call that answers text, such as a job's log. */
export type TextAnswer = { readonly ok: true; readonly text: string; readonly reply: Reply } | Refused;

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Parameters of the query; undefined ones are left out. */
type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The public API of one DSS node. Paths start with a slash below the API prefix and end as the official client ends them:
 * `/projects/`, `/projects/K/jobs/ID/` with a slash, `/projects/K/jobs/ID/abort`, `/projects/K/jobs/ID/log` without.
 * No method throws for what a network or a server does.
 */
export interface DssClient {
	get(path: string, query?: Query): Promise<Answer>;
	/** With `end`, only the end of the text. */
	getText(path: string, query?: Query, end?: TextEnd): Promise<TextAnswer>;
	/** `body` is sent as JSON. Never sent twice, whatever happens: the caller decides whether that is safe. */
	post(path: string, body?: unknown): Promise<Answer>;
	/** Replaces what is at the path by `body`, sent as JSON. */
	put(path: string, body: unknown): Promise<Answer>;
	delete(path: string, query?: Query): Promise<Answer>;
}

/**
 * Opens the public API of an instance. The key goes out as the official client sends it: as the user name of Basic
 * authentication with an empty password. Without a key every call is answered with the fault key_missing, unsent.
 */
export function createDssClient(instance: Instance, options: ClientOptions): DssClient {
	const key = options.as === "admin" ? (instance.adminKey ?? instance.apiKey) : instance.apiKey;
	const place = options.place ?? { prefix: instance.apiPrefix, credential: "user" };

	async function call(method: Method, path: string, query: Query, body?: unknown, end?: TextEnd): Promise<TextAnswer> {
		if (key === undefined && !place.isOpen) {
			return { ok: false, fault: { code: "key_missing", text: `instance ${instance.name} has no api_key` } };
		}
		const headers: Record<string, string> = {
			accept: "application/json",
			...(key && { authorization: authorization(key, place) }),
		};
		if (body !== undefined) headers["content-type"] = "application/json";
		const given: RequestOptions = {
			url: `${instance.url}${place.prefix}${path}${queryText(query)}`,
			method,
			headers,
			...(body !== undefined && { body: JSON.stringify(body) }),
			tls: instance.tls,
			signal: options.signal,
			clock: options.clock,
			timeouts: { totalMs: options.timeoutMs },
			...(options.maxBody !== undefined && { maxBody: options.maxBody }),
			...end,
			connection: options.connection ?? "fresh",
		};
		const exchange = await request(given);
		if (!exchange.ok) {
			const { fault, progress } = exchange;
			return { ok: false, fault, progress, ...(progress.status !== undefined && { status: progress.status }) };
		}
		const { reply } = exchange;
		const fault = apiFault(reply, given.url);
		if (fault) return { ok: false, fault, status: reply.status, reply };
		return { ok: true, text: reply.body.toString(), reply };
	}

	async function callJson(method: Method, path: string, query: Query, body?: unknown): Promise<Answer> {
		const answer = await call(method, path, query, body);
		if (!answer.ok) return answer;
		const { reply } = answer;
		if (reply.body.length === 0 && reply.status !== 200) return { ok: true, json: undefined, reply };
		const read = readJson(reply);
		if (!read.ok) return { ok: false, fault: read.fault, status: reply.status, reply };
		return { ok: true, json: read.json, reply };
	}

	return {
		get: (path, query = {}) => callJson("GET", path, query),
		getText: (path, query = {}, end) => call("GET", path, query, undefined, end),
		post: (path, body) => callJson("POST", path, {}, body),
		put: (path, body) => callJson("PUT", path, {}, body),
		delete: (path, query = {}) => callJson("DELETE", path, query),
	};
}

function authorization(key: Secret, { credential }: ApiPlace): string {
	const word = key.reveal();
	if (credential === "bearer") return `Bearer ${word}`;
	return `Basic ${Buffer.from(credential === "pair" ? word : `${word}:`).toString("base64")}`;
}

/** Booleans are written True and False, as they arrive from the official client. */
function queryText(query: Query): string {
	const pairs = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		if (value === undefined) continue;
		pairs.set(name, typeof value === "boolean" ? (value ? "True" : "False") : String(value));
	}
	return pairs.size === 0 ? "" : `?${pairs}`;
}
