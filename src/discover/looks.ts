import type { Clock } from "../clock.ts";
import { type Answer, createDssClient, type DssClient } from "../dss/client.ts";
import type { Instance } from "../dss/instance.ts";
import type { Reply } from "../dss/reply.ts";
import { apiFault, readJson } from "../dss/reply-fault.ts";
import { request } from "../dss/transport.ts";
import type { Fault } from "../model/sample.ts";

/** Lists of a large node, bytes. */
const MAX_BODY = 20_000_000;

/** How a node is asked. */
export interface Around {
	readonly clock: Clock;
	/** Cuts everything off. */
	readonly signal: AbortSignal;
	/** Longest time of one call, ms. */
	readonly timeoutMs: number;
	/** Of a Fleet Manager. Default: main. */
	readonly tenant?: string;
}

/** What came of one request without a key: JSON, or what was wrong with the answer, or with the way. */
export interface Look {
	readonly json?: unknown;
	readonly fault?: Fault;
	readonly reply?: Reply;
}

/** Asks for a path of the node without a key. */
export async function look(instance: Instance, path: string, around: Around, authorization?: string): Promise<Look> {
	const url = `${instance.url}${path}`;
	const exchange = await request({
		url,
		method: "GET",
		headers: { accept: "application/json", ...(authorization !== undefined && { authorization }) },
		tls: instance.tls,
		signal: around.signal,
		clock: around.clock,
		timeouts: { totalMs: around.timeoutMs },
		maxBody: MAX_BODY,
		connection: "fresh",
	});
	if (!exchange.ok) return { fault: exchange.fault };
	const { reply } = exchange;
	const fault = apiFault(reply, url);
	if (fault) return { fault, reply };
	const read = readJson(reply);
	return read.ok ? { json: read.json, reply } : { fault: read.fault, reply };
}

/** The public API with one of the node's keys. */
export function openApi(instance: Instance, around: Around, as: "self" | "admin" = "self"): DssClient {
	return createDssClient(instance, { ...around, maxBody: MAX_BODY, as });
}

/** A member of a reply that should be a text; undefined where it is none. */
export function textIn(json: unknown, name: string): string | undefined {
	const value = (json as Readonly<Record<string, unknown>> | null | undefined)?.[name];
	return typeof value === "string" && value !== "" ? value : undefined;
}

/** The entries of a reply that is a list; none where it is none. */
export function listIn(answer: Answer): readonly unknown[] {
	return answer.ok && Array.isArray(answer.json) ? answer.json : [];
}
