import { afterAll, afterEach, describe, expect, test } from "vitest";
import { closeKeptLines } from "../../src/dss/kept.ts";
import { compileRules, evaluate } from "../../src/evaluate/evaluate.ts";
import type { Sample } from "../../src/model/sample.ts";
import type { ProbeOptions } from "../../src/probe/kinds.ts";
import { kinds, probe, probeOptions } from "../../src/probe/probe.ts";
import { makeAuthority } from "../support/certificates.ts";
import {
	answer,
	type Behaviour,
	closedPort,
	faultServer,
	hang,
	page,
	rawThenClose,
	reset,
} from "../support/fault-server.ts";
import { makeInstance } from "../support/instance.ts";
import { probeContext } from "../support/probe-context.ts";

const authority = makeAuthority();
afterAll(authority.close);
afterEach(closeKeptLines);

const read = (options: object): ProbeOptions => probeOptions.parse({ kind: "http", ...options });
const configuration = read({ path: "/dip/api/get-configuration", json: "object" });

async function sampleOf(
	behaviour: Behaviour,
	options: ProbeOptions = configuration,
	timeoutMs = 2_000,
): Promise<Sample> {
	await using server = await faultServer(behaviour);
	return await probe(options, probeContext(server.url, { timeoutMs }));
}

/** The verdict of a check that states no expectation of its own. */
function levelOf(sample: Sample) {
	const { values, facts, expect: expectations = [] } = kinds.http;
	const { rules, problems } = compileRules({ expect: expectations, thresholds: {} }, values, facts);
	expect(problems).toEqual([]);
	return evaluate(sample, rules, {}).verdict.level;
}

test("a healthy answer gives status, times, size and type, and its JSON as a fact", async () => {
	const body = JSON.stringify({ version: { product_version: "14.3.1" }, nodeType: "DESIGN" });
	const sample = await sampleOf(answer("200 OK", body));
	expect(sample).not.toHaveProperty("fault");
	expect(sample.values).toMatchObject({
		status: 200,
		size: body.length,
		content_type: "application/json",
		json_ok: true,
	});
	const { latency, dns, connect, tls, first_byte, transfer, total } = sample.values as Record<string, number>;
	expect(latency).toBeGreaterThan(0);
	expect(total).toBe(latency);
	const phases = [dns, connect, tls, first_byte, transfer] as number[];
	expect(phases.reduce((sum, phase) => sum + phase, 0)).toBeCloseTo(latency as number, 9);
	expect(sample.facts?.["json"]).toEqual(JSON.parse(body));
	expect(sample.facts?.["body"]).toBe(body);
	expect(sample.facts?.["headers"]).toMatchObject({ "content-type": "application/json;charset=utf-8" });
	expect(levelOf(sample)).toBe("ok");
});

test("every value and fact that is delivered stands in the catalogue", async () => {
	await using server = await faultServer(
		answer("302 Found", "{}", { location: "/login?x=1", "content-type": "text/html", "dss-version": "14" }),
		{ tls: authority.issue("IP:127.0.0.1") },
	);
	const instance = makeInstance(server.url, { tls: { ca: authority.ca, verify: true } });
	const { values, facts = {} } = await probe(configuration, probeContext(server.url, { instance }));
	expect(Object.keys(values).sort()).toEqual(Object.keys(kinds.http.values).sort());
	expect(Object.keys(facts).sort()).toEqual(Object.keys(kinds.http.facts).sort());
	expect(values["location"]).toBe(`${server.url}/login`);
	expect(values["tls_days_left"]).toBeGreaterThan(10_000);
});

describe("a status is judged by the expectation and no fault", () => {
	test.for([
		["502 of nginx", page("502 Bad Gateway", "502 Bad Gateway"), 502],
		["503 with Retry-After", page("503 Service Unavailable", "busy", { "retry-after": "30" }), 503],
		["401", answer("401 Unauthorized", "{}"), 401],
		["403", answer("403 Forbidden", "{}"), 403],
		["404", page("404 Not Found", "404"), 404],
		["a redirect to a login host", answer("302 Found", "", { location: "https://sso.example/login" }), 302],
	] as const)("%s", async ([, behaviour, status]) => {
		const sample = await sampleOf(behaviour);
		expect(sample).not.toHaveProperty("fault");
		expect(sample.values["status"]).toBe(status);
		expect(levelOf(sample)).toBe("critical");
	});
});

describe("a fault is named when", () => {
	test.for([
		["the connection is reset", reset, "connection_reset"],
		["a login page answers with 200", page("200 OK", "Please sign in"), "login_page"],
		["the JSON breaks off", answer("200 OK", '{"version": {'), "reply_truncated"],
		["the body is cut", rawThenClose('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"ve'), "reply_truncated"],
		["the JSON has another shape", answer("200 OK", "[1]"), "reply_not_json"],
		["the body is too large", answer("200 OK", `"${"x".repeat(2_000_000)}"`), "reply_too_large"],
		["an SSH server answers", rawThenClose("SSH-2.0-OpenSSH_9.6\r\n"), "not_http"],
	] as const)("%s", async ([, behaviour, code]) => {
		const sample = await sampleOf(behaviour);
		expect(sample.fault?.code).toBe(code);
		expect(sample.values["latency"]).toBeGreaterThan(0);
		expect(levelOf(sample)).toBe("critical");
	});

	test("nothing listens", async () => {
		const url = `http://127.0.0.1:${await closedPort()}`;
		expect((await probe(configuration, probeContext(url))).fault?.code).toBe("connection_refused");
	});

	test("the deadline comes first, and the sample comes soon after it", async () => {
		const sample = await sampleOf(hang, configuration, 100);
		expect(sample.fault?.code).toBe("backend_hanging");
		expect(sample.durationMs).toBeGreaterThanOrEqual(99);
		expect(sample.durationMs).toBeLessThan(300);
		expect(sample.values["first_byte"]).toBeGreaterThan(0.05);
	});

	test("the certificate has ended, with the days since", async () => {
		const tls = authority.issue("IP:127.0.0.1", ["20200101000000Z", "20210101000000Z"]);
		await using server = await faultServer(answer("200 OK", "{}"), { tls });
		const instance = makeInstance(server.url, { tls: { ca: authority.ca, verify: true } });
		const { fault, values } = await probe(configuration, probeContext(server.url, { instance }));
		expect(fault?.code).toBe("certificate_expired");
		expect(values["tls_days_left"]).toBeLessThan(0);
	});
});

test("without the option json any body is fine, and the fact json of a page is null", async () => {
	const sample = await sampleOf(page("200 OK", "Welcome"), read({ path: "/" }));
	expect(sample).not.toHaveProperty("fault");
	expect(sample.values).not.toHaveProperty("json_ok");
	expect(sample.facts?.["json"]).toBeNull();
	expect(levelOf(sample)).toBe("ok");
});

test("an absolute url, a method and headers are used; secret ones are hidden in the options", async () => {
	await using server = await faultServer(answer("200 OK", ""));
	const headers = { Authorization: "Bearer hidden-token", "X-Plain": "shown" };
	const options = read({ url: `${server.url}/elsewhere?q=1`, method: "HEAD", headers });
	await probe(options, probeContext("http://127.0.0.1:9"));
	expect(server.requests[0]).toMatch(
		/^HEAD \/elsewhere\?q=1 HTTP[\s\S]*authorization: Bearer hidden-token[\s\S]*x-plain: shown/i,
	);
	expect(JSON.stringify(options)).toContain("shown");
	expect(JSON.stringify(options)).not.toContain("hidden-token");
});

test("a path is joined to the instance's address and its prefix", async () => {
	await using server = await faultServer(answer("200 OK", "{}"));
	await probe(configuration, probeContext(`${server.url}/dss`));
	expect(server.requests[0]).toMatch(/^GET \/dss\/dip\/api\/get-configuration HTTP/);
});

test("connection reuse keeps the connection", async () => {
	await using server = await faultServer(answer("200 OK", "{}"));
	const options = read({ path: "/", connection: "reuse" });
	await probe(options, probeContext(server.url));
	const second = await probe(options, probeContext(server.url));
	expect(server.connections()).toBe(1);
	expect(second.values).toMatchObject({ connect: 0 });
});

test.for([
	["neither path nor url", {}, "needs either path or url"],
	["both path and url", { path: "/", url: "http://a.example/" }, "needs either path or url"],
	["a path without slash", { path: "dip" }, "slash"],
	["an unknown key", { path: "/", paht: "/" }, "paht"],
	["credentials in the url", { url: "http://me:pw@a.example/" }, "authorization"],
	["another protocol", { url: "ftp://a.example/" }, "http://"],
	["json with HEAD", { path: "/", json: "any", method: "HEAD" }, "HEAD"],
	["a header with a line break", { path: "/", headers: { a: "b\r\nc" } }, "line break"],
	["a header name with a space", { path: "/", headers: { "a b": "c" } }, "name of a header"],
	["a size without unit", { path: "/", max_body: "10" }, "512kB"],
] as const)("%s is refused", ([, options, words]) => {
	const result = probeOptions.safeParse({ kind: "http", ...options });
	expect(result.success).toBe(false);
	expect(JSON.stringify(result.error?.issues)).toContain(words);
});

test("the defaults are a fresh GET with at most 1 MiB", () => {
	expect(read({ path: "/" })).toEqual({
		...{ kind: "http", path: "/", method: "GET", headers: {} },
		...{ max_body: 1_048_576, connection: "fresh" },
	});
});

test("the version that an answer tells counts only at the instance's own address", async () => {
	const versioned = rawThenClose("HTTP/1.1 200 OK\r\nDSS-Version: 14.3.1\r\nContent-Length: 2\r\n\r\n{}");
	await using server = await faultServer(versioned);
	const context = probeContext(server.url, { timeoutMs: 2_000 });
	expect((await probe(read({ path: "/" }), context)).values["dss_version"]).toBe("14.3.1");
	expect((await probe(read({ url: `${server.url}/` }), context)).values).not.toHaveProperty("dss_version");
});
