import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeBody } from "../../src/dss/decode.ts";

const plain = Buffer.from("the same words ".repeat(50));

test.for([
	["gzip", gzipSync(plain)],
	["x-gzip", gzipSync(plain)],
	["deflate", deflateSync(plain)],
	["br", brotliCompressSync(plain)],
	["zstd", zstdCompressSync(plain)],
	["deflate, GZIP", gzipSync(deflateSync(plain))],
	["identity", plain],
] as const)("%s is undone", ([coding, body]) => {
	expect(decodeBody(body, coding, 10_000)).toEqual({ ok: true, body: plain });
});

test("a small body that unpacks beyond the limit is refused", () => {
	const bomb = gzipSync(Buffer.alloc(5_000_000));
	expect(bomb.length).toBeLessThan(10_000);
	expect(decodeBody(bomb, "gzip", 1_000_000)).toMatchObject({ ok: false, fault: { code: "reply_too_large" } });
});

test("a body that breaks off inside its compression is truncated", () => {
	expect(decodeBody(gzipSync(plain).subarray(0, 30), "gzip", 10_000)).toMatchObject({
		fault: { code: "reply_truncated" },
	});
});

test("a coding that nobody knows is refused by name", () => {
	expect(decodeBody(plain, "rot13", 10_000)).toMatchObject({
		ok: false,
		fault: { text: "unknown Content-Encoding rot13" },
	});
});

test("an empty body needs no decoding, whatever is announced", () => {
	expect(decodeBody(Buffer.alloc(0), "gzip", 10)).toEqual({ ok: true, body: Buffer.alloc(0) });
});
