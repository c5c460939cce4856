import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type ClientOptions, createDssClient } from "../../src/dss/client.ts";
import type { Instance } from "../../src/dss/instance.ts";
import { closeKeptLines } from "../../src/dss/kept.ts";
import { answer, dssError, type FaultServer, faultServer, hang, page, rawThenClose } from "../support/fault-server.ts";
import { makeInstance } from "../support/instance.ts";

afterEach(closeKeptLines);

const api = { "content-type": "application/json;charset=utf-8", "dss-version": "14.3.1" };

function open(url: string, changes: Partial<Instance> = {}, options: Partial<ClientOptions> = {}) {
	const { signal } = new AbortController();
	return createDssClient(makeInstance(url, changes), { signal, clock: systemClock, timeoutMs: 2_000, ...options });
}

const asked = (server: FaultServer) => server.requests[0] as string;

test("a call goes below the API prefix with the key as Basic user name and an empty password", async () => {
	await using server = await faultServer(answer("200 OK", '[{"projectKey":"A"}]', api));
	const result = await open(`${server.url}/prefix`).get("/projects/", {
		includeLocation: false,
		tags: "a,b",
		none: undefined,
	});
	expect(result).toMatchObject({ ok: true, json: [{ projectKey: "A" }], reply: { status: 200, dssVersion: "14.3.1" } });
	expect(asked(server)).toMatch(/^GET \/prefix\/public\/api\/projects\/\?includeLocation=False&tags=a%2Cb HTTP/);
	const credential = /authorization: Basic (\S+)/i.exec(asked(server))?.[1] ?? "";
	expect(Buffer.from(credential, "base64").toString()).toBe("probe-key:");
});

test("the other prefix is used where the instance says so", async () => {
	await using server = await faultServer(answer("200 OK", "{}", api));
	await open(server.url, { apiPrefix: "/dip/publicapi" }).get("/auth/info");
	expect(asked(server)).toMatch(/^GET \/dip\/publicapi\/auth\/info HTTP/);
});

test("a POST carries JSON with its content type, and none without a body", async () => {
	await using server = await faultServer(answer("200 OK", '{"id":"job"}', api));
	const client = open(server.url);
	expect(await client.post("/projects/K/jobs/", { type: "X" })).toMatchObject({ ok: true, json: { id: "job" } });
	expect(asked(server)).toMatch(
		/^POST \/public\/api\/projects\/K\/jobs\/ HTTP[\s\S]*content-type: application\/json[\s\S]*\{"type":"X"\}$/i,
	);
	await client.post("/projects/K/jobs/J/abort");
	expect(server.requests[1]).not.toMatch(/content-type/i);
	expect(server.requests[1]).toMatch(/content-length: 0/i);
});

test("a text is handed out as it is", async () => {
	await using server = await faultServer(answer("200 OK", "[INFO] not {json", { "content-type": "text/plain" }));
	expect(await open(server.url).getText("/projects/K/jobs/J/log")).toMatchObject({
		ok: true,
		text: "[INFO] not {json",
	});
});

test("an answer without a body is good where the status says so", async () => {
	await using server = await faultServer(rawThenClose("HTTP/1.1 204 No Content\r\n\r\n"));
	expect(await open(server.url).post("/x")).toMatchObject({ ok: true, json: undefined });
	await using empty = await faultServer(answer("200 OK", "", api));
	expect(await open(empty.url).get("/x")).toMatchObject({ ok: false, fault: { code: "reply_not_json" } });
});

test("without a key nothing is sent", async () => {
	await using server = await faultServer(answer("200 OK", "{}", api));
	const { apiKey: _, ...keyless } = makeInstance(server.url);
	const { signal } = new AbortController();
	const client = createDssClient(keyless, { signal, clock: systemClock, timeoutMs: 1_000 });
	expect(await client.get("/projects/")).toMatchObject({ ok: false, fault: { code: "key_missing" } });
	expect(server.connections()).toBe(0);
});

test.for([
	[
		"a rejected key",
		dssError("401 Unauthorized", "com.dataiku.dip.exceptions.NotAuthenticatedException", "Unknown API Key"),
		401,
		"key_rejected",
	],
	[
		"a missing right",
		dssError("403 Forbidden", "com.dataiku.dip.exceptions.UnauthorizedException", "may not"),
		403,
		"right_missing",
	],
	[
		"a missing object",
		dssError("404 Not Found", "com.dataiku.dip.exceptions.NotFoundException", "no such"),
		404,
		"not_found",
	],
	["an unknown route", page("404 Not Found", "404 Not Found"), 404, "unsupported"],
	["a backend that is down", page("502 Bad Gateway", "502 Bad Gateway"), 502, "backend_down"],
	["a login page", page("200 OK", "Please sign in"), 200, "login_page"],
	["half an answer", answer("200 OK", '[{"projectKey":', api), 200, "reply_truncated"],
	["a redirect", answer("302 Found", "", { location: "https://sso.example/" }), 302, "redirected"],
] as const)("%s is refused with status, fault and reply", async ([, behaviour, status, code]) => {
	await using server = await faultServer(behaviour);
	expect(await open(server.url).get("/projects/")).toMatchObject({
		ok: false,
		status,
		fault: { code },
		reply: { status },
	});
});

test("a call that gets no answer in time has a fault and no status", async () => {
	await using server = await faultServer(hang);
	const result = await open(server.url, {}, { timeoutMs: 60 }).get("/projects/");
	expect(result).toMatchObject({ ok: false, fault: { code: "backend_hanging" } });
	expect(result).not.toHaveProperty("status");
});

test("no text that leaves the client holds the key", async () => {
	await using server = await faultServer(answer("500 Error", "{}", api));
	expect(JSON.stringify(await open(server.url).get("/x"))).not.toMatch(/probe-key|cHJvYmUta2V5/);
});
