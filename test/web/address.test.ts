import { expect, test } from "vitest";
import { parseAddress, urlOf } from "../../src/web/address.ts";
import { webOptions } from "../../src/web/options.ts";

test.each([
	["127.0.0.1:8600", { host: "127.0.0.1", port: 8600 }, "http://127.0.0.1:8600"],
	["[::1]:0", { host: "::1", port: 0 }, "http://[::1]:0"],
	["probe.example:65535", { host: "probe.example", port: 65_535 }, "http://probe.example:65535"],
	["*:8600", { host: "::", port: 8600 }, "http://localhost:8600"],
	["0.0.0.0:8600", { host: "0.0.0.0", port: 8600 }, "http://localhost:8600"],
])("%s is taken apart", (text, address, url) => {
	expect(parseAddress(text)).toEqual(address);
	expect(urlOf(address)).toBe(url);
});

test.each([
	"8600",
	":8600",
	"localhost",
	"localhost:",
	"localhost:65536",
	"::1:8600",
	"http://localhost:8600",
	"a b:1",
])("%j is refused", (text) => {
	expect(parseAddress(text)).toBeUndefined();
	expect(webOptions.safeParse({ listen: text }).error?.issues[0]?.message).toMatch(/127\.0\.0\.1:8600/);
});
