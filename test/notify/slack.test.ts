import { expect, test } from "vitest";
import { answering, type HttpReceiver, httpReceiver } from "../support/http-receiver.ts";
import { channelContract, channelOf, type Receiver } from "./contract.ts";

const PATH = "/services/T0000TEST/B0000TEST/abcdefghijklmnop0123";

type SlackReceiver = Receiver & { http: HttpReceiver };

interface SlackBody {
	text: string;
	blocks: unknown[];
	attachments: { color: string; blocks: unknown[] }[];
}

/** Every text of a Slack message, as people read it. */
function wordsOf(node: unknown): readonly string[] {
	if (Array.isArray(node)) return node.flatMap(wordsOf);
	if (typeof node !== "object" || node === null) return [];
	return Object.entries(node).flatMap(([key, value]) =>
		key === "text" && typeof value === "string" ? [value] : wordsOf(value),
	);
}

async function open(): Promise<SlackReceiver> {
	const http = await httpReceiver(answering(200, "ok"));
	return {
		http,
		options: { type: "slack", url: `http://127.0.0.1:${http.port}${PATH}` },
		secrets: ["abcdefghijklmnop0123"],
		taken: async () =>
			http.requests.map(({ path, body }) => {
				expect(path).toBe(PATH);
				const words = wordsOf(JSON.parse(body) as SlackBody).join("\n");
				return { id: /id (\S+)/.exec(words)?.[1] ?? "", words };
			}),
		close: () => http.close(),
	};
}

const answers = (status: number, body: string, headers: Record<string, string> = {}) => ({
	arrange: ({ http }: SlackReceiver) => {
		http.answer = answering(status, body, headers);
	},
});

channelContract("slack", open, [
	{ when: "ok", ...answers(200, "ok"), result: "sent" },
	{
		when: "HTTP 200 with an error text that is final",
		...answers(200, "channel_is_archived"),
		result: "rejected",
		gone: true,
		words: "channel_is_archived",
	},
	{
		when: "HTTP 200 with an error text that passes",
		...answers(200, "rollup_error"),
		result: "retry",
		words: "rollup_error",
	},
	{
		when: "HTTP 200 with a login page",
		...answers(200, `<html>${"x".repeat(100_000)}</html>`),
		result: "retry",
		words: 'instead of "ok"',
	},
	{ when: "HTTP 200 with nothing", ...answers(200, ""), result: "retry" },
	{
		when: "HTTP 302",
		...answers(302, "", { location: "https://elsewhere.example/login?token=x" }),
		result: "rejected",
		words: "elsewhere.example",
	},
	{
		when: "HTTP 400 invalid_payload",
		...answers(400, "invalid_payload"),
		result: "rejected",
		words: "invalid_payload",
	},
	{ when: "HTTP 403 action_prohibited", ...answers(403, "action_prohibited"), result: "rejected" },
	{
		when: "HTTP 404 no_service, with the address in it",
		...answers(404, `no_service ${PATH}`),
		result: "rejected",
		gone: true,
		words: "no_service",
	},
	{ when: "HTTP 410 channel_is_archived", ...answers(410, "channel_is_archived"), result: "rejected", gone: true },
	{ when: "HTTP 403 invalid_token", ...answers(403, "invalid_token"), result: "rejected", gone: true },
	{ when: "HTTP 404 without a word of Slack", ...answers(404, "not found"), result: "rejected" },
	{
		when: "HTTP 429 with seconds",
		...answers(429, "rate_limited", { "retry-after": "30" }),
		result: "defer",
		afterMs: 30_000,
	},
	{ when: "HTTP 429 without a time", ...answers(429, "rate_limited"), result: "retry" },
	{ when: "HTTP 500", ...answers(500, "rollup_error"), result: "retry" },
	{ when: "HTTP 503 with seconds", ...answers(503, "", { "retry-after": "5" }), result: "defer", afterMs: 5_000 },
	{
		when: "no answer at all",
		hangs: true,
		arrange: ({ http }) => {
			http.answer = () => {};
		},
		result: "retry",
	},
	{
		when: "a cut connection",
		arrange: ({ http }) => {
			http.answer = (response) => response.destroy();
		},
		result: "retry",
	},
	{
		when: "an ok that breaks off",
		arrange: ({ http }) => {
			http.answer = (response) => {
				response.writeHead(200, { "content-length": "2" }).write("o", () => response.destroy());
			};
		},
		result: "retry",
	},
]);

test("the address is asked for as http or https only", async () => {
	const { channelOptions } = await import("../../src/notify/notify.ts");
	expect(channelOptions.safeParse({ type: "slack", url: "hooks.slack.com/x" }).success).toBe(false);
});

test("one message a second is the default, as Slack allows it", () => {
	const channel = channelOf({ type: "slack", url: "https://hooks.slack.com/services/x" });
	expect(channel.spacingMs).toBe(1_000);
});
