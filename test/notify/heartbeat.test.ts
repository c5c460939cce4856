import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createHeartbeat, heartbeatOptions } from "../../src/notify/heartbeat.ts";
import { channelOptions } from "../../src/notify/notify.ts";
import { answering, closedPort, type HttpAnswer, httpReceiver } from "../support/http-receiver.ts";
import { expectNoSecret } from "../support/secret-search.ts";

const TOKEN = "11112222-3333-4444-5555-666677778888";

const opened: { close(): unknown }[] = [];
afterEach(async () => {
	for (const one of opened.splice(0)) await one.close();
});

async function ping(answer: HttpAnswer, more: object = {}, patienceMs = 5_000) {
	const http = await httpReceiver(answer);
	opened.push(http);
	const options = { type: "heartbeat", url: `http://us%20er:p%40ss@127.0.0.1:${http.port}/${TOKEN}?x=y`, every: "1m" };
	const heartbeat = createHeartbeat("beat", heartbeatOptions.parse({ ...options, ...more }));
	const outcome = await heartbeat.ping({ signal: AbortSignal.timeout(patienceMs), clock: systemClock });
	expectNoSecret([JSON.stringify(outcome)], [TOKEN, "p@ss"]);
	return { outcome, requests: http.requests, heartbeat };
}

test("a ping is a GET of the address, with its user and password as a header", async () => {
	const { outcome, requests, heartbeat } = await ping(answering(200));
	expect(outcome).toEqual({ result: "sent", detail: "HTTP 200" });
	expect(requests).toMatchObject([{ method: "GET", path: `/${TOKEN}?x=y` }]);
	expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("us er:p@ss").toString("base64")}`);
	expect(heartbeat).toMatchObject({ name: "beat", everyMs: 60_000 });
});

test("or a POST, where the receiver wants one", async () => {
	expect((await ping(answering(202), { method: "POST" })).requests).toMatchObject([{ method: "POST" }]);
});

test.for([
	[404, {}, "rejected"],
	[302, { location: `http://elsewhere.example/${TOKEN}` }, "rejected"],
	[500, {}, "retry"],
	[429, { "retry-after": "9" }, "defer"],
] as const)("HTTP %i is no ping: %j %s", async ([status, headers, result]) => {
	const { outcome, requests } = await ping(answering(status, TOKEN, headers));
	expect(outcome.result).toBe(result);
	expect(requests).toHaveLength(1);
});

test("a receiver that does not answer is given up after the timeout", async () => {
	const { outcome } = await ping(() => {}, { timeout: "50ms" });
	expect(outcome).toEqual({ result: "retry", error: "no answer within 50 ms" });
});

test("a receiver that is not there is told with its reason, without the address", async () => {
	const url = `http://127.0.0.1:${await closedPort()}/${TOKEN}`;
	const heartbeat = createHeartbeat("beat", heartbeatOptions.parse({ type: "heartbeat", url, every: "1m" }));
	const outcome = await heartbeat.ping({ signal: AbortSignal.timeout(5_000), clock: systemClock });
	expect(outcome).toMatchObject({ result: "retry", error: expect.stringContaining("ECONNREFUSED") });
	expectNoSecret([JSON.stringify(outcome)], [TOKEN]);
});

test.for([
	[{}, "every"],
	[{ every: "10ms" }, "is shorter than 1s"],
	[{ every: "1m", url: "ping" }, "is not an address"],
	[{ every: "1m", rate: "1/s" }, "rate"],
	[{ every: "1m", fallback: "mail" }, "fallback"],
] as const)("options %j are refused: %s", ([given, words]) => {
	const parsed = channelOptions.safeParse({ type: "heartbeat", url: "https://hc.example/x", ...given });
	expect(JSON.stringify(parsed.error)).toContain(words);
});
