import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import type { Fault } from "../model/sample.ts";
import { bytesText } from "../model/size.ts";
import { evidence } from "./evidence.ts";

/** Functions, not references: in the bundle Node's zlib is loaded when one of them is first called. */
const DECODERS: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
	gzip: (body, options) => gunzipSync(body, options),
	"x-gzip": (body, options) => gunzipSync(body, options),
	deflate: (body, options) => inflateSync(body, options),
	br: (body, options) => brotliDecompressSync(body, options),
	zstd: (body, options) => zstdDecompressSync(body, options),
};

export type Decoded = { readonly ok: true; readonly body: Buffer } | { readonly ok: false; readonly fault: Fault };

/**
 * Undoes the compression that a server applied though it was asked not to (RFC 9110, 12.5.3).
 *
 * @param coding the header Content-Encoding
 * @param maxBody a body that grows beyond this many bytes is refused, however small it came
 */
export function decodeBody(body: Buffer, coding: string | undefined, maxBody: number): Decoded {
	if (!coding || coding === "identity" || body.length === 0) return { ok: true, body };
	let decoded = body;
	// The last coding named is the outermost one.
	for (const name of coding
		.toLowerCase()
		.split(/\s*,\s*/)
		.reverse()) {
		if (name === "identity") continue;
		const decoder = DECODERS[name];
		if (!decoder)
			return { ok: false, fault: { code: "reply_not_json", text: evidence(`unknown Content-Encoding ${name}`) } };
		try {
			decoded = decoder(decoded, { maxOutputLength: maxBody });
		} catch (error) {
			return { ok: false, fault: broken(error, name, maxBody) };
		}
	}
	return { ok: true, body: decoded };
}

function broken(error: unknown, name: string, maxBody: number): Fault {
	const code = error instanceof Error && "code" in error ? error.code : "";
	if (code === "ERR_BUFFER_TOO_LARGE") {
		return { code: "reply_too_large", text: `${name} body larger than ${bytesText(maxBody)} when unpacked` };
	}
	const words = error instanceof Error ? error.message : String(error);
	return { code: "reply_truncated", text: evidence(`the ${name} body cannot be unpacked: ${words}`) };
}
