import { createHmac } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { channelOptions } from "../../src/notify/notify.ts";
import { webhookBody } from "../../src/notify/webhook-body.ts";
import { MOST_BYTES } from "../../src/notify/webhook-payload.ts";
import { answering, type HttpReceiver, httpReceiver } from "../support/http-receiver.ts";
import { notification, snapshot } from "../support/notifications.ts";
import { channelContract, channelOf, type Receiver, sendOnce } from "./contract.ts";

const PASSWORD = "pa ss/w0rd+secret";
const TOKEN = "query-token-4711";
const KEY = "c2lnbmluZy1rZXktb2YtdGhlLXRlc3Q=";
const HEADER_TOKEN = "header-token-0815";

type WebhookReceiver = Receiver & { http: HttpReceiver };

async function open(): Promise<WebhookReceiver> {
	const http = await httpReceiver(answering(204));
	const address = `http://user:${encodeURIComponent(PASSWORD)}@127.0.0.1:${http.port}/hooks/path-token-1234?token=${TOKEN}`;
	return {
		http,
		options: {
			type: "webhook",
			url: address,
			secret: `whsec_${KEY}`,
			headers: { "X-Token": HEADER_TOKEN },
		},
		secrets: [PASSWORD, TOKEN, KEY, HEADER_TOKEN, "path-token-1234"],
		taken: async () =>
			http.requests.map(({ headers, body }) => {
				const { data } = webhookBody.parse(JSON.parse(body));
				return { id: String(headers["webhook-id"]), words: `${data.title}\n${data.text}` };
			}),
		close: () => http.close(),
	};
}

const echo = `you sent token=${TOKEN} and ${HEADER_TOKEN}, user:${PASSWORD}, path-token-1234`;
const answers = (status: number, headers: Record<string, string> = {}) => ({
	arrange: ({ http }: WebhookReceiver) => {
		http.answer = answering(status, echo, headers);
	},
});

channelContract("webhook", open, [
	{ when: "HTTP 200", ...answers(200), result: "sent" },
	{ when: "HTTP 202", ...answers(202), result: "sent" },
	{ when: "HTTP 204", ...answers(204), result: "sent" },
	{
		when: "HTTP 301",
		...answers(301, { location: `http://elsewhere.example/x?token=${TOKEN}` }),
		result: "rejected",
		words: "elsewhere.example",
	},
	{
		when: "HTTP 307 to a path",
		...answers(307, { location: `/login?token=${TOKEN}` }),
		result: "rejected",
		words: "redirected",
	},
	{ when: "HTTP 400", ...answers(400), result: "rejected" },
	{ when: "HTTP 401", ...answers(401), result: "rejected" },
	{ when: "HTTP 403", ...answers(403), result: "rejected" },
	{ when: "HTTP 404", ...answers(404), result: "rejected" },
	{ when: "HTTP 408", ...answers(408), result: "retry" },
	{ when: "HTTP 410", ...answers(410), result: "rejected", words: "endpoint is gone", gone: true },
	{ when: "HTTP 413", ...answers(413), result: "rejected" },
	{ when: "HTTP 425", ...answers(425), result: "retry" },
	{ when: "HTTP 429 without a time", ...answers(429), result: "retry" },
	{ when: "HTTP 429 with seconds", ...answers(429, { "retry-after": "120" }), result: "defer", afterMs: 120_000 },
	{ when: "HTTP 429 with a day", ...answers(429, { "retry-after": "86400" }), result: "defer", afterMs: 3_600_000 },
	{ when: "HTTP 429 with nonsense", ...answers(429, { "retry-after": "soon" }), result: "retry" },
	{ when: "HTTP 500", ...answers(500), result: "retry", words: /HTTP 500, "you sent/ },
	{ when: "HTTP 502", ...answers(502), result: "retry" },
	{
		when: "HTTP 503 with a date",
		...answers(503, { "retry-after": "Mon, 05 Jan 2099 08:00:00 GMT" }),
		result: "defer",
		afterMs: 3_600_000,
	},
	{ when: "HTTP 503 without a time", ...answers(503), result: "retry" },
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
		when: "a yes whose body never ends",
		arrange: ({ http }) => {
			http.answer = (response) => {
				response.writeHead(200).write("x");
			};
		},
		result: "sent",
	},
	{
		when: "an error whose body never ends",
		hangs: true,
		arrange: ({ http }) => {
			http.answer = (response) => {
				response.writeHead(500).write("half");
			};
		},
		result: "retry",
		words: "HTTP 500",
	},
]);

const opened: { close(): unknown }[] = [];
afterEach(async () => {
	for (const one of opened.splice(0)) await one.close();
});

async function deliver(options: Record<string, unknown>, sent = notification()) {
	const http = await httpReceiver(answering(200));
	const channel = channelOf({ type: "webhook", url: `http://127.0.0.1:${http.port}/hook`, ...options });
	opened.push(channel, http);
	expect(await sendOnce(channel, sent)).toMatchObject({ result: "sent" });
	const [request] = http.requests;
	if (request === undefined) throw new Error("nothing was received");
	return request;
}

/** The check that the Standard Webhooks specification describes for receivers. */
function verifies(headers: Record<string, unknown>, body: string, key: Buffer): boolean {
	const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
	return headers["webhook-signature"] === `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

test("a key written as whsec_ and base64 signs with the decoded bytes", async () => {
	const { headers, body } = await deliver({ secret: `whsec_${KEY}` });
	expect(verifies(headers, body, Buffer.from("signing-key-of-the-test"))).toBe(true);
	expect(verifies(headers, `${body} `, Buffer.from("signing-key-of-the-test"))).toBe(false);
});

test("a plain key signs with its own bytes", async () => {
	const { headers, body } = await deliver({ secret: "plain-key" });
	expect(verifies(headers, body, Buffer.from("plain-key"))).toBe(true);
});

test("without a key the message is not signed, but has id and time of the attempt", async () => {
	const { headers } = await deliver({});
	expect(headers["webhook-signature"]).toBeUndefined();
	expect(headers["webhook-id"]).toBe("01JX-firing.1");
	expect(Math.abs(Number(headers["webhook-timestamp"]) * 1_000 - Date.now())).toBeLessThan(5_000);
});

test("user and password of the address travel as Basic credentials, not in the path", async () => {
	const http = await httpReceiver(answering(200));
	const channel = channelOf({ type: "webhook", url: `http://us%20er:p%40ss@127.0.0.1:${http.port}/a?b=c` });
	opened.push(channel, http);
	await sendOnce(channel, notification());
	expect(http.requests[0]?.path).toBe("/a?b=c");
	expect(http.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("us er:p@ss").toString("base64")}`);
});

test("a header of the user's own replaces the credentials of the address", async () => {
	const { headers } = await deliver({ headers: { Authorization: "Bearer abc" } });
	expect(headers.authorization).toBe("Bearer abc");
});

test("the body says what happened, for machines", async () => {
	const { headers, body } = await deliver({});
	expect(headers["content-type"]).toBe("application/json");
	expect(webhookBody.parse(JSON.parse(body))).toMatchObject({
		type: "alert.firing",
		timestamp: "2026-01-05T08:02:00Z",
		data: {
			title: "CRITICAL design/get-configuration: nginx up, DSS backend down or starting",
			severity: "critical",
			cause: { code: "backend_down" },
			truncated: 0,
			alerts: [
				{
					instance: "design",
					check: "get-configuration",
					level: "critical",
					state: "firing",
					since: "2026-01-05T08:00:00Z",
					values: { status: 502, latency: 0.0123 },
					labels: { env: "prod" },
					runbook: "https://wiki.example/dss/backend-down",
					url: "https://design.example:11200",
				},
			],
		},
	});
});

test("a large group fits into 20 kB, and the alerts left out are counted", async () => {
	const alerts = Array.from({ length: 300 }, (_, index) =>
		snapshot({ check: `check-${index}`, level: index === 7 ? "critical" : "warning" }),
	);
	const { body } = await deliver({}, notification({ alerts }));
	expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MOST_BYTES);
	const { data } = webhookBody.parse(JSON.parse(body));
	expect(data.alerts.length).toBeGreaterThan(10);
	expect(data.alerts.length + data.truncated).toBe(300);
	expect(data.alerts[0]?.check).toBe("check-7");
});

test.for([
	[{ url: "ftp://x.example/" }, "is not an http:// or https:// address"],
	[{ url: "hunter2" }, "is not an address"],
	[{ url: "http://x.example/", headers: { "webhook-id": "x" } }, "is a header that dss-probe sets itself"],
	[{ url: "http://x.example/", headers: { "X-A": "a\r\nb: c" } }, "holds characters that no header can hold"],
	[{ url: "http://x.example/", headers: { "X A": "a" } }, "is not a name of a header"],
] as const)("options %j are refused: %s", ([options, message]) => {
	const parsed = channelOptions.safeParse({ type: "webhook", ...options });
	expect(parsed.success).toBe(false);
	expect(JSON.stringify(parsed.error)).toContain(message);
	expect(JSON.stringify(parsed.error)).not.toContain("hunter2");
});
