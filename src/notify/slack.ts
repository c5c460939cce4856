import type { FetchFunction } from "@slack/webhook";
import * as z from "zod";
import type { Channel, Outcome } from "./channel.ts";
import { type ChannelDeps, channelLimits, isWebUrl, rateOption, secretUrl, sharedOptions } from "./channel-options.ts";
import { describeFailure } from "./failure.ts";
import { hidden, hideAddress } from "./hide.ts";
import { type Answer, outcomeOf } from "./http-outcome.ts";
import { composeMessage } from "./message.ts";
import { parseRate } from "./rate.ts";
import { MOST_IN_SLACK, toSlack } from "./slack-blocks.ts";
import { oneLine } from "./words.ts";

/** An entry under `channels:` with `type: slack`. */
export const slackOptions = z.strictObject({
	type: z.literal("slack"),
	url: secretUrl(isWebUrl).describe("Incoming-webhook address of Slack, or of a server that takes Slack's messages."),
	...sharedOptions("10s"),
	// Slack allows one message a second on an incoming webhook.
	rate: rateOption().default(parseRate("1/s") as number),
});

type SlackOptions = z.output<typeof slackOptions>;

/** Words with which Slack refuses for good, as its page on incoming webhooks lists them. */
const FINAL =
	/^(?:invalid_|no_text|no_service|no_team|no_active_hooks|team_disabled|user_not_found|channel_not_found|channel_is_archived|action_prohibited|posting_to_general_channel_denied|too_many_attachments|missing_text_or_fallback_or_attachments|token_revoked|account_inactive)/;

/** Of those, the words that say that the webhook itself is no more: no other message will be taken either. */
const GONE =
	/^(?:no_service|no_team|no_active_hooks|team_disabled|channel_not_found|channel_is_archived|invalid_token|token_revoked|account_inactive)/;

/** Builds a channel that posts to a Slack incoming webhook. Slack has a message only when it answers `ok`. */
export function createSlack(name: string, options: SlackOptions, _deps: ChannelDeps): Channel {
	const hide = hideAddress(options.url.reveal());
	// Loaded when the channel is built: an upgrade of the program under a running daemon must not cost the next alert.
	const library = import("@slack/webhook");
	library.catch(() => {});
	return {
		name,
		type: "slack",
		parallel: 4,
		...channelLimits(options),
		async send(notification, { signal, clock }): Promise<Outcome> {
			let answer: Answer | undefined;
			const post: FetchFunction = async (url, init) => {
				// Redirects come back as an answer, and the body is read only as far as it can matter.
				const response = await fetch(url, { ...init, body: String(init?.body), redirect: "manual", signal });
				const words = await firstWords(response);
				answer = {
					status: response.status,
					retryAfter: response.headers.get("retry-after"),
					location: response.headers.get("location"),
					words,
				};
				return asAnswer(response, words);
			};
			try {
				const { IncomingWebhook } = await library;
				const { text } = await new IncomingWebhook(options.url.reveal(), { fetch: post }).send(
					toSlack(composeMessage(notification, MOST_IN_SLACK)),
				);
				return hidden(judgeWords(answer?.status ?? 200, text), hide);
			} catch (error) {
				if (answer === undefined) return { result: "retry", error: hide(describeFailure(error)) };
				return hidden(goneBy(answer.words, outcomeOf(answer, clock.now())), hide);
			}
		},
		close() {},
	};
}

/** Slack says yes with the word `ok`; a yes of HTTP with anything else is an error text, or not from Slack. */
function judgeWords(status: number, text: string): Outcome {
	const words = text.trim();
	if (words === "ok") return { result: "sent" };
	const error = `HTTP ${status}, but "${oneLine(words, 200)}" instead of "ok"`;
	return goneBy(words, { result: FINAL.test(words) ? "rejected" : "retry", error });
}

function goneBy(words: string | undefined, outcome: Outcome): Outcome {
	return outcome.result === "rejected" && GONE.test(words?.trim() ?? "") ? { ...outcome, gone: true } : outcome;
}

function asAnswer(response: Response, words: string): Awaited<ReturnType<FetchFunction>> {
	return {
		ok: response.ok,
		status: response.status,
		statusText: response.statusText,
		url: response.url,
		headers: response.headers,
		text: async () => words,
		json: async () => JSON.parse(words) as unknown,
		arrayBuffer: async () => new TextEncoder().encode(words).buffer,
	};
}

/** At most about 4 kB of an answer; what breaks off is shown as far as it came. */
async function firstWords({ body }: Response): Promise<string> {
	let words = "";
	if (body === null) return words;
	const decoder = new TextDecoder();
	try {
		for await (const chunk of body) {
			words += decoder.decode(chunk, { stream: true });
			if (words.length > 4_096) break;
		}
	} catch {
		// The status has decided already, or the text that is missing makes it no `ok`.
	}
	return words;
}
