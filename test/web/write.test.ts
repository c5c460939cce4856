import { expect, onTestFinished, test } from "vitest";
import { silentLog } from "../../src/log.ts";
import type { Desk } from "../../src/model/desk.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Silence } from "../../src/model/silence.ts";
import { page } from "../../src/web/page.ts";
import { createWeb } from "../../src/web/server.ts";
import { forgeryIn } from "../../src/web/write.ts";
import { MONDAY_MORNING, virtualClock } from "../support/clock.ts";
import { checkView, firing, statusView, webView } from "../support/web-view.ts";

const TOKEN = "token-of-the-page-77";
const NOW = MONDAY_MORNING;
const MADE: Silence = {
	id: "k3f7",
	match: { instance: "design", check: ["a", "b*"] },
	from: NOW,
	until: NOW + 7_200_000,
	author: "ada",
	comment: "up<b>grade",
	createdAt: NOW,
};
const JSON_TYPE = { "content-type": "application/json" };
const PASS = { authorization: `Bearer ${TOKEN}` };
const WISH = { match: { instance: "design" }, for: "2h", comment: "upgrade" };

/** The web server over a desk that remembers what it was asked. */
async function serve(token: string | null = TOKEN) {
	const asked: unknown[] = [];
	const desk: Desk = {
		silence(request) {
			asked.push(request);
			return { ok: true, value: { silence: MADE, covers: ["design/a"] }, warnings: [] };
		},
		endSilence(id) {
			asked.push(id);
			if (id !== MADE.id) return { ok: false, code: "missing", text: `there is no silence ${id}` };
			return { ok: true, value: { ...MADE, endedAt: NOW }, warnings: ["the store does not work"] };
		},
		acknowledge(request) {
			asked.push(request);
			return { ok: false, code: "conflict", text: "no incident is open" };
		},
		replay: () => ({ ok: true, value: [], warnings: [] }),
	};
	const explained: unknown[] = [];
	const view = webView(statusView({ design: [checkView("design/a")] }), {
		silences: () => [MADE],
		explain(...given) {
			explained.push(given);
			return given[0] === "design/a" ? { key: given[0] } : undefined;
		},
	});
	const options = { listen: "127.0.0.1:0", ...(token !== null && { token: new Secret(token) }) };
	const web = createWeb({ options, view, desk, clock: virtualClock(), log: silentLog });
	onTestFinished(() => web.close());
	const { url } = await web.listen();
	const send = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
		const text = typeof body === "string" ? body : JSON.stringify(body);
		const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body: text }) });
		return { status: response.status, body: (await response.json()) as Record<string, unknown> };
	};
	return { send, asked, explained };
}

test("with the token a silence is made, shown and ended", async () => {
	const { send, asked } = await serve();
	const shown = { id: "k3f7", in_force: true, until: "2026-01-05T10:00:00Z", match: { check: ["a", "b*"] } };
	const made = await send("POST", "/api/v1/silences", { ...PASS, ...JSON_TYPE }, WISH);
	expect(made).toMatchObject({ status: 201, body: { ...shown, covers: ["design/a"] } });
	expect(asked).toEqual([
		{ match: { instance: "design" }, for: 7_200_000, comment: "upgrade", author: "API", force: false },
	]);
	expect(await send("GET", "/api/v1/silences", PASS)).toMatchObject({ status: 200, body: { silences: [shown] } });
	expect(await send("DELETE", "/api/v1/silences/k3f7", PASS)).toMatchObject({
		status: 200,
		body: { ended_at: "2026-01-05T08:00:00Z", warnings: ["the store does not work"] },
	});
	expect(await send("DELETE", "/api/v1/silences/nope", PASS)).toMatchObject({ status: 404 });
});

test("an acknowledgement names its check in the address", async () => {
	const { send, asked } = await serve();
	const ack = (path: string, body: unknown) => send("POST", path, { ...PASS, ...JSON_TYPE }, body);
	const answer = await ack("/api/v1/checks/design/get-configuration/ack", { comment: "on it", author: "ada" });
	expect(answer).toEqual({ status: 409, body: { error: "no incident is open" } });
	expect(asked).toEqual([{ instance: "design", check: "get-configuration", comment: "on it", author: "ada" }]);
	expect(await ack("/api/v1/checks/design/a/ack", { comment: "" })).toMatchObject({ status: 400 });
	expect(await ack("/api/v1/checks/design/a/ack", "[]")).toMatchObject({ status: 400 });
});

test("without a token in the configuration nothing can be changed", async () => {
	const { send, asked } = await serve(null);
	const { status, body } = await send("POST", "/api/v1/silences", JSON_TYPE, WISH);
	expect([status, body["error"]]).toEqual([403, expect.stringContaining("web.token")]);
	expect((await send("GET", "/api/v1/silences", {})).status).toBe(200);
	expect(asked).toEqual([]);
});

test.each<[string, Record<string, string>, unknown, number]>([
	["without the token", JSON_TYPE, WISH, 401],
	["with a wrong one", { ...JSON_TYPE, authorization: "Bearer no" }, WISH, 401],
	["as a form sends it", { ...PASS, "content-type": "application/x-www-form-urlencoded" }, "a=b", 415],
	["as plain text, which a stranger's page may send", { ...PASS, "content-type": "text/plain" }, WISH, 415],
	["by a page of another site", { ...PASS, ...JSON_TYPE, origin: "https://evil.example" }, WISH, 403],
	["by a page without an origin", { ...PASS, ...JSON_TYPE, origin: "null" }, WISH, 403],
	["by a browser for another site", { ...PASS, ...JSON_TYPE, "sec-fetch-site": "cross-site" }, WISH, 403],
	["by a browser for a sister site", { ...PASS, ...JSON_TYPE, "sec-fetch-site": "same-site" }, WISH, 403],
	["with a body that is no JSON", { ...PASS, ...JSON_TYPE }, "{", 400],
	["with a key too many", { ...PASS, ...JSON_TYPE }, { ...WISH, id: "x" }, 400],
	["with a body that is too long", { ...PASS, ...JSON_TYPE }, { ...WISH, comment: "x".repeat(9_000) }, 413],
])("a silence asked for %s is refused", async (_, headers, body, status) => {
	const { send, asked } = await serve();
	expect((await send("POST", "/api/v1/silences", headers, body)).status).toBe(status);
	expect(asked).toEqual([]);
});

test("an end is not asked for by another site, either, and our own page may ask", async () => {
	const { send, asked } = await serve();
	const cross = { ...PASS, origin: "https://evil.example" };
	expect((await send("DELETE", "/api/v1/silences/k3f7", cross)).status).toBe(403);
	expect(asked).toEqual([]);
	const own = { origin: "https://probe.example", host: "probe.example", "sec-fetch-site": "same-origin" };
	expect(forgeryIn("DELETE", own)).toBeUndefined();
	expect(forgeryIn("DELETE", { ...own, host: "other.example" })?.[0]).toBe(403);
});

test("other places and methods cannot be written", async () => {
	const { send } = await serve();
	for (const [method, path] of [
		["POST", "/api/v1/status"],
		["PUT", "/api/v1/silences"],
		["DELETE", "/api/v1/silences"],
		["POST", "/api/v1/checks/design/ack"],
	] as const) {
		expect((await send(method, path, { ...PASS, ...JSON_TYPE }, {})).status).toBe(405);
	}
});

test("an explanation is asked for by check and time", async () => {
	const { send, explained } = await serve();
	const path = "/api/v1/checks/design/a/explain";
	expect(await send("GET", path, PASS)).toEqual({ status: 200, body: { key: "design/a" } });
	expect((await send("GET", `${path}?since=1d&at=2026-01-05T07:00:00Z`, PASS)).status).toBe(200);
	expect(explained).toEqual([
		["design/a", 7_200_000, undefined],
		["design/a", 86_400_000, NOW - 3_600_000],
	]);
	expect((await send("GET", `${path}?since=soon`, PASS)).status).toBe(400);
	expect((await send("GET", `${path}?at=noon`, PASS)).status).toBe(400);
	expect((await send("GET", "/api/v1/checks/design/b/explain", PASS)).status).toBe(404);
});

test("the page shows silences in force and who works on what, without trusting their words", () => {
	const bad = checkView("design/bad", firing("critical", 60_000), "backend_down");
	const alert = bad.alert && {
		...bad.alert,
		ack: { incident: "incident-1", at: NOW - 60_000, author: "ada", comment: "on <it>" },
	};
	const status = { ...statusView({ design: [{ ...bad, ...(alert && { alert }) }] }), silences: [MADE] };
	const text = page({ status, health: { ok: true, reasons: [] }, recent: () => [], now: NOW });
	expect(text).toContain("acknowledged by ada");
	expect(text).toContain("on &lt;it&gt;");
	expect(text).toContain("<td>k3f7</td>");
	expect(text).toContain("check=b*");
	expect(text).toContain("up&lt;b&gt;grade");
	expect(text).toContain("2 h");
});
