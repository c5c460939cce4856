import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createDssClient } from "../../src/dss/client.ts";
import { type Jobs, jobsOf } from "../../src/dss/jobs.ts";
import { makeInstance } from "../support/instance.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

async function serve(handler: Handler, timeoutMs = 1_000): Promise<Jobs> {
	const server = createServer(handler);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	closing.push(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	return jobsAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs);
}

function jobsAt(url: string, timeoutMs = 1_000): Jobs {
	const { signal } = new AbortController();
	return jobsOf(createDssClient(makeInstance(url), { signal, clock: systemClock, timeoutMs }), "A B");
}

const answer =
	(status: number, body: string, type = "application/json"): Handler =>
	(_, response) =>
		response.writeHead(status, { "content-type": type }).end(body);
const error = (status: number, errorType: string, message: string) =>
	answer(status, JSON.stringify({ errorType, message }));

const output = { id: "out", type: "DATASET" };
const ID = "Build_a/b_2026-01-05T08-00-00.123";

describe("paths", () => {
	test("are escaped, with the slashes of the official client", async () => {
		const seen: string[] = [];
		const jobs = await serve((request, response) => {
			seen.push(`${request.method} ${request.url}`);
			answer(200, "{}")(request, response);
		});
		await jobs.start(output);
		await jobs.list(7);
		await jobs.status(ID);
		await jobs.abort(ID);
		await jobs.lastWords(ID);
		const root = "/public/api/projects/A%20B/jobs/";
		const id = "Build_a%2Fb_2026-01-05T08-00-00.123";
		expect(seen).toEqual([
			`POST ${root}`,
			`GET ${root}?limit=7`,
			`GET ${root}${id}/`,
			`POST ${root}${id}/abort`,
			`GET ${root}${id}/log`,
		]);
	});
});

describe("an order", () => {
	test("that is accepted gives the job's id", async () => {
		const jobs = await serve(answer(200, JSON.stringify({ id: ID, name: "Build" })));
		expect(await jobs.start(output)).toEqual({ ok: true, id: ID });
	});

	const GATEWAY = "<html><head><title>502 Bad Gateway</title></head></html>";
	test.each<[string, Handler, string, string]>([
		["bad input", error(400, "java.lang.IllegalArgumentException", "no recipe"), "job_refused", "none"],
		["unknown dataset", error(404, "x.NotFoundException", "dataset does not exist"), "not_found", "none"],
		["rejected key", error(401, "x.NotAuthenticatedException", "Unknown API Key"), "key_rejected", "none"],
		["missing right", error(403, "x.UnauthorizedException", "needs RUN_JOBS"), "right_missing", "none"],
		["DSS's own error", error(500, "java.lang.IllegalStateException", "oops"), "job_refused", "perhaps"],
		["full disk", error(500, "x.CodedException", "No space left on device"), "disk_full", "perhaps"],
		["gateway without backend", answer(502, GATEWAY, "text/html"), "backend_down", "unknown"],
		["gateway that speaks JSON", error(504, "timeout", "upstream timed out"), "backend_down", "unknown"],
		["request timeout of a proxy", answer(408, ""), "backend_error", "unknown"],
		["acceptance without id", answer(200, "{}"), "backend_error", "unknown"],
		["half an answer", answer(200, '{"id": "Bui'), "reply_truncated", "unknown"],
		["cut connection", (request) => request.socket.destroy(), "connection_reset", "unknown"],
	])("with %s: what it says about the job", async (_, handler, code, made) => {
		const jobs = await serve(handler);
		expect(await jobs.start(output)).toMatchObject({ ok: false, fault: { code }, made });
	});

	test("that is never answered may have made a job", async () => {
		const jobs = await serve(() => {}, 100);
		expect(await jobs.start(output)).toMatchObject({ ok: false, fault: { code: "backend_hanging" }, made: "unknown" });
	});

	test("that found nobody listening made none", async () => {
		const jobs = jobsAt("http://127.0.0.1:1");
		expect(await jobs.start(output)).toMatchObject({ ok: false, fault: { code: "connection_refused" }, made: "none" });
	});
});

describe("other calls", () => {
	test("an abort is taken whether it is answered with words or not at all", async () => {
		for (const handler of [answer(200, '{"msg": "aborted"}'), answer(204, ""), answer(200, "")]) {
			expect(await (await serve(handler)).abort(ID)).toEqual({ ok: true, value: undefined });
		}
		expect(await (await serve(answer(502, ""))).abort(ID)).toMatchObject({ ok: false });
	});

	test("a status without a state and a list that is none are of a shape that nobody knows", async () => {
		const jobs = await serve(answer(200, "{}"));
		expect(await jobs.status(ID)).toMatchObject({ ok: false, fault: { code: "reply_unknown" } });
		expect(await jobs.list(1)).toMatchObject({ ok: false, fault: { code: "reply_unknown" } });
	});

	test.each([
		["a\n[ERROR] first\n[INFO] between\n[ERROR] last\n  at Foo\n", "[ERROR] last | at Foo"],
		["one\ntwo\nthree\nfour\n\n", "two | three | four"],
		[`${"x\n".repeat(60_000)}end`, "x | x | end"],
		// Twenty MB, of which the last 64 KB are kept.
		[`${"a line of a long log\n".repeat(1_000_000)}[ERROR] disk full\n`, "[ERROR] disk full"],
	])("the last words of a log are its last error, or its last lines", async (log, words) => {
		const jobs = await serve(answer(200, log, "text/plain"));
		expect(await jobs.lastWords(ID)).toBe(words);
	});

	test("an empty log has no last words, and one that cannot be read says why", async () => {
		expect(await (await serve(answer(200, "", "text/plain"))).lastWords(ID)).toBeUndefined();
		const refused = await serve(error(403, "x.UnauthorizedException", "needs READ_CONF"));
		expect(await refused.lastWords(ID)).toMatch(/its log cannot be read: HTTP 403.*READ_CONF/);
		const endless: Handler = (_, response) =>
			response.writeHead(200, { "content-type": "text/plain", "content-length": 200_000_000 }).write("x");
		expect(await (await serve(endless)).lastWords(ID)).toMatch(/its log cannot be read: .*body of 200 MB/);
	});
});
