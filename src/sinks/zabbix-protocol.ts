import { deflateSync, inflateSync } from "node:zlib";

/**
 * The packets of Zabbix (manual: Protocols, Header): `ZBXD`, one byte of flags, the length, a second length, the body. Both
 * lengths are little endian, of four bytes, or of eight in a large packet.
 */
const MAGIC = Buffer.from("ZBXD", "latin1");
const FLAG = { protocol: 1, compressed: 2, large: 4 } as const;
const LARGEST_SMALL = 0xffff_ffff;

/** Below this a body is sent as it is: packing it would cost more than it saves. */
const COMPRESS_FROM = 4_096;
/** An answer is a line; something longer is not Zabbix. */
const LONGEST_ANSWER = 1_048_576;

/** One value of one item, as `sender data` carries it. */
export interface TrapperValue {
	/** Technical name of the host. */
	readonly host: string;
	readonly key: string;
	readonly value: string;
	/** When it was measured: ms since 1970 UTC. */
	readonly at: number;
}

/** The request that carries values. */
export function senderData(values: readonly TrapperValue[]): string {
	const data = values.map(({ host, key, value, at }) => {
		const clock = Math.floor(at / 1_000);
		return { host, key, value, clock, ns: Math.min(999_999_999, Math.round((at - clock * 1_000) * 1e6)) };
	});
	return JSON.stringify({ request: "sender data", data });
}

/** A whole packet around a text. */
export function encodePacket(text: string): Buffer {
	const plain = Buffer.from(text);
	const isPacked = plain.length >= COMPRESS_FROM;
	const body = isPacked ? deflateSync(plain) : plain;
	const isLarge = Math.max(body.length, plain.length) > LARGEST_SMALL;
	const flags = FLAG.protocol | (isPacked ? FLAG.compressed : 0) | (isLarge ? FLAG.large : 0);
	const width = isLarge ? 8 : 4;
	const head = Buffer.alloc(MAGIC.length + 1 + 2 * width);
	MAGIC.copy(head);
	head.writeUInt8(flags, 4);
	for (const [index, length] of [body.length, isPacked ? plain.length : 0].entries()) {
		if (isLarge) head.writeBigUInt64LE(BigInt(length), 5 + index * width);
		else head.writeUInt32LE(length, 5 + index * width);
	}
	return Buffer.concat([head, body]);
}

/** What is known of a packet so far. */
export type Reading =
	| { readonly state: "more" }
	| { readonly state: "whole"; readonly text: string }
	/** It will never be one. */
	| { readonly state: "wrong"; readonly why: string };

const MORE = { state: "more" } as const;
const wrong = (why: string) => ({ state: "wrong", why }) as const;

/** Reads a packet that may have come in part only. Pure: it is asked again with more bytes. */
export function readPacket(bytes: Buffer): Reading {
	const known = Math.min(bytes.length, MAGIC.length);
	if (bytes.compare(MAGIC, 0, known, 0, known) !== 0) return wrong("the answer is not in Zabbix's protocol");
	if (bytes.length <= MAGIC.length) return MORE;
	const flags = bytes.readUInt8(4);
	if ((flags & FLAG.protocol) === 0 || flags > 7) return wrong(`the answer has the unknown flags ${flags}`);
	const width = flags & FLAG.large ? 8 : 4;
	const start = MAGIC.length + 1 + 2 * width;
	if (bytes.length < start) return MORE;
	const [length, plainLength] = [0, 1].map((index) =>
		width === 8 ? Number(bytes.readBigUInt64LE(5 + index * 8)) : bytes.readUInt32LE(5 + index * 4),
	) as [number, number];
	if (Math.max(length, flags & FLAG.compressed ? plainLength : 0) > LONGEST_ANSWER) {
		return wrong(`the answer claims to have ${Math.max(length, plainLength)} bytes`);
	}
	if (bytes.length < start + length) return MORE;
	const body = bytes.subarray(start, start + length);
	if ((flags & FLAG.compressed) === 0) return { state: "whole", text: body.toString() };
	try {
		return { state: "whole", text: inflateSync(body, { maxOutputLength: LONGEST_ANSWER }).toString() };
	} catch {
		return wrong("the answer cannot be unpacked");
	}
}

/** What became of the values of one request. It is never said which of them failed. */
export type SenderAnswer =
	| { readonly ok: true; readonly processed: number; readonly failed: number }
	| { readonly ok: false; readonly why: string };

/** Reads `{"response":"success","info":"processed: 1; failed: 0; total: 1; seconds spent: 0.000055"}`. */
export function readSenderAnswer(text: string): SenderAnswer {
	let answer: unknown;
	try {
		answer = JSON.parse(text);
	} catch {
		return { ok: false, why: "the answer is no JSON" };
	}
	if (typeof answer !== "object" || answer === null) return { ok: false, why: "the answer is no object" };
	const { response, info, redirect } = answer as Record<string, unknown>;
	const words = typeof info === "string" ? info : "";
	if (typeof redirect === "object" && redirect !== null) {
		const { address } = redirect as Record<string, unknown>;
		return { ok: false, why: `the proxy sends us on to ${String(address)}: name that one as server` };
	}
	if (response !== "success") return { ok: false, why: `refused: ${words || String(response)}` };
	const [, processed, failed] = /^processed: (\d+); failed: (\d+);/.exec(words) ?? [];
	if (processed === undefined) return { ok: false, why: `the answer says nothing about the values: ${words}` };
	return { ok: true, processed: Number(processed), failed: Number(failed) };
}
