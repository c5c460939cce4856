import { get, request } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Log, silentLog } from "../../src/log.ts";
import { Secret } from "../../src/model/secret.ts";
import { createWeb, type Web } from "../../src/web/server.ts";
import type { WebView } from "../../src/web/view.ts";
import { type VirtualClock, virtualClock } from "../support/clock.ts";
import { checkView, firing, statusView, webView } from "../support/web-view.ts";

const open: Web[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((web) => web.close()));
});

const bad = checkView("design/bad", firing("critical", 60_000), "backend_down");
const fine = webView(statusView({ design: [bad, checkView("design/a/b c")] }));

async function serve(extra: { token?: string; view?: WebView; clock?: VirtualClock; log?: Log; listen?: string } = {}) {
	const web = createWeb({
		options: {
			listen: extra.listen ?? "127.0.0.1:0",
			...(extra.token === undefined ? {} : { token: new Secret(extra.token) }),
		},
		view: extra.view ?? fine,
		clock: extra.clock ?? virtualClock(),
		log: extra.log ?? silentLog,
	});
	open.push(web);
	return { web, ...(await web.listen()) };
}

/** A request with headers that fetch would not send. */
function ask(url: string, headers: Record<string, string>): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		get(url, { headers }, (response) => {
			response.resume();
			resolve(response.statusCode);
		}).on("error", reject);
	});
}

test("the page comes as HTML under a policy that lets nothing else in", async () => {
	const { url } = await serve();
	const response = await fetch(url);
	expect(response.status).toBe(200);
	expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
	expect(response.headers.get("x-content-type-options")).toBe("nosniff");
	expect(response.headers.get("content-security-policy")).toMatch(
		/^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
	);
	expect(await response.text()).toContain("1 of 2 checks is firing");
});

test("the status, one check and the schema come as JSON", async () => {
	const { url } = await serve();
	const status = await (await fetch(`${url}/api/v1/status`)).json();
	expect(status).toMatchObject({ mood: "critical", instances: [{ name: "design" }] });
	const check = await (await fetch(`${url}/api/v1/checks/design/bad`)).json();
	expect(check).toMatchObject({ check: "bad", state: "firing" });
	expect((check as { recent: unknown[] }).recent.length).toBe(40);
	expect((await fetch(`${url}/api/v1/checks/design/a/b%20c`)).status).toBe(200);
	expect(await (await fetch(`${url}/api/v1/schema`)).json()).toHaveProperty("status.properties.headline");
});

test("Zabbix's HTTP agent gets an instance, and what there is to discover", async () => {
	const view = webView(statusView({}), {
		zabbix: (name) => (name === "design" ? '{"probe":1}' : undefined),
		zabbixDiscovery: (what) => `["${what}"]`,
	});
	const { url } = await serve({ view, token: "t0ken" });
	const ask = (path: string) => fetch(`${url}/api/v1/zabbix/${path}`, { headers: { authorization: "Bearer t0ken" } });
	const answer = await ask("design");
	expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
	expect(await answer.text()).toBe('{"probe":1}');
	expect((await ask("desing")).status).toBe(404);
	expect(await (await ask("discover")).json()).toEqual(["checks"]);
	expect(await (await ask("discover?values")).json()).toEqual(["values"]);
	expect((await fetch(`${url}/api/v1/zabbix/design`)).status).toBe(401);
});

test("metrics come in Prometheus's format", async () => {
	const { url } = await serve();
	const response = await fetch(`${url}/metrics`);
	expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
	expect(await response.text()).toContain('dss_probe_check_state{instance="design",check="bad"} 2');
});

test("the tab's icon shows the state of the whole", async () => {
	const { url } = await serve();
	const response = await fetch(`${url}/favicon.svg`);
	expect(response.headers.get("content-type")).toContain("image/svg+xml");
	expect(await response.text()).toContain("#cf222e");
});

test("healthz answers 200 while all is well and 503 with the reasons otherwise", async () => {
	let reasons: string[] = [];
	const view = webView(statusView({}), { health: () => ({ ok: reasons.length === 0, reasons }) });
	const clock = virtualClock();
	const { url } = await serve({ view, clock });
	const well = await fetch(`${url}/healthz`);
	expect([well.status, await well.json()]).toEqual([200, { ok: true, reasons: [] }]);
	reasons = ["no run has ended for 5 min"];
	await clock.advance(1_001);
	const unwell = await fetch(`${url}/healthz`);
	expect([unwell.status, await unwell.json()]).toEqual([503, { ok: false, reasons: ["no run has ended for 5 min"] }]);
});

test("with a token everything but healthz asks for it", async () => {
	const { url } = await serve({ token: "sesame" });
	for (const path of ["/", "/metrics", "/api/v1/status", "/api/v1/checks/design/bad", "/favicon.svg", "/nothing"]) {
		const refused = await fetch(url + path);
		expect([path, refused.status]).toEqual([path, 401]);
		expect(refused.headers.get("www-authenticate")).toContain("Basic");
		expect(await refused.text()).not.toContain("design");
	}
	expect((await fetch(`${url}/healthz`)).status).toBe(200);
	expect((await fetch(`${url}/healthz/../`)).status).toBe(401);
	expect((await fetch(url, { headers: { authorization: "Bearer sesame" } })).status).toBe(200);
	const password = `Basic ${Buffer.from("me:sesame").toString("base64")}`;
	expect((await fetch(url, { headers: { authorization: password } })).status).toBe(200);
	expect((await fetch(`${url}/?token=sesame`)).status).toBe(401);
});

test("on loopback without a token a foreign Host is refused, so that no stranger's page can read along", async () => {
	const { url } = await serve();
	expect(await ask(url, { host: "evil.example" })).toBe(421);
	expect(await ask(url, { host: "localhost:1" })).toBe(200);
	const guarded = await serve({ token: "sesame" });
	expect(await ask(guarded.url, { host: "probe.example", authorization: "Bearer sesame" })).toBe(200);
});

test("what is not there is a 404, what would change something a 405, and what is garbled a 400", async () => {
	const { url } = await serve();
	const missing = await fetch(`${url}/api/v1/checks/design/none`);
	expect([missing.status, await missing.json()]).toEqual([404, { error: "no such check" }]);
	expect((await fetch(`${url}/<script>`)).status).toBe(404);
	expect(await (await fetch(`${url}/<script>`)).text()).not.toContain("script");
	const post = await fetch(`${url}/api/v1/status`, { method: "POST", body: "{}" });
	expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
	expect((await fetch(`${url}/api/v1/checks/%E0%A4%A/x`)).status).toBe(400);
	expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
});

test("an answer that cannot be made is logged and tells the asker nothing of the inside", async () => {
	const errors: string[] = [];
	const log: Log = { ...silentLog, error: (_fields, message) => errors.push(message) };
	const view = webView(statusView({}), {
		status() {
			throw new Error("secret inside");
		},
	});
	const { url } = await serve({ view, log });
	const response = await fetch(url);
	expect(response.status).toBe(500);
	expect(await response.text()).not.toContain("secret inside");
	expect(errors).toEqual(["an answer could not be made"]);
});

test("however many ask, each answer is made once a second", async () => {
	let made = 0;
	const status = statusView({ design: [bad] });
	const view = webView(status, {
		status() {
			made += 1;
			return status;
		},
	});
	const clock = virtualClock();
	const { url } = await serve({ view, clock });
	await Promise.all(
		["/", "/metrics", "/api/v1/status", "/", "/metrics"].map(async (path) => (await fetch(url + path)).text()),
	);
	expect(made).toBe(1);
	await clock.advance(1_001);
	await (await fetch(url)).text();
	expect(made).toBe(2);
});

test("closing ends idle connections and half-sent requests at once", async () => {
	const { web, url } = await serve();
	await (await fetch(url)).text();
	const idle = connect(Number(new URL(url).port), "127.0.0.1");
	const half = request(url, { method: "GET", headers: { connection: "keep-alive", "content-length": "100" } });
	half.on("error", () => {});
	half.write("x");
	await new Promise((resolve) => idle.once("connect", resolve));
	const before = performance.now();
	await web.close();
	expect(performance.now() - before).toBeLessThan(1_000);
	half.destroy();
	idle.destroy();
});

test("an address in use is refused with the address in the message", async () => {
	const { url } = await serve();
	const { host } = new URL(url);
	await expect(serve({ listen: host })).rejects.toThrow(`cannot listen on ${host}: listen EADDRINUSE`);
});
