import { afterEach, expect, test } from "vitest";
import { silentLog } from "../../src/log.ts";
import { channelOptions, createChannel } from "../../src/notify/notify.ts";
import { virtualClock } from "../support/clock.ts";
import { answering, type HttpReceiver, httpReceiver } from "../support/http-receiver.ts";
import { notification, snapshot } from "../support/notifications.ts";
import { about, aNotifier } from "../support/notifier.ts";
import { quiet } from "../support/quiet.ts";
import { expectNoSecret } from "../support/secret-search.ts";
import { channelContract, channelOf, type Receiver, sendOnce } from "./contract.ts";

const ROUTING_KEY = "r0uting-key-0123456789abcdef0123";

type BodyReceiver = Receiver & { http: HttpReceiver };

/** Every text in a body, as people may read it. */
function wordsOf(node: unknown): readonly string[] {
	if (typeof node === "string") return [node];
	if (typeof node !== "object" || node === null) return [];
	return Object.values(node).flatMap(wordsOf);
}

const open = (body: string, spreads: boolean) => async (): Promise<BodyReceiver> => {
	const http = await httpReceiver(answering(202));
	return {
		http,
		options: {
			type: "webhook",
			url: `http://127.0.0.1:${http.port}/hook`,
			body,
			with: body === "pagerduty" ? { routing_key: ROUTING_KEY } : {},
		},
		...(spreads ? { spreads } : {}),
		secrets: body === "pagerduty" ? [ROUTING_KEY] : [],
		taken: async () =>
			http.requests.map(({ headers, body: text }) => {
				const { routing_key: _key, ...rest } = JSON.parse(text) as Record<string, unknown>;
				return { id: String(headers["webhook-id"]), words: wordsOf(rest).join("\n") };
			}),
		close: () => http.close(),
	};
};

const answers = (status: number, headers: Record<string, string> = {}) => ({
	arrange: ({ http }: BodyReceiver) => {
		http.answer = answering(status, `you sent ${ROUTING_KEY}`, headers);
	},
});

for (const [body, spreads] of [
	["pagerduty", true],
	["opsgenie", true],
	["icinga2", true],
	["alertmanager", true],
	["alertmanager-webhook", false],
	["teams", false],
] as const) {
	channelContract(`webhook with body ${body}`, open(body, spreads), [
		{ when: "HTTP 202", ...answers(202), result: "sent" },
		{ when: "HTTP 400", ...answers(400), result: "rejected", words: "HTTP 400" },
		{ when: "HTTP 410", ...answers(410), result: "rejected", gone: true },
		{ when: "HTTP 429 with seconds", ...answers(429, { "retry-after": "7" }), result: "defer", afterMs: 7_000 },
		{ when: "HTTP 500", ...answers(500), result: "retry" },
	]);
}

const opened: { close(): unknown }[] = [];
afterEach(async () => {
	for (const one of opened.splice(0)) await one.close();
});

async function receiver() {
	// A channel loads its library when it is built; virtual time would pass meanwhile.
	await import("undici");
	const http = await httpReceiver(answering(202));
	opened.push(http);
	return { http, url: `http://127.0.0.1:${http.port}/v2/alerts` };
}

const three = () => notification({ alerts: ["a", "b", "c"].map((check) => snapshot({ check })) });
const pagerduty = (url: string, more: object = {}) =>
	channelOf({ type: "webhook", url, body: "pagerduty", with: { routing_key: ROUTING_KEY }, ...more });

test("what was accepted is not repeated when a later request fails", async () => {
	const { http, url } = await receiver();
	const channel = pagerduty(url);
	opened.push(channel);
	const { clock, accept, outbox } = aNotifier([channel], virtualClock(undefined, quiet));
	const keys = () => http.requests.map(({ body }) => (JSON.parse(body) as { dedup_key: string }).dedup_key);
	http.answer = (response) => response.writeHead(http.requests.length === 2 ? 503 : 202).end();
	accept(about("n", "1", "2", "3"));
	await clock.advance(10_000);
	expect(outbox.endings).toMatchObject([{ id: "n", result: "sent", detail: "3 requests" }]);
	expect(keys()).toEqual(["1", "2", "2", "3"]);
	expect(http.requests.map(({ headers }) => headers["webhook-id"])).toEqual(["n.0", "n.1", "n.1", "n.2"]);
});

test("one request that is refused does not keep the others from being made, and the message counts as refused", async () => {
	const { http, url } = await receiver();
	const channel = pagerduty(url);
	opened.push(channel);
	http.answer = (response) => response.writeHead(http.requests.length === 2 ? 400 : 202).end();
	const outcome = await sendOnce(channel, three());
	expect(outcome).toEqual({ result: "rejected", error: "1 of 3 requests: HTTP 400" });
	expect(http.requests).toHaveLength(3);
});

test("a message without alerts is nothing to a receiver that only keeps alerts", async () => {
	const { http, url } = await receiver();
	const channel = pagerduty(url);
	opened.push(channel);
	const news = notification({ type: "instance.changed", alerts: [] });
	expect(await sendOnce(channel, news)).toMatchObject({ result: "sent", detail: expect.stringContaining("no alerts") });
	expect(http.requests).toEqual([]);
});

test("a receiver that is gone ends the message at the first request", async () => {
	const { http, url } = await receiver();
	const channel = pagerduty(url);
	opened.push(channel);
	http.answer = answering(410);
	expect(await sendOnce(channel, three())).toMatchObject({ result: "rejected", gone: true });
	expect(http.requests).toHaveLength(1);
});

test("a rate holds for every single request", async () => {
	const { http, url } = await receiver();
	const channel = pagerduty(url, { rate: "1/s" });
	opened.push(channel);
	const { clock, accept } = aNotifier([channel], virtualClock(undefined, quiet));
	const times: number[] = [];
	http.answer = (response) => {
		times.push(clock.monotonic());
		response.writeHead(202).end();
	};
	accept(about("n", "1", "2", "3"), about("m", "4"));
	await clock.advance(10_000);
	expect(times).toHaveLength(4);
	for (const [index, time] of times.slice(1).entries()) {
		expect(time - (times[index] as number)).toBeGreaterThanOrEqual(1_000);
	}
});

test("the path and the query of a template are added to those of the address", async () => {
	const { http, url } = await receiver();
	const channel = channelOf({ type: "webhook", url: `${url}?region=eu`, body: "opsgenie" });
	opened.push(channel);
	const alerts = [snapshot({ incident: "a/b", state: "resolved", resolvedAt: 1 })];
	await sendOnce(channel, notification({ alerts }));
	expect(http.requests[0]?.path).toBe("/v2/alerts/a%2Fb/close?region=eu&identifierType=alias");
});

test("values under with: are put into the body, signed with it, and told nowhere else", async () => {
	const { http, url } = await receiver();
	const channel = pagerduty(url, { secret: "signing-key" });
	opened.push(channel);
	http.answer = answering(400, `bad ${ROUTING_KEY}`);
	const outcome = await sendOnce(channel, notification());
	expect(JSON.parse(http.requests[0]?.body ?? "")).toMatchObject({ routing_key: ROUTING_KEY });
	expect(http.requests[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
	expectNoSecret([JSON.stringify(outcome)], [ROUTING_KEY]);
});

test("resend is what the body needs, unless the channel says otherwise", () => {
	const of = (more: object) => channelOf({ type: "webhook", url: "http://x.example/", ...more }).resendMs;
	expect(of({})).toBeUndefined();
	expect(of({ body: "alertmanager" })).toBe(60_000);
	expect(of({ body: "alertmanager", resend: "30s" })).toBe(30_000);
	expect(() => of({ body: "alertmanager", resend: "1ms" })).toThrow("is shorter than 1s");
});

test("a channel whose body lacks something is not built", () => {
	const of = (more: object) => () => channelOf({ type: "webhook", url: "http://x.example/", ...more });
	expect(of({ body: "pagerduty" })).toThrow("needs with: routing_key");
	expect(of({ body: "pagerdudy" })).toThrow("there is no body");
});

test("a template in a file of one's own is read when the channel is built", async () => {
	const { http, url } = await receiver();
	const own = { alerts: { most: 5, beyond: "cut" }, max_bytes: 1_000, body: { text: "{{title}}" } };
	const channel = createChannel("ops", channelOptions.parse({ type: "webhook", url, body: "./own.json" }), {
		log: silentLog,
		readText: (path) => (path === "./own.json" ? JSON.stringify(own) : ""),
	});
	opened.push(channel);
	await sendOnce(channel, notification());
	expect(JSON.parse(http.requests[0]?.body ?? "")).toEqual({
		text: "CRITICAL design/get-configuration: nginx up, DSS backend down or starting",
	});
});
