import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import type { ProbeContext } from "../../../src/probe/kind.ts";
import { type AnyKind, measurable } from "../../../src/probe/kinds.ts";
import { kinds, probe, probeOptions } from "../../../src/probe/probe.ts";
import { answer, type Behaviour, closedPort, dssError, faultServer, hang, page } from "../../support/fault-server.ts";
import { aFolder } from "../../support/folder.ts";
import { makeInstance } from "../../support/instance.ts";
import { probeContext } from "../../support/probe-context.ts";

const text = (body: string, type = "text/plain; version=0.0.4"): Behaviour =>
	answer("200 OK", body, { "content-type": type });
const one = { metric: "n" };

/** A server that is closed after the test. */
async function serve(behaviour: Behaviour) {
	const server = await faultServer(behaviour);
	onTestFinished(() => server.close());
	return server;
}

function look(options: object, context: ProbeContext) {
	return probe(probeOptions.parse({ kind: "feed", series: { one }, ...options }), context);
}

async function lookAt(behaviour: Behaviour, options: object = {}, changes: Partial<ProbeContext> = {}) {
	const server = await serve(behaviour);
	const sample = await look({ path: "/metrics", ...options }, probeContext(server.url, changes));
	return { ...sample, head: server.requests[0] ?? "" };
}

describe("one feed on the instance", () => {
	test("its values, by the names of the check", async () => {
		const options = { series: { one, two: { metric: "m", unit: "s" }, none: { metric: "x" } } };
		const { values, fault, facts, head } = await lookAt(text('n{a="1"} 2\nn{a="2"} 3\nm 0.5\n'), options);
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({
			one: 5,
			has_one: true,
			two: 0.5,
			has_none: false,
			targets_up: 1,
			targets_down: 0,
			samples: 3,
		});
		expect(values).toMatchObject({ down: "", stale_list: "", slowest: expect.any(Number) });
		expect(values).not.toHaveProperty("none");
		const types = measurable(kinds.feed as AnyKind, probeOptions.parse({ kind: "feed", path: "/", ...options })).values;
		expect(Object.keys(values).filter((name) => !(name in types))).toEqual([]);
		expect(types["two"]).toMatchObject({ type: "double", unit: "s" });
		expect(facts?.["series"]).toMatchObject({
			one: [{ target: "design", labels: { a: "1" }, value: 2 }, { value: 3 }],
		});
		expect(facts?.["targets"]).toEqual([{ name: "design", labels: {}, up: true }]);
		expect(head).toMatch(/^GET \/metrics HTTP/);
		expect(head).toMatch(/accept: application\/openmetrics-text/i);
	});

	test("OpenMetrics by its content type", async () => {
		const type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
		expect((await lookAt(text("n 2\n# EOF\n", type))).values).toMatchObject({ one: 2 });
		expect((await lookAt(text("n 2\n", type))).fault).toMatchObject({ code: "reply_truncated" });
	});

	test("JSON where a series names a path", async () => {
		const { values, head } = await lookAt(answer("200 OK", '{"a":[1,2]}'), { series: { one: { json: "a[*]" } } });
		expect(values).toMatchObject({ one: 3 });
		expect(head).toMatch(/accept: application\/json/i);
	});

	test.each([
		["nobody listens", undefined, "connection_refused"],
		["a page", page("200 OK", "Sign in"), "login_page"],
		["another text", text("hello, world\n"), "feed_unreadable"],
		["half a line", text('n 1\nn{a="'), "reply_truncated"],
		["a redirect", answer("302 Found", "", { location: "https://sso.example/" }), "redirected"],
		["403", answer("403 Forbidden", "no"), "feed_refused"],
		["404", answer("404 Not Found", "no"), "feed_failed"],
		["500", answer("500 Error", "boom"), "feed_failed"],
	] as const)("%s", async (_name, behaviour, code) => {
		if (behaviour) expect((await lookAt(behaviour)).fault?.code).toBe(code);
		else {
			const sample = await look({ path: "/metrics" }, probeContext(`http://127.0.0.1:${await closedPort()}`));
			expect(sample).toMatchObject({ fault: { code }, values: { targets_up: 0, targets_down: 1 } });
		}
	});

	test("more series or a larger body than allowed", async () => {
		expect((await lookAt(text("n 1\nm 1\n"), { max_series: 1 })).fault).toMatchObject({ code: "feed_too_large" });
		expect((await lookAt(text("n 1\n".repeat(50)), { max_body: 100 })).fault).toMatchObject({
			code: "reply_too_large",
		});
	});
});

describe("the API of DSS", () => {
	const path = "/public/api/metrics-prometheus";
	const NOT_FOUND = dssError("404 Not Found", "com.dataiku.dip.exceptions.NotFoundException", "no such");

	test.each([
		["a 404 of an older DSS", NOT_FOUND, "unsupported"],
		["a 404 page", page("404 Not Found", "404"), "unsupported"],
		["a key that is refused", dssError("401 Unauthorized", "x.NotAuthenticatedException", "no"), "key_rejected"],
		["502 of nginx", page("502 Bad Gateway", "502"), "backend_down"],
	] as const)("%s", async (_name, behaviour, code) => {
		expect((await lookAt(behaviour, { path })).fault?.code).toBe(code);
	});

	test("gets the key of the instance as user of Basic, or as bearer", async () => {
		const good = answer("200 OK", "n 1\n", { "content-type": "text/plain", "dss-version": "14.3.1" });
		const { head, values } = await lookAt(good, { path });
		expect(head).toContain(`authorization: Basic ${btoa("probe-key:")}`);
		expect(values).toMatchObject({ dss_version: "14.3.1" });
		expect((await lookAt(good, { path, auth: "bearer" })).head).toContain("authorization: Bearer probe-key");
		expect((await lookAt(good, { path, auth: "none" })).head).not.toContain("authorization");
		const own = { path, authorization: "token hub" };
		expect((await lookAt(good, own)).head).toContain("authorization: token hub");
	});

	test("an instance without a key asks elsewhere, but not there", async () => {
		const { apiKey: _key, ...instance } = makeInstance("http://127.0.0.1:1");
		expect((await look({ path }, probeContext(instance.url, { instance }))).fault).toMatchObject({
			code: "key_missing",
		});
		const server = await serve(text("n 1\n"));
		const sample = await look(
			{ path: "/hub/metrics" },
			probeContext(server.url, { instance: { ...instance, url: server.url } }),
		);
		expect(sample.fault).toBeUndefined();
		expect(server.requests[0]).not.toContain("authorization");
	});
});

describe("several addresses", () => {
	test("one that is dead is told by name; the others count, and the instance's key stays at home", async () => {
		const [a, b] = [await serve(text("n 1\n")), await serve(text("n 2\n"))];
		const dead = await closedPort();
		const urls = [`${a.url}/metrics?x=1`, `${b.url}/metrics`, `http://127.0.0.1:${dead}/metrics`];
		const { values, fault, facts } = await look({ urls }, probeContext("http://127.0.0.1:1"));
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ one: 3, targets_up: 2, targets_down: 1 });
		expect(values["down"]).toMatch(new RegExp(`^127\\.0\\.0\\.1:${dead}/metrics: .*refused`, "i"));
		expect(facts?.["targets"]).toHaveLength(3);
		expect(a.requests[0]).toMatch(/^GET \/metrics\?x=1 /);
		expect(a.requests[0]).not.toContain("authorization");
	});

	test("all dead: a fault that does not speak of nginx", async () => {
		const urls = [`http://127.0.0.1:${await closedPort()}/a`, `http://127.0.0.1:${await closedPort()}/b`];
		const { fault, values } = await look({ urls }, probeContext("http://127.0.0.1:1"));
		expect(fault).toMatchObject({ code: "targets_down" });
		expect(values).toMatchObject({ targets_up: 0, targets_down: 2 });
		expect(values).not.toHaveProperty("has_one");
	});

	test("what all refuse alike is told as that", async () => {
		const server = await serve(answer("403 Forbidden", "no"));
		const { fault } = await look({ urls: [`${server.url}/a`, `${server.url}/b`] }, probeContext("http://127.0.0.1:1"));
		expect(fault).toMatchObject({ code: "feed_refused" });
	});

	test("one that hangs keeps nobody else from being read", async () => {
		const [good, stuck] = [await serve(text("n 1\n")), await serve(hang)];
		const urls = [`${stuck.url}/m`, `${good.url}/m`];
		const { values, fault } = await look({ urls }, probeContext("http://127.0.0.1:1", { timeoutMs: 100 }));
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ one: 1, targets_down: 1 });
	});
});

describe("a file of targets", () => {
	async function aList(name: string) {
		const server = await serve(text("n 1\n"));
		const file = join(aFolder(), name);
		const host = new URL(server.url).host;
		const context = probeContext("http://127.0.0.1:1");
		return { server, file, host, context, see: (options = {}) => look({ targets_file: file, ...options }, context) };
	}

	test("in JSON: labels, paths and what changes in it", async () => {
		const { file, host, server, see } = await aList("workers.json");
		writeFileSync(file, JSON.stringify([{ targets: [host], labels: { zone: "a", __metrics_path__: "/x" } }]));
		const { values, facts } = await see();
		expect(values).toMatchObject({ one: 1, targets_up: 1 });
		expect(facts?.["targets"]).toEqual([{ name: host, labels: { zone: "a" }, up: true }]);
		expect(server.requests[0]).toMatch(/^GET \/x /);
		writeFileSync(file, JSON.stringify([{ targets: [host, `127.0.0.1:${await closedPort()}`] }]));
		expect((await see({ path: "/y" })).values).toMatchObject({ targets_up: 1, targets_down: 1 });
		expect(server.requests.at(-1)).toMatch(/^GET \/y /);
	});

	test("in YAML", async () => {
		const { file, host, see } = await aList("workers.yml");
		writeFileSync(file, `- targets: ["${host}"]\n  labels: { rack: 7 }\n`);
		expect((await see({ series: { one: { metric: "n", where: { rack: 7 } } } })).values).toMatchObject({ one: 1 });
	});

	test.each([
		["broken JSON", "[{"],
		["another shape", '{"targets":[]}'],
		["no host:port", '[{"targets":["http://a/b"]}]'],
		["no address", '[{"targets":["a:b:c"]}]'],
		["gone", undefined],
	])("%s: the last good list holds, and that is told", async (_name, content) => {
		const { file, host, context, see } = await aList("workers.json");
		writeFileSync(file, JSON.stringify([{ targets: [host] }]));
		await see();
		if (content === undefined) rmSync(file);
		else writeFileSync(file, content);
		const { values, fault } = await see();
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ one: 1, stale_list: expect.stringContaining("the last good list holds") });
		expect(values["stale_list"]).toContain(file);
		// Without a good one before: a fault of ours, not of the workers.
		const fresh = await look({ targets_file: file }, { ...context, notes: probeContext("http://x").notes });
		expect(fresh.fault).toMatchObject({ code: "prober_targets" });
	});

	test("an empty list is a fault of the list", async () => {
		const { file, see } = await aList("workers.json");
		writeFileSync(file, "[]");
		expect((await see()).fault).toMatchObject({ code: "no_targets" });
	});
});

describe("containers of Docker", () => {
	const networks = (IPAddress: string) => ({ Networks: { bridge: { IPAddress } } });

	/** As Docker 29 does, it takes no version of its API below 1.44. */
	async function docker(status: number, body: string) {
		const socket = join(aFolder(), "docker.sock");
		const asked: string[] = [];
		const server = createServer((request, reply) => {
			asked.push(request.url ?? "");
			const minor = /^\/v1\.(\d+)\//.exec(request.url ?? "")?.[1];
			if (minor !== undefined && Number(minor) < 44) {
				const message = `client version 1.${minor} is too old. Minimum supported API version is 1.44`;
				reply.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ message }));
				return;
			}
			reply.writeHead(status, { "content-type": "application/json" }).end(body);
		});
		await new Promise<void>((done) => server.listen(socket, done));
		onTestFinished(() => void server.close());
		return { socket, asked };
	}

	const seen = (socket: string, options: object = {}) =>
		look({ docker: { socket, labels: { role: "worker", any: "" }, ...options } }, probeContext("http://127.0.0.1:1"));

	test("those with the labels, each at its own address; one that has stopped is down by name", async () => {
		const server = await serve(text("n 4\n"));
		const { socket, asked } = await docker(
			200,
			JSON.stringify([
				{
					Id: "1".repeat(64),
					Names: ["/w1"],
					Image: "vllm:1",
					State: "running",
					Status: "Up",
					Ports: [{ PrivatePort: server.port, Type: "tcp" }],
					NetworkSettings: networks("127.0.0.1"),
				},
				{
					Id: "2".repeat(64),
					Names: ["/w2"],
					Image: "vllm:1",
					State: "exited",
					Status: "Exited (137) 2 minutes ago",
					Ports: [],
					NetworkSettings: networks(""),
				},
				{
					Id: "3".repeat(64),
					Names: null,
					State: "running",
					Ports: [{ PrivatePort: 1 }, { PrivatePort: 2 }],
					NetworkSettings: networks("127.0.0.2"),
				},
				{
					Id: "4".repeat(64),
					Names: ["/w4"],
					State: "running",
					HostConfig: { NetworkMode: "none" },
					NetworkSettings: { Networks: {} },
				},
			]),
		);
		const { values, fault, facts } = await seen(socket);
		expect(fault).toBeUndefined();
		expect(values).toMatchObject({ one: 4, targets_up: 1, targets_down: 3 });
		expect(values["down"]).toBe(
			"w2: the container is exited (Exited (137) 2 minutes ago); 333333333333: exposes 2 ports: docker.port must say which; w4: no address of its own",
		);
		expect((facts?.["targets"] as readonly object[] | undefined)?.[0]).toMatchObject({
			name: "w1",
			labels: { container: "w1", image: "vllm:1" },
		});
		const url = new URL(asked[0] ?? "", "http://docker");
		expect([url.pathname, url.searchParams.get("all")]).toEqual(["/containers/json", "true"]);
		expect(JSON.parse(url.searchParams.get("filters") ?? "")).toEqual({ label: ["role=worker", "any"] });
		const running = await seen(socket, { stopped: "ignore", port: server.port });
		expect(running.values).toMatchObject({ targets_up: 1, targets_down: 2 });
		expect(running.values["down"]).toMatch(/^333333333333: .*refused.*; w4: no address of its own$/i);
		expect((await seen(socket, { network: "inner" })).values["down"]).toContain("w1: no address in the network inner");
	});

	test("a Docker that does not answer, refuses, or says something else is a fault of ours", async () => {
		expect((await seen(join(aFolder(), "none.sock"))).fault).toMatchObject({
			code: "prober_targets",
			text: expect.stringContaining("ENOENT"),
		});
		expect((await seen((await docker(500, "boom")).socket)).fault).toMatchObject({
			code: "prober_targets",
			text: expect.stringContaining("HTTP 500, boom"),
		});
		expect((await seen((await docker(200, "<html>")).socket)).fault?.text).toContain("no JSON");
		expect((await seen((await docker(200, '{"a":1}')).socket)).fault?.text).toContain("no list of containers");
	});
});

test("a rate goes on after a restart of the program, from what the notes hold", async () => {
	let count = 10;
	const server = await serve((socket, request) => text(`n ${count}\n`)(socket, request));
	let now = 1_000_000;
	const context = probeContext(server.url, { clock: { ...systemClock, now: () => now } });
	const see = () => look({ path: "/metrics", series: { one: { metric: "n", rate: true } } }, context);
	expect((await see()).values).toMatchObject({ has_one: true });
	count = 40;
	now += 10_000;
	expect((await see()).values).toMatchObject({ one: 3, has_one: true });
	count = 5;
	now += 10_000;
	expect((await see()).values).toMatchObject({ one: 0.5 });
});
