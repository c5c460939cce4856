import fc from "fast-check";
import { expect, test } from "vitest";
import { hideAddress } from "../../src/notify/hide.ts";
import { cutBytes, jsonBytes, oneLine } from "../../src/notify/words.ts";
import { expectNoSecret } from "../support/secret-search.ts";

const anything = fc.string({ unit: "binary", maxLength: 300 });

test("a line has no control character and an end, whatever it was", () => {
	fc.assert(
		fc.property(anything, fc.integer({ min: 3, max: 100 }), (text, longest) => {
			const line = oneLine(text, longest);
			expect(line.length).toBeLessThanOrEqual(longest);
			expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
		}),
	);
});

test("a text that is cut to bytes takes no more than those inside JSON, and is not cut without need", () => {
	fc.assert(
		fc.property(anything, fc.integer({ min: 0, max: 200 }), (text, most) => {
			const kept = cutBytes(text, most);
			expect(jsonBytes(kept)).toBeLessThanOrEqual(Math.max(most, 3));
			if (jsonBytes(text) <= most) expect(kept).toBe(text);
		}),
	);
});

test("no part of an address that may be a token is left in a text that repeats it", () => {
	const address =
		"https://user:pa%20ss-word@hooks.example/services/T0001234/abcdefghij?token=query-token&x=%C3%BCber-geheim";
	const hide = hideAddress(address, ["signing-key"]);
	const basic = Buffer.from("user:pa ss-word").toString("base64");
	const said = [
		address,
		"pa ss-word",
		"pa%20ss-word",
		basic,
		"/services/T0001234/abcdefghij",
		"query-token",
		"über-geheim",
		"signing-key",
	];
	expectNoSecret(
		said.map((text) => hide(`fetch of ${text} failed`)),
		["pa ss-word", "abcdefghij", "query-token", "über-geheim", "signing-key"],
	);
	expect(hide("connect ECONNREFUSED hooks.example:443")).toBe("connect ECONNREFUSED hooks.example:443");
});

test("a user without a password is a token and is hidden, too", () => {
	expect(hideAddress("https://api-token-1@hooks.example/")("401 for api-token-1")).toBe("401 for [secret]");
});
