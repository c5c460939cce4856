import { describe, expect, test } from "vitest";
import { kinds, probe, probeOptions } from "../../src/probe/probe.ts";
import { answer, type Behaviour, dssError, faultServer, hang, page } from "../support/fault-server.ts";
import { makeInstance } from "../support/instance.ts";
import { probeContext } from "../support/probe-context.ts";

const api = { "content-type": "application/json;charset=utf-8", "dss-version": "14.3.1" };
const projects = { path: "/projects/", query: { includeLocation: false } };
const DIP = "com.dataiku.dip.exceptions";

async function sampleOf(behaviour: Behaviour, options: object = projects, timeoutMs = 2_000) {
	await using server = await faultServer(behaviour);
	const sample = await probe(
		probeOptions.parse({ kind: "dss-api", ...options }),
		probeContext(server.url, { timeoutMs }),
	);
	return { ...sample, head: server.requests[0] ?? "" };
}

test("a list is counted, and the version of the backend is told", async () => {
	const { values, facts, fault, head } = await sampleOf(
		answer("200 OK", '[{"projectKey":"A"},{"projectKey":"B"}]', api),
	);
	expect(fault).toBeUndefined();
	expect(values).toMatchObject({ status: 200, count: 2, dss_version: "14.3.1", content_type: "application/json" });
	expect(facts?.["json"]).toEqual([{ projectKey: "A" }, { projectKey: "B" }]);
	expect(head).toMatch(/^GET \/public\/api\/projects\/\?includeLocation=False HTTP/);
	expect(Object.keys(values).filter((name) => !(name in kinds["dss-api"].values))).toEqual([]);
});

test("an empty list is a good answer; an object has no count", async () => {
	expect(await sampleOf(answer("200 OK", "[]", api))).toMatchObject({ values: { count: 0 } });
	const info = await sampleOf(answer("200 OK", '{"authIdentifier":"probe"}', api), { path: "/auth/info" });
	expect(info.values).not.toHaveProperty("count");
	expect(info).not.toHaveProperty("fault");
});

describe("with the option project", () => {
	const wanted = { path: "/projects/", project: "DKU_MONITORING" };

	test("a list that holds it is good", async () => {
		expect(await sampleOf(answer("200 OK", '[{"projectKey":"DKU_MONITORING"}]', api), wanted)).not.toHaveProperty(
			"fault",
		);
	});

	test.for(["[]", '[{"projectKey":"DKU"}]', "[null, 1]", "{}"])("the answer %s is not", async (body) => {
		const { fault, values } = await sampleOf(answer("200 OK", body, api), wanted);
		expect(fault).toMatchObject({ code: "project_not_visible" });
		expect(fault?.text).toContain("DKU_MONITORING");
		expect(values["status"]).toBe(200);
	});
});

test.for([
	[
		"401 of DSS",
		dssError("401 Unauthorized", `${DIP}.NotAuthenticatedException`, "Unknown API Key"),
		401,
		"key_rejected",
	],
	["403 of DSS", dssError("403 Forbidden", `${DIP}.UnauthorizedException`, "may not"), 403, "right_missing"],
	["404 of DSS", dssError("404 Not Found", `${DIP}.NotFoundException`, "no such"), 404, "not_found"],
	["a 404 page", page("404 Not Found", "404"), 404, "unsupported"],
	["502 of nginx", page("502 Bad Gateway", "502 Bad Gateway"), 502, "backend_down"],
	["503 with Retry-After", page("503 Busy", "503", { "retry-after": "9" }), 503, "backend_down"],
	["429", answer("429 Too Many Requests", "", { "retry-after": "9" }), 429, "rate_limited"],
	["500 of DSS", dssError("500 Error", "java.lang.Error", "boom"), 500, "backend_error"],
	["a login page", page("200 OK", "Sign in"), 200, "login_page"],
	["a redirect", answer("302 Found", "", { location: "https://sso.example/" }), 302, "redirected"],
	["half an answer", answer("200 OK", "[{", api), 200, "reply_truncated"],
] as const)("%s is a fault with its status and time", async ([, behaviour, status, code]) => {
	const { fault, values } = await sampleOf(behaviour);
	expect(fault?.code).toBe(code);
	expect(values["status"]).toBe(status);
	expect(values["latency"]).toBeGreaterThan(0);
});

test("a backend that hangs is named at the deadline", async () => {
	const { fault, durationMs } = await sampleOf(hang, projects, 100);
	expect(fault?.code).toBe("backend_hanging");
	expect(durationMs).toBeLessThan(300);
});

test("an instance without a key is told apart, without a request", async () => {
	await using server = await faultServer(hang);
	const { apiKey: _, ...instance } = makeInstance(server.url);
	const sample = await probe(
		probeOptions.parse({ kind: "dss-api", path: "/projects/" }),
		probeContext("", { instance }),
	);
	expect(sample.fault?.code).toBe("key_missing");
	expect(server.connections()).toBe(0);
});

test.for([
	["no path", {}, "path"],
	["a path without slash", { path: "projects/" }, "slash"],
	["a path with a query", { path: "/projects/?x=1" }, "?"],
	["an unknown key", { path: "/", projetc: "A" }, "projetc"],
] as const)("%s is refused", ([, options, words]) => {
	const result = probeOptions.safeParse({ kind: "dss-api", ...options });
	expect(JSON.stringify(result.error?.issues)).toContain(words);
});
