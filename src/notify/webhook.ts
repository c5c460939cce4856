import type { Agent, Dispatcher } from "undici";
import * as z from "zod";
import { tlsOptions } from "../dss/instance.ts";
import { secret } from "../model/secret.ts";
import type { Channel, Outcome } from "./channel.ts";
import { type ChannelDeps, channelLimits, isWebUrl, readCa, secretUrl, sharedOptions } from "./channel-options.ts";
import { describeFailure } from "./failure.ts";
import { decoded, hidden, hideAddress } from "./hide.ts";
import { outcomeOf } from "./http-outcome.ts";
import { sign } from "./signature.ts";
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
	tls: tlsOptions.prefault({}),
	...sharedOptions("10s"),
});

type WebhookOptions = z.output<typeof webhookOptions>;

/** Builds a channel that POSTs to a webhook. Connections are kept for a few seconds, redirects are never followed. */
export function createWebhook(name: string, options: WebhookOptions, deps: ChannelDeps): Channel {
	const address = options.url.reveal();
	const keys = [options.secret, ...Object.values(options.headers)].flatMap((kept) => kept?.reveal() ?? []);
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

	return {
		name,
		type: "webhook",
		parallel: 4,
		...channelLimits(options),
		async send(notification, { signal, clock }): Promise<Outcome> {
			const body = webhookPayload(notification);
			const timestamp = Math.floor(clock.now() / 1_000);
			const signature = options.secret && sign(options.secret.reveal(), notification.id, timestamp, body);
			const { url, authorization } = splitAddress(address);
			const headers = {
				"user-agent": "dss-probe",
				...(authorization === undefined ? {} : { authorization }),
				...Object.fromEntries(
					Object.entries(options.headers).map(([key, value]) => [key.toLowerCase(), value.reveal()]),
				),
				"content-type": "application/json",
				"webhook-id": notification.id,
				"webhook-timestamp": String(timestamp),
				...(signature === undefined ? {} : { "webhook-signature": signature }),
			};
			try {
				const answer = await post(url, { method: "POST", headers, body, signal });
				return hidden(outcomeOf(await readAnswer(answer), clock.now()), hide);
			} catch (error) {
				return { result: "retry", error: hide(describeFailure(error)) };
			}
		},
		close() {
			isClosed = true;
			agent?.close().catch(() => {});
		},
	};
}

/** The user and password of an address travel as a header, never in the request line. */
function splitAddress(address: string): { readonly url: string; readonly authorization?: string } {
	const url = new URL(address);
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
