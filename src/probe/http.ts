import * as z from "zod";
import { evidence } from "../dss/evidence.ts";
import type { Reply } from "../dss/reply.ts";
import { type ReadJson, readJson } from "../dss/reply-fault.ts";
import { DEFAULT_MAX_BODY, request } from "../dss/transport.ts";
import type { Fault, Values } from "../model/sample.ts";
import { Secret } from "../model/secret.ts";
import { size } from "../model/size.ts";
import type { Kind } from "./kind.ts";
import { progressValues, REPLY_VALUES, replyValues } from "./reply-values.ts";

/** Headers whose values are never shown, whatever they hold. */
const SECRET_HEADER = /auth|cookie|key|secret|token|ticket|password/i;

const headerOptions = z
	.record(
		z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "is no name of a header"),
		z.string().regex(/^[^\r\n\0]*$/, "is no value of a header: it has a line break"),
	)
	.transform((given): Readonly<Record<string, string | Secret>> => {
		const pairs = Object.entries(given).map(([name, value]) => {
			const isSecret = SECRET_HEADER.test(name) && value !== "";
			return [name.toLowerCase(), isSecret ? new Secret(value) : value] as const;
		});
		return Object.fromEntries(pairs);
	});

export const httpOptions = z
	.strictObject({
		kind: z.literal("http"),
		path: z
			.string()
			.regex(/^\/\S*$/, "does not start with a slash, or has a space")
			.optional()
			.describe("Joined to the instance's url, such as /dip/api/get-configuration."),
		url: z
			.url({ protocol: /^https?$/, error: "is not an http:// or https:// address" })
			.refine((url) => !URL.parse(url)?.username && !URL.parse(url)?.password, {
				error: "must not hold a user or password: give them as the header authorization",
			})
			.optional()
			.describe("Instead of path: a whole address."),
		method: z.enum(["GET", "HEAD"]).default("GET"),
		headers: headerOptions.prefault({}).describe("Values of headers that carry credentials are treated as secrets."),
		json: z
			.enum(["object", "array", "any"])
			.optional()
			.describe("The body of a 2xx answer must be JSON of this shape; a page or half an answer is a fault."),
		max_body: size().default(DEFAULT_MAX_BODY).describe("Largest body, such as 1MB."),
		connection: z
			.enum(["fresh", "reuse"])
			.default("fresh")
			.describe("fresh measures name, TCP and TLS each time; reuse keeps the connection and is cheaper."),
	})
	.refine((given) => (given.path === undefined) !== (given.url === undefined), {
		error: "needs either path or url",
		path: ["path"],
	})
	.refine((given) => given.json === undefined || given.method !== "HEAD", {
		error: "cannot be judged with method HEAD, whose answer has no body",
		path: ["json"],
	});

type HttpOptions = z.output<typeof httpOptions>;

/**
 * One request to any address, without following redirects. A status is a value here and no fault: the check's own
 * expectations judge it. A fault is only what kept the answer from coming, or a body that is not the JSON asked for.
 */
export const http: Kind<HttpOptions> = {
	values: {
		...REPLY_VALUES,
		json_ok: { type: "bool", summary: "The body is JSON of the shape that the option json asks for." },
	},
	facts: {
		json: { type: "dyn", summary: "The body as JSON; null where it is none." },
		body: { type: "string", summary: "The body as text." },
		headers: { type: "map<string, string>", summary: "Headers of the answer; names in lower case." },
	},
	expect: [{ that: "status >= 200 && status < 300", else: "critical" }],
	async measure(options, { instance, signal, clock }) {
		const url = options.url ?? `${instance.url}${options.path ?? ""}`;
		const exchange = await request({
			url,
			method: options.method,
			headers: revealed(options.headers),
			tls: instance.tls,
			signal,
			clock,
			maxBody: options.max_body,
			connection: options.connection,
		});
		if (!exchange.ok) return { values: progressValues(exchange.progress, url), fault: exchange.fault };
		const { reply } = exchange;
		const values = options.url === undefined ? replyValues(reply, url) : foreignValues(reply, url);
		const read = jsonOf(reply);
		const facts = factsOf(reply, read);
		if (options.json === undefined) return { values, facts };
		const fault = unlike(options.json, read());
		const isGood = reply.status >= 200 && reply.status < 300;
		return { values: { ...values, json_ok: !fault }, facts, ...(fault && isGood && { fault }) };
	},
};

/** Another address may be another node: its version is not the instance's. */
function foreignValues(reply: Reply, url: string): Values {
	const { dss_version: _foreign, ...values } = replyValues(reply, url);
	return values;
}

function revealed(headers: HttpOptions["headers"]): Record<string, string> {
	const plain: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) plain[name] = value instanceof Secret ? value.reveal() : value;
	return plain;
}

/** What is wrong with a body that should have been JSON of a shape. */
function unlike(shape: "object" | "array" | "any", read: ReadJson): Fault | undefined {
	if (!read.ok) return read.fault;
	const { json } = read;
	const is = Array.isArray(json) ? "array" : json === null ? "null" : typeof json;
	if (shape === "any" || shape === is) return undefined;
	return { code: "reply_not_json", text: evidence(`the answer is JSON, but of type ${is} instead of ${shape}`) };
}

/** The facts of a reply; text and JSON are made when a condition first asks for them. */
function factsOf(reply: Reply, read: () => ReadJson) {
	return {
		headers: reply.headers,
		get body() {
			return reply.body.toString();
		},
		get json() {
			const found = read();
			return found.ok ? found.json : null;
		},
	};
}

/** The body of a reply as JSON, parsed at most once. */
function jsonOf(reply: Reply): () => ReadJson {
	let found: ReadJson | undefined;
	return () => {
		found ??= readJson(reply);
		return found;
	};
}
