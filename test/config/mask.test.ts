import { expect, test } from "vitest";
import { maskLine } from "../../src/config/mask.ts";

test.for([
	["api_key: hunter2", "api_key: [secret]"],
	["api_kye: hunter2 # comment", "api_kye: [secret] # comment"],
	['{ url: "https://x/", api_key: "a, b}c" }', '{ url: "https://x/", api_key: [secret] }'],
	["smtp: smtp://u:p@mail", "smtp: [secret]"],
	["url: https://u:p@host/path", "url: https://u:[secret]@host/path"],
	["url: https://host/path?token=abc&b=c", "url: https://host/path?token=[secret]&b=[secret]"],
	["url: https://hooks.slack.com/services/T/B/X", "url: https://hooks.slack.com/[secret]"],
	["url: https://hooks.example.com/in/Ab3dEf6hIj", "url: https://hooks.example.com/in/[secret]"],
	['{ urll: "https://x:99/a1b2c3d4/v1?q=1" }', '{ urll: "https://x:99/[secret]/v1?q=[secret]" }'],
	["url: https://host/abcdefghijklmnopqrstuvw#x", "url: https://host/[secret]#x"],
	["url: https://dss.example.com:11200/public/api/v2/", "url: https://dss.example.com:11200/public/api/v2/"],
	["url: https://x/${HOOK_PATH_TOKEN_2}/y", "url: https://x/${HOOK_PATH_TOKEN_2}/y"],
	["headers: { Authorization: Bearer abc }", "headers: { Authorization: [secret] }"],
	["api_key: ${KEY}", "api_key: ${KEY}"],
	["url: smtp://u:${PASSWORD}@mail", "url: smtp://u:${PASSWORD}@mail"],
	["every: 30s", "every: 30s"],
] as const)("%s is shown as %s", ([line, shown]) => {
	expect(maskLine(line, 0).text).toBe(shown);
});

test("the caret stays under its letter", () => {
	const line = "{ api_key: hunter2, evry: 1m }";
	const { text, caret } = maskLine(line, line.indexOf("evry"));
	expect(text.slice(caret)).toBe("evry: 1m }");
	expect(maskLine("api_key: hunter2", 9)).toEqual({ text: "api_key: [secret]", caret: 9 });
	expect(maskLine("api_key: hunter2", 12)).toEqual({ text: "api_key: [secret]", caret: 9 });
});
