import { expect, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { createTokenGuard, isLoopback, isOwnHost } from "../../src/web/guard.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

test("the token passes as Bearer and as the password of any user", () => {
	const mayPass = createTokenGuard(new Secret("open:sesame"));
	for (const shown of [
		"Bearer open:sesame",
		"bearer  open:sesame",
		basic("anyone:open:sesame"),
		basic(":open:sesame"),
	]) {
		expect(mayPass(shown)).toBe(true);
	}
});

test("nothing else passes", () => {
	const mayPass = createTokenGuard(new Secret("sesame"));
	const refused = [
		undefined,
		"",
		"sesame",
		"Bearer",
		"Bearer sesam",
		"Bearer sesame2",
		"Bearer Sesame",
		"Token sesame",
	];
	for (const shown of [...refused, basic("sesame:"), basic("sesame:x"), basic(""), "Basic %%%"]) {
		expect(mayPass(shown)).toBe(false);
	}
});

test("only names and addresses of this machine are loopback", () => {
	for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST", "probe.localhost"]) {
		expect(isLoopback(host)).toBe(true);
	}
	for (const host of ["10.0.0.1", "127.0.0.1.evil.example", "evil.example", "localhost.evil.example", "", "::"]) {
		expect(isLoopback(host)).toBe(false);
	}
});

test("the Host header is taken with and without a port, and IPv6 in brackets", () => {
	for (const host of ["localhost", "localhost:8600", "127.0.0.1:8600", "[::1]:8600", "[::1]"]) {
		expect(isOwnHost(host)).toBe(true);
	}
	for (const host of [
		undefined,
		"",
		"evil.example",
		"evil.example:8600",
		"[2001:db8::1]:8600",
		"localhost:8600@evil",
	]) {
		expect(isOwnHost(host)).toBe(false);
	}
});
