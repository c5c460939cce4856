import type { Agent, Dispatcher } from "undici";
import * as z from "zod";
import type { Clock } from "../clock.ts";
import { tlsOptions } from "../dss/instance.ts";
import { duration } from "../model/duration.ts";
import type { Notification } from "../model/notification.ts";
import { secret } from "../model/secret.ts";
import { BODIES, checkWith, isBodyName, templateOf } from "./bodies.ts";
import type { Channel, Outcome } from "./channel.ts";
import { type ChannelDeps, channelLimits, isWebUrl, readCa, secretUrl, sharedOptions } from "./channel-options.ts";
import { describeFailure } from "./failure.ts";
import { decoded, hidden, hideAddress } from "./hide.ts";
import { outcomeOf } from "./http-outcome.ts";
import { sign } from "./signature.ts";
import type { Template } from "./template.ts";
import { type BodyRequest, requestsOf } from "./template-requests.ts";
import { sendNext } from "./webhook-parts.ts";
import { webhookPayload } from "./webhook-payload.ts";

/** Headers that the channel itself is responsible for. */
const OWN_HEADER = /^(?:content-type|content-length|transfer-encoding|host|connection|webhook-.*)$/i;

/** An entry under `channels:` with `type: webhook`. */
export const webhookOptions = z.strictObject({
	type: z.literal("webhook"),
	url: secretUrl(isWebUrl).describe("Address that gets a POST with a JSON body for every message."),
	secret: secret()
		.optional()
		.describe("Signing key, `whsec_` and base64 or plain text: signs as the Standard Webhooks specification says."),
	headers: z
		.record(
			z
				.string()
				.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "is not a name of a header")
				.refine((name) => !OWN_HEADER.test(name), "is a header that dss-probe sets itself"),
			z
				.string()
				.regex(/^[\t\x20-\x7e\x80-\xff]*$/, "holds characters that no header can hold")
				.pipe(secret()),
		)
		.default({})
		.describe("Further headers, such as Authorization."),
	body: z
		.string()
		.min(1, "is empty")
		.optional()
		.describe(`Another body: ${Object.keys(BODIES).join(", ")}, or the path of a template of your own.`),
	with: z.record(z.string(), secret()).default({}).describe("Values for the body's template, such as routing_key."),
	resend: duration()
		.refine((ms) => ms >= 1_000, "is shorter than 1s")
		.optional()
		.describe("What is open is sent again this often, for receivers that forget. Default: what the body needs."),
	tls: tlsOptions.prefault({}),
	...sharedOptions("10s"),
});

type WebhookOptions = z.output<typeof webhookOptions>;

/** Builds a channel that POSTs to a webhook. Connections are kept for a few seconds, redirects are never followed. */
export function createWebhook(name: string, options: WebhookOptions, deps: ChannelDeps): Channel {
	const address = options.url.reveal();
	const withValues = Object.fromEntries(Object.entries(options.with).map(([name, value]) => [name, value.reveal()]));
	const kept = [options.secret, ...Object.values(options.headers), ...Object.values(options.with)];
	const keys = kept.flatMap((value) => value?.reveal() ?? []);
	const template = readTemplate(options, deps);
	const resendMs = options.resend ?? template?.resend;
	/** The requests of each message, made once for all its attempts. */
	const made = new WeakMap<Notification, readonly BodyRequest[]>();
	const hide = hideAddress(address, [...keys, ...keys.map((key) => key.replace(/^(?:whsec_|Bearer )/, ""))]);
	const ca = readCa(options.tls.ca, deps);
	// Loaded when the channel is built: an upgrade of the program under a running daemon must not cost the next alert.
	const library = import("undici");
	library.catch(() => {});
	let agent: Agent | undefined;
	let isClosed = false;

	async function post(url: string, init: Omit<Dispatcher.RequestOptions, "path" | "origin">) {
		const { Agent, request } = await library;
		agent ??= new Agent({
			allowH2: false,
			connections: 4,
			connectTimeout: options.timeout,
			headersTimeout: options.timeout,
			bodyTimeout: 2_000,
			connect: { rejectUnauthorized: options.tls.verify, ...(ca === undefined ? {} : { ca }) },
		});
		if (isClosed) await agent.close();
		return request(url, { ...init, dispatcher: agent });
	}

	function requestsFor(notification: Notification): readonly BodyRequest[] {
		if (template === undefined) return [{ name: "0", path: "", body: webhookPayload(notification) }];
		const requests = made.get(notification) ?? requestsOf(notification, template, withValues);
		made.set(notification, requests);
		return requests;
	}

	return {
		name,
		type: "webhook",
		parallel: 4,
		...channelLimits(options),
		...(resendMs === undefined ? {} : { resendMs }),
		async send(notification, { signal, clock, parts = new Map() }): Promise<Outcome> {
			const requests = requestsFor(notification);
			return await sendNext(requests, parts, async ({ name: part, path, body }) => {
				const id = requests.length > 1 ? `${notification.id}.${part}` : notification.id;
				return await postOne(id, path, body, signal, clock);
			});
		},
		close() {
			isClosed = true;
			agent?.close().catch(() => {});
		},
	};

	async function postOne(id: string, path: string, body: string, signal: AbortSignal, clock: Clock): Promise<Outcome> {
		const timestamp = Math.floor(clock.now() / 1_000);
		const signature = options.secret && sign(options.secret.reveal(), id, timestamp, body);
		const { url, authorization } = splitAddress(address, path);
		const headers = {
			"user-agent": "dss-probe",
			// Some, such as Icinga, insist on it.
			accept: "application/json",
			...(authorization === undefined ? {} : { authorization }),
			...Object.fromEntries(Object.entries(options.headers).map(([key, value]) => [key.toLowerCase(), value.reveal()])),
			"content-type": "application/json",
			"webhook-id": id,
			"webhook-timestamp": String(timestamp),
			...(signature === undefined ? {} : { "webhook-signature": signature }),
		};
		try {
			const answer = await post(url, { method: "POST", headers, body, signal });
			return hidden(outcomeOf(await readAnswer(answer), clock.now()), hide);
		} catch (error) {
			return { result: "retry", error: hide(describeFailure(error)) };
		}
	}
}

function readTemplate({ body, with: given }: WebhookOptions, { readText }: ChannelDeps): Template | undefined {
	if (body === undefined) return undefined;
	const isText = isBodyName(body) || body.trimStart().startsWith("{");
	const template = templateOf(isText ? body : readText(body));
	const { missing } = checkWith(template, Object.keys(given));
	if (missing.length > 0) throw new Error(`the body needs with: ${missing.join(", ")}`);
	return template;
}

/** The user and password of an address travel as a header, never in the request line. */
function splitAddress(address: string, more: string): { readonly url: string; readonly authorization?: string } {
	const url = new URL(address);
	if (more !== "") {
		const [path = "", query = ""] = more.split("?");
		url.pathname = url.pathname.replace(/\/$/, "") + path;
		for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
	}
	const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
	url.username = "";
	url.password = "";
	if (credentials === ":") return { url: url.href };
	return { url: url.href, authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

async function readAnswer({ statusCode, headers, body }: Dispatcher.ResponseData) {
	const header = (key: string) => {
		const value = headers[key];
		return Array.isArray(value) ? value[0] : value;
	};
	const isSent = statusCode >= 200 && statusCode < 300;
	return {
		status: statusCode,
		retryAfter: header("retry-after"),
		location: header("location"),
		words: isSent ? await discard(body) : await firstWords(body),
	};
}

/** A receiver that said yes is not waited for; the rest of its answer is dropped. */
async function discard(body: Dispatcher.ResponseData["body"]): Promise<string> {
	body.dump({ limit: 4_096 }).catch(() => {});
	return "";
}

async function firstWords(body: Dispatcher.ResponseData["body"]): Promise<string> {
	let words = "";
	try {
		for await (const chunk of body.setEncoding("utf8")) {
			words += chunk;
			if (words.length > 2_048) break;
		}
	} catch {
		// The status has decided already; words that break off are only less to show.
	}
	return words;
}
