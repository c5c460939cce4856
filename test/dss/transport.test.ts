import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { closeKeptLines } from "../../src/dss/kept.ts";
import type { Exchange, Timings } from "../../src/dss/reply.ts";
import { type RequestOptions, request } from "../../src/dss/transport.ts";
import { virtualClock } from "../support/clock.ts";
import * as faults from "../support/fault-server.ts";

const { answer, faultServer, hang, raw, rawThenClose, reset } = faults;

afterEach(closeKeptLines);

function get(url: string, changes: Partial<RequestOptions> = {}): Promise<Exchange> {
	return request({
		url,
		method: "GET",
		headers: {},
		tls: { verify: true },
		signal: new AbortController().signal,
		clock: systemClock,
		connection: "fresh",
		...changes,
	});
}

function replyOf(exchange: Exchange) {
	if (!exchange.ok) throw new Error(`${exchange.fault.code}: ${exchange.fault.text}`);
	return exchange.reply;
}

function faultOf(exchange: Exchange) {
	if (exchange.ok) throw new Error(`no fault, but HTTP ${exchange.reply.status}`);
	return { ...exchange.fault, status: exchange.progress.status, timings: exchange.progress.timings };
}

function expectToAddUp({ dns, connect, tls, firstByte, transfer, total }: Timings) {
	for (const phase of [dns, connect, tls, firstByte, transfer]) expect(phase).toBeGreaterThanOrEqual(0);
	expect(dns + connect + tls + firstByte + transfer).toBeCloseTo(total, 9);
}

describe("a whole answer", () => {
	test("comes with status, headers in lower case, body and version", async () => {
		await using server = await faultServer(
			answer("200 OK", '{"a":1}', { "Content-Type": "application/json", "DSS-Version": "14.3.1", "Set-Cookie": "a=1" }),
		);
		const reply = replyOf(await get(`${server.url}/x?y=1`, { headers: { "x-test": "yes" } }));
		expect(reply).toMatchObject({ status: 200, dssVersion: "14.3.1" });
		expect(reply.headers).toMatchObject({ "content-type": "application/json", "set-cookie": "a=1" });
		expect(reply.body.toString()).toBe('{"a":1}');
		expect(server.requests[0]).toMatch(/^GET \/x\?y=1 HTTP\/1\.1\r\n/);
		expect(server.requests[0]).toMatch(/x-test: yes/i);
		expect(server.requests[0]).toMatch(/accept-encoding: identity/i);
	});

	test("has its time divided into phases that add up to the total", async () => {
		await using server = await faultServer((socket) => {
			setTimeout(() => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab"), 60);
			setTimeout(() => socket.write("cd"), 110);
		});
		const { timings } = replyOf(await get(server.url));
		expectToAddUp(timings);
		expect(timings.dns).toBe(0);
		expect(timings.tls).toBe(0);
		expect(timings.connect).toBeGreaterThan(0);
		expect(timings.connect).toBeLessThan(0.05);
		expect(timings.firstByte).toBeGreaterThan(0.04);
		expect(timings.transfer).toBeGreaterThan(0.03);
	});

	test("has the time of the resolver apart", async () => {
		await using server = await faultServer(answer("200 OK", "ok"));
		const { timings } = replyOf(
			await get(`http://dss.example:${server.port}/`, {
				lookup: (_name, _options, found) => {
					setTimeout(() => found(null, [{ address: "127.0.0.1", family: 4 }]), 60);
				},
			}),
		);
		expectToAddUp(timings);
		expect(timings.dns).toBeGreaterThan(0.05);
		expect(timings.firstByte).toBeLessThan(0.05);
	});

	test("may be HTTP/1.0 without a length, ended by closing", async () => {
		await using server = await faultServer(
			rawThenClose("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end"),
		);
		expect(replyOf(await get(server.url)).body.toString()).toBe("to the end");
	});

	test("is unpacked when the server compresses it unasked", async () => {
		const coded = { "content-encoding": "gzip", "content-type": "application/json" };
		await using server = await faultServer(answer("200 OK", gzipSync('{"packed":true}'), coded));
		expect(replyOf(await get(server.url)).body.toString()).toBe('{"packed":true}');
	});

	test("is not followed when it redirects", async () => {
		await using elsewhere = await faultServer(answer("200 OK", "login"));
		await using server = await faultServer(answer("302 Found", "", { location: `${elsewhere.url}/login` }));
		const reply = replyOf(await get(server.url));
		expect(reply.status).toBe(302);
		expect(elsewhere.connections()).toBe(0);
	});

	test("to HEAD has no body, whatever length it announces", async () => {
		await using server = await faultServer(raw("HTTP/1.1 200 OK\r\ncontent-length: 900000000\r\n\r\n"));
		const reply = replyOf(await get(server.url, { method: "HEAD" }));
		expect(reply.body.length).toBe(0);
		expect(reply.headers["content-length"]).toBe("900000000");
	});

	test("is found behind an interim answer", async () => {
		await using server = await faultServer(
			raw("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"),
		);
		expect(replyOf(await get(server.url))).toMatchObject({ status: 200 });
	});

	test("may have a head of 40 kB, but not of 100 kB", async () => {
		const padded = (size: number) => answer("200 OK", "ok", { "x-padding": "p".repeat(size) });
		await using large = await faultServer(padded(40_000));
		expect(replyOf(await get(large.url)).headers["x-padding"]).toHaveLength(40_000);
		await using larger = await faultServer(padded(100_000));
		expect(faultOf(await get(larger.url)).code).toBe("reply_too_large");
	});
});

describe("a fault", () => {
	test("names nginx when the connection is refused", async () => {
		const port = await faults.closedPort();
		const { code, text } = faultOf(await get(`http://user:pass@127.0.0.1:${port}/?token=secret`));
		expect(code).toBe("connection_refused");
		expect(text).toContain(`127.0.0.1:${port}`);
		expect(text).not.toMatch(/pass|secret/);
	});

	test("names nginx when the connection is reset or closed before the answer", async () => {
		await using resetting = await faultServer(reset);
		expect(faultOf(await get(resetting.url)).code).toBe("connection_reset");
		await using closing = await faultServer((socket) => void socket.end());
		expect(faultOf(await get(closing.url)).code).toBe("connection_reset");
	});

	test("comes once when the server closes before any request, without connecting over and over", async () => {
		await using server = await faultServer(hang, { onConnect: (socket) => void socket.destroy() });
		expect(faultOf(await get(server.url)).code).toBe("connection_reset");
		expect(server.connections()).toBe(1);
	});

	test("names a hanging backend when no answer comes in time", async () => {
		await using server = await faultServer(hang);
		const { code, text, timings } = faultOf(await get(server.url, { timeouts: { totalMs: 80 } }));
		expect(code).toBe("backend_hanging");
		expect(text).toContain("accepted the request");
		expectToAddUp(timings);
		expect(timings.firstByte).toBeGreaterThan(0.05);
		expect(timings.transfer).toBe(0);
	});

	test("says that the body stalled when it trickles", async () => {
		await using server = await faultServer((socket) => {
			socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
			const timer = setInterval(() => socket.write("x"), 20);
			socket.on("close", () => clearInterval(timer));
		});
		const { code, text, status } = faultOf(await get(server.url, { timeouts: { totalMs: 130 } }));
		expect(code).toBe("backend_hanging");
		expect(text).toMatch(/body stalled: \d+ bytes/);
		expect(status).toBe(200);
	});

	test("comes at the moment the signal is aborted", async () => {
		await using server = await faultServer(hang);
		const run = new AbortController();
		const started = performance.now();
		setTimeout(() => run.abort(), 50);
		expect(faultOf(await get(server.url, { signal: run.signal })).code).toBe("backend_hanging");
		expect(performance.now() - started).toBeLessThan(150);
	});

	test("blames nobody when the time was over before the request", async () => {
		await using server = await faultServer(hang);
		expect(faultOf(await get(server.url, { signal: AbortSignal.abort() })).code).toBe("prober_stalled");
		expect(server.connections()).toBe(0);
	});

	test("bounds each step by its own time", async () => {
		await using server = await faultServer((socket) => {
			setTimeout(() => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"), 60);
			setTimeout(() => socket.write("ok"), 120);
		});
		expect(faultOf(await get(server.url, { timeouts: { headersMs: 20 } })).text).toContain("no answer within");
		expect(faultOf(await get(server.url, { timeouts: { bodyMs: 20 } })).text).toContain("body stalled");
		const roomy = { connectMs: 50, headersMs: 100, bodyMs: 100 };
		expect(replyOf(await get(server.url, { timeouts: roomy })).status).toBe(200);
	});

	test("names the resolver's own trouble, and a name that does not exist", async () => {
		const failing = (code: string): NonNullable<RequestOptions["lookup"]> => {
			return (name, _options, found) => found(Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code }), []);
		};
		const ask = (code: string) => get("http://dss.invalid/", { lookup: failing(code) });
		expect(faultOf(await ask("ENOTFOUND")).code).toBe("dns_not_found");
		expect(faultOf(await ask("EAI_AGAIN")).code).toBe("prober_resolver");
		expect(faultOf(await ask("EAI_FAIL")).code).toBe("prober_resolver");
	});

	test("comes from the system's resolver for a name under .invalid (RFC 6761)", async () => {
		const { code } = faultOf(await get("http://dss.invalid/", { timeouts: { totalMs: 3_000 } }));
		expect(["dns_not_found", "prober_resolver"]).toContain(code);
	});

	test("blames the resolver when it does not answer", async () => {
		const clock = virtualClock();
		const silent = get("http://dss.invalid/", { clock, lookup: () => {}, timeouts: { totalMs: 5_000 } });
		await clock.advance(5_000);
		expect(faultOf(await silent)).toMatchObject({ code: "prober_resolver", timings: { dns: 5, connect: 0 } });
	});

	test("tells a banner from HTTP", async () => {
		const banner = "SSH-2.0-OpenSSH_9.6\r\n";
		await using server = await faultServer(raw("garbage\r\n"), { onConnect: (socket) => void socket.write(banner) });
		expect(faultOf(await get(server.url)).code).toBe("not_http");
		await using late = await faultServer(raw("<<<garbage>>>\r\n\r\n"));
		expect(faultOf(await get(late.url)).code).toBe("not_http");
	});

	test("says that an answer breaks off, with and without a length, and in the midst of a chunk", async () => {
		for (const text of [
			'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"a":',
			'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\n{"a":',
			'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n',
		]) {
			await using server = await faultServer(rawThenClose(text));
			expect(faultOf(await get(server.url))).toMatchObject({ code: "reply_truncated", status: 200 });
		}
	});

	test("refuses a body by the length it announces, without reading it", async () => {
		await using server = await faultServer(raw("HTTP/1.1 200 OK\r\ncontent-length: 500000000\r\n\r\n"));
		const { code, text } = faultOf(await get(server.url));
		expect(code).toBe("reply_too_large");
		expect(text).toContain("500 MB");
	});

	test("cuts a body of 500 MB off at the limit, and memory stays flat", async () => {
		const block = Buffer.alloc(65_536, "x");
		let sent = 0;
		await using server = await faultServer((socket) => {
			socket.write("HTTP/1.1 200 OK\r\n\r\n");
			const pump = () => {
				while (sent < 500_000_000 && !socket.destroyed) {
					sent += block.length;
					if (!socket.write(block)) return;
				}
			};
			socket.on("drain", pump);
			pump();
		});
		const before = process.memoryUsage().rss;
		const { code } = faultOf(await get(server.url, { maxBody: 1_000_000 }));
		expect(code).toBe("reply_too_large");
		expect(sent).toBeLessThan(20_000_000);
		expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
	});

	test("refuses what cannot be sent", async () => {
		await using server = await faultServer(answer("200 OK", "ok"));
		const bad = { "x-bad": "line\r\nbreak" };
		expect(faultOf(await get(server.url, { headers: bad })).code).toBe("prober_misconfigured");
		expect(faultOf(await get("ftp://127.0.0.1/")).code).toBe("prober_misconfigured");
		expect(faultOf(await get("nonsense")).code).toBe("prober_misconfigured");
	});
});

describe("a connection", () => {
	test("on which the server speaks before it was asked does not hold the request up", async () => {
		const early = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
		await using server = await faultServer(hang, { onConnect: (socket) => void socket.write(early) });
		const started = performance.now();
		await get(server.url, { timeouts: { totalMs: 3_000 } });
		expect(performance.now() - started).toBeLessThan(1_000);
		expect(server.connections()).toBe(1);
	});

	test("is fresh each time unless asked otherwise", async () => {
		await using server = await faultServer(answer("200 OK", "ok"));
		for (let index = 0; index < 3; index += 1) replyOf(await get(server.url));
		expect(server.connections()).toBe(3);
		expect(server.requests[0]).toMatch(/connection: close/i);
	});

	test("is kept for the next request with reuse, which then needs no handshake", async () => {
		await using server = await faultServer(answer("200 OK", "ok"));
		const first = replyOf(await get(server.url, { connection: "reuse" }));
		const second = replyOf(await get(server.url, { connection: "reuse" }));
		expect(server.connections()).toBe(1);
		expect(first.timings.connect).toBeGreaterThan(0);
		expect(second.timings).toMatchObject({ dns: 0, connect: 0, tls: 0 });
		expectToAddUp(second.timings);
	});

	test("is not shared by requests at the same time", async () => {
		await using server = await faultServer((socket, head) => {
			if (!head.startsWith("GET /hang")) answer("200 OK", "ok")(socket, head);
		});
		const stuck = get(`${server.url}/hang`, { connection: "reuse", timeouts: { totalMs: 150 } });
		replyOf(await get(server.url, { connection: "reuse" }));
		expect(server.connections()).toBe(2);
		expect(faultOf(await stuck).code).toBe("backend_hanging");
	});

	test("that the server closed while idle is replaced without a fault", async () => {
		let served = 0;
		await using server = await faultServer((socket, head) => {
			served += 1;
			// The second request meets a connection that is cut under it.
			if (served === 2) socket.resetAndDestroy();
			else answer("200 OK", `answer ${served}`)(socket, head);
		});
		replyOf(await get(server.url, { connection: "reuse" }));
		expect(replyOf(await get(server.url, { connection: "reuse" })).body.toString()).toBe("answer 3");
		expect(server.connections()).toBe(2);
	});

	test("that was kept is never used for a POST, which is sent once only", async () => {
		await using server = await faultServer((socket, head) => {
			if (head.startsWith("POST")) socket.resetAndDestroy();
			else answer("200 OK", "ok")(socket, head);
		});
		replyOf(await get(server.url, { connection: "reuse" }));
		const posted = await get(server.url, { method: "POST", body: "{}", connection: "reuse" });
		expect(faultOf(posted).code).toBe("connection_reset");
		expect(server.requests.filter((head) => head.startsWith("POST"))).toHaveLength(1);
		expect(server.connections()).toBe(2);
	});

	test("is cut after a fault, so that nothing stays open", async () => {
		let closed = 0;
		await using server = await faultServer(hang, { onConnect: (socket) => socket.on("close", () => (closed += 1)) });
		await get(server.url, { timeouts: { totalMs: 30 }, connection: "reuse" });
		await expect.poll(() => closed).toBe(1);
	});
});
