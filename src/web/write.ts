import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";
import { isoTime } from "../clock.ts";
import type { Answer, Desk } from "../model/desk.ts";
import { ackRequest, silenceRequest, wrongWith } from "../model/request.ts";
import { isInForce, type Silence } from "../model/silence.ts";
import type { SilenceReply } from "./api.ts";

/** A wish is not larger, bytes. */
const MOST_BYTES = 8_192;

const SILENCES = "/api/v1/silences";
const WRITABLE: readonly { readonly method: string; readonly path: RegExp }[] = [
	{ method: "POST", path: /^\/api\/v1\/silences$/ },
	{ method: "DELETE", path: /^\/api\/v1\/silences\/[^/]+$/ },
	{ method: "POST", path: /^\/api\/v1\/checks\/[^/]+\/.+\/ack$/ },
];

/** Whether something can be changed there at all. */
export function isWritable(method: string, path: string): boolean {
	return WRITABLE.some((one) => one.method === method && one.path.test(path));
}

/**
 * Why a request that changes something is not served, although it shows the token. Browsers send Basic credentials along
 * with whatever a stranger's page makes them ask (cross-site request forgery), so it has to come from our own page or
 * from no page at all, and to carry what no form can send: JSON.
 */
export function forgeryIn(
	method: string,
	headers: IncomingHttpHeaders,
): readonly [status: number, text: string] | undefined {
	const site = headers["sec-fetch-site"];
	if (site !== undefined && site !== "same-origin" && site !== "none") return [403, "asked by a page of another site"];
	const { origin, host } = headers;
	if (origin !== undefined && URL.parse(origin)?.host !== host) return [403, "asked by a page of another site"];
	if (method === "POST" && !/^application\/json\s*(?:;|$)/i.test(headers["content-type"] ?? "")) {
		return [415, "the body has to be application/json"];
	}
	return undefined;
}

const STATUS = { invalid: 400, missing: 404, conflict: 409, pointless: 409 } as const;

/** Adds the routes by which people change something: silences and acknowledgements. */
export function addWriting(app: FastifyInstance, desk: Desk, now: () => number): void {
	const options = { bodyLimit: MOST_BYTES };

	app.post(SILENCES, options, async ({ body }, reply) => {
		const read = silenceRequest.safeParse(body);
		if (!read.success) return refuse(reply, 400, wrongWith(read.error));
		const answer = desk.silence(read.data);
		return send(reply, 201, answer, ({ silence, covers }) => ({ ...toSilenceReply(silence, now()), covers }));
	});
	app.delete<{ Params: { id: string } }>(`${SILENCES}/:id`, async ({ params }, reply) =>
		send(reply, 200, desk.endSilence(params.id), (silence) => toSilenceReply(silence, now())),
	);
	app.post<{ Params: { instance: string; "*": string }; Body: unknown }>(
		"/api/v1/checks/:instance/*",
		options,
		async ({ params, body }, reply) => {
			const check = params["*"].replace(/\/ack$/, "");
			const given = typeof body === "object" && body !== null ? body : {};
			const read = ackRequest.safeParse({ ...given, instance: params.instance, check });
			if (!read.success) return refuse(reply, 400, wrongWith(read.error));
			return send(reply, 200, desk.acknowledge(read.data), (value) => value);
		},
	);
}

/** A silence as the API shows it. */
export function toSilenceReply(silence: Silence, now: number): SilenceReply {
	const { id, match, from, until, author, comment, createdAt, endedAt } = silence;
	return {
		id,
		match: Object.fromEntries(
			Object.entries(match).map(([name, wanted]) => [name, typeof wanted === "string" ? wanted : [...wanted]]),
		),
		in_force: isInForce(silence, now),
		from: isoTime(from),
		until: isoTime(until),
		author,
		comment,
		created_at: isoTime(createdAt),
		...(endedAt !== undefined && { ended_at: isoTime(endedAt) }),
	};
}

function send<T>(reply: FastifyReply, code: number, answer: Answer<T>, show: (value: T) => object): FastifyReply {
	if (!answer.ok) return refuse(reply, STATUS[answer.code], answer.text);
	const { value, warnings } = answer;
	return json(reply)
		.code(code)
		.send({ ...show(value), ...(warnings.length > 0 && { warnings }) });
}

function refuse(reply: FastifyReply, code: number, error: string): FastifyReply {
	return json(reply).code(code).send({ error });
}

function json(reply: FastifyReply): FastifyReply {
	return reply.type("application/json; charset=utf-8");
}
