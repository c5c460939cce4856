import { describe, expect, test } from "vitest";
import type { Reply } from "../../src/dss/reply.ts";
import { apiFault, readJson, redirectFault } from "../../src/dss/reply-fault.ts";
import { NO_TIME } from "../../src/dss/timings.ts";

const JSON_TYPE = { "content-type": "application/json;charset=utf-8" };
const HTML_TYPE = { "content-type": "text/html" };
const URL_ASKED = "https://dss.example/public/api/projects/?x=1";

function reply(status: number, body: string, headers: Readonly<Record<string, string>> = JSON_TYPE): Reply {
	return { status, headers, body: Buffer.from(body), timings: NO_TIME };
}

const error = (errorType: string, message: string, more: object = {}) =>
	JSON.stringify({ errorType, message, ...more });
const html = (title: string) =>
	`<html><head><title>${title}</title></head><body><p>${"long ".repeat(1_000)}</p></body></html>`;
const DIP = "com.dataiku.dip.exceptions";

const TABLE: readonly (readonly [name: string, given: Reply, blamed: string, says: RegExp])[] = [
	[
		"401 of DSS",
		reply(401, error(`${DIP}.NotAuthenticatedException`, "Unknown API Key")),
		"key_rejected",
		/Unknown API Key/,
	],
	["an empty 401", reply(401, ""), "key_rejected", /empty/],
	["401 of a proxy", reply(401, html("Authorization Required"), HTML_TYPE), "login_page", /Authorization Required/],
	["403 of DSS", reply(403, error(`${DIP}.UnauthorizedException`, "needs ADMIN")), "right_missing", /needs ADMIN/],
	["403 of a firewall", reply(403, html("Blocked"), HTML_TYPE), "login_page", /Blocked/],
	[
		"403 for the edition",
		reply(403, error("X", "API not available with the Free Edition licence")),
		"licence",
		/Free Edition/,
	],
	["500 for the licence", reply(500, error("X", "Your license has expired")), "licence", /expired/],
	[
		"404 of DSS",
		reply(404, error("com.dataiku.dip.server.controllers.NotFoundException", "no dataset")),
		"not_found",
		/NotFoundException: no dataset/,
	],
	[
		"404 of DSS for a path with the word",
		reply(404, error("X", "No such endpoint /admin/licensing/status")),
		"not_found",
		/No such endpoint/,
	],
	["404 page", reply(404, html("404 Not Found"), HTML_TYPE), "unsupported", /404 Not Found/],
	["empty 404", reply(404, "", {}), "unsupported", /empty body/],
	["429", reply(429, "slow down", { "retry-after": "120" }), "rate_limited", /Retry-After: 120/],
	["502 of nginx", reply(502, html("502 Bad Gateway"), HTML_TYPE), "backend_down", /"502 Bad Gateway"/],
	["503", reply(503, "", { "retry-after": "30" }), "backend_down", /Retry-After: 30/],
	["504", reply(504, html("504 Gateway Time-out"), HTML_TYPE), "backend_down", /504/],
	[
		"500 with words",
		reply(500, error("java.lang.NullPointerException", "oops")),
		"backend_error",
		/NullPointerException: oops/,
	],
	[
		"500 for a full disk, by its code",
		reply(500, error("X", "failed", { code: "ERR_MISC_ENOSPC" })),
		"disk_full",
		/failed/,
	],
	[
		"500 for a full disk, by its words",
		reply(500, error("java.io.IOException", "No space left on device")),
		"disk_full",
		/space/,
	],
	[
		"500 for a missing object",
		reply(500, error("java.lang.IllegalArgumentException", "Connection 'x' does not exist")),
		"not_found",
		/'x'/,
	],
	["500 with a page", reply(500, html("Oops"), HTML_TYPE), "backend_error", /Oops/],
	["409", reply(409, error("X", "conflict")), "backend_error", /conflict/],
	[
		"400 for plain HTTP",
		reply(400, html("400 The plain HTTP request was sent to HTTPS port"), HTML_TYPE),
		"not_http",
		/HTTPS port/,
	],
	[
		"302",
		reply(302, "", { location: "https://sso.example/login?return=secret" }),
		"redirected",
		/sso\.example\/login$/,
	],
];

test.for(TABLE)("%s is blamed on the right layer, in short words", ([, given, blamed, says]) => {
	const fault = apiFault(given, URL_ASKED);
	expect(fault?.code).toBe(blamed);
	expect(fault?.text).toMatch(says);
	expect(fault?.text).not.toMatch(/long long|[<>\n]|secret/);
	expect(fault?.text.length).toBeLessThanOrEqual(1_000);
});

test("2xx is no fault", () => {
	expect(apiFault(reply(200, "{}"), URL_ASKED)).toBeUndefined();
	expect(apiFault(reply(204, ""), URL_ASKED)).toBeUndefined();
});

test("the detailed message is preferred, as the official client does", () => {
	const given = reply(500, error("X", "short", { detailedMessage: "the long one" }));
	expect(apiFault(given, URL_ASKED)?.text).toBe("HTTP 500, X: the long one");
});

test("a JSON body that is no error object, or broken, is quoted by its beginning", () => {
	expect(apiFault(reply(500, '"just words"'), URL_ASKED)?.text).toContain("just words");
	expect(apiFault(reply(500, '{"errorType": "X'), URL_ASKED)?.code).toBe("backend_error");
	expect(apiFault(reply(500, "[1,2]"), URL_ASKED)?.code).toBe("backend_error");
});

describe("a redirect", () => {
	test("may be relative or lead nowhere", () => {
		expect(redirectFault(reply(301, "", { location: "/login" }), URL_ASKED).text).toContain(
			"to https://dss.example/login",
		);
		expect(redirectFault(reply(301, "", {}), URL_ASKED).text).toContain("without saying where to");
	});
});

describe("a body that should be JSON", () => {
	const faultOf = (given: Reply) => {
		const read = readJson(given);
		return read.ok ? undefined : read.fault;
	};

	test("is read whatever its content type", () => {
		expect(readJson(reply(200, ' {"a":[1]} ', {}))).toEqual({ ok: true, json: { a: [1] } });
	});

	test("and is a page instead is a login page, with its title", () => {
		const fault = faultOf(reply(200, `<!DOCTYPE html>\n${html("Sign in &amp; go")}`, HTML_TYPE));
		expect(fault).toMatchObject({ code: "login_page" });
		expect(fault?.text).toContain('"Sign in & go"');
	});

	test.for(['{"a": [1, 2', '{"a": "half a str', '[{"projectKey":', '{"a"', "[", '{"a": tru'])(
		"and breaks off at %s is truncated",
		(text) => {
			expect(faultOf(reply(200, text))).toMatchObject({ code: "reply_truncated" });
		},
	);

	test.for(["DSS is starting", '{"a": nonsense}', "", "   ", '{"a":1} trailing', "{'a': 1}", "<note/>"])(
		"and is %j instead is not JSON",
		(text) => {
			expect(faultOf(reply(200, text))).toMatchObject({ code: "reply_not_json" });
		},
	);
});
