import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePacket, readPacket, readSenderAnswer, senderData } from "../../src/sinks/zabbix-protocol.ts";

const RUNS = { numRuns: 60 };

/** A packet put together by hand, as the manual describes it. */
function packet(flags: number, lengths: readonly [number, number], body: Buffer): Buffer {
	const fields = lengths.map((length) => {
		const field = Buffer.alloc(flags & 4 ? 8 : 4);
		field.writeUInt32LE(length);
		return field;
	});
	return Buffer.concat([Buffer.from("ZBXD"), Buffer.from([flags]), ...fields, body]);
}

describe("a packet", () => {
	test("has the header that Zabbix's manual shows", () => {
		expect(encodePacket("{}").toString("latin1")).toBe("ZBXD\x01\x02\0\0\0\0\0\0\0{}");
	});

	test("counts bytes and not letters", () => {
		expect(encodePacket("é").readUInt32LE(5)).toBe(2);
	});

	test("is packed when it is large, and tells both lengths", () => {
		const bytes = encodePacket("x".repeat(10_000));
		expect(bytes[4]).toBe(3);
		expect(bytes.readUInt32LE(5)).toBe(bytes.length - 13);
		expect(bytes.readUInt32LE(9)).toBe(10_000);
		expect(bytes.length).toBeLessThan(200);
	});

	test("comes back as it was", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme", maxLength: 50 }), fc.nat(300), (text, times) => {
				const whole = text.repeat(times).slice(0, 9_000).toWellFormed();
				expect(readPacket(encodePacket(whole))).toEqual({ state: "whole", text: whole });
			}),
			RUNS,
		);
	});

	test.each([1, 3, 5, 7])("is read with the flags %i", (flags) => {
		const plain = Buffer.from("an answer");
		const body = flags & 2 ? deflateSync(plain) : plain;
		expect(readPacket(packet(flags, [body.length, plain.length], body))).toEqual({ state: "whole", text: "an answer" });
	});

	test("that has come in part is waited for, wherever it was torn", () => {
		for (const text of ["{}", "y".repeat(5_000)]) {
			const bytes = encodePacket(text);
			for (let length = 0; length < bytes.length; length++) {
				expect(readPacket(bytes.subarray(0, length))).toEqual({ state: "more" });
			}
		}
	});

	test("that is garbled is refused or read, and never thrown over", () => {
		const good = encodePacket("z".repeat(5_000));
		fc.assert(
			fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
				const bytes = Buffer.from(good);
				bytes[at] = (bytes[at] as number) ^ change;
				expect(["more", "whole", "wrong"]).toContain(readPacket(bytes).state);
			}),
			RUNS,
		);
	});

	test.each([
		["HTTP/1.1 400 Bad Request\r\n\r\n", "the answer is not in Zabbix's protocol"],
		["ZBXC\x01\x02\0\0\0\0\0\0\0{}", "the answer is not in Zabbix's protocol"],
		["ZBXD\x08\x02\0\0\0\0\0\0\0{}", "the answer has the unknown flags 8"],
		["ZBXD\x02\x02\0\0\0\0\0\0\0{}", "the answer has the unknown flags 2"],
		["ZBXD\x01\xff\xff\xff\x7f\0\0\0\0{}", "the answer claims to have 2147483647 bytes"],
		["ZBXD\x03\x02\0\0\0\x02\0\0\0{}", "the answer cannot be unpacked"],
	])("%j is no answer", (text, why) => {
		expect(readPacket(Buffer.from(text, "latin1"))).toEqual({ state: "wrong", why });
	});

	test("that would unpack to more than an answer can be is refused", () => {
		const body = deflateSync(Buffer.alloc(5_000_000));
		expect(readPacket(packet(3, [body.length, 10], body))).toEqual({
			state: "wrong",
			why: "the answer cannot be unpacked",
		});
	});
});

describe("a request", () => {
	test("carries the time of each value, to the millisecond", () => {
		const text = senderData([{ host: "design", key: "dss.up", value: "1", at: 1_700_000_000_123 }]);
		expect(JSON.parse(text)).toEqual({
			request: "sender data",
			data: [{ host: "design", key: "dss.up", value: "1", clock: 1_700_000_000, ns: 123_000_000 }],
		});
	});

	test("never has a second of nanoseconds", () => {
		fc.assert(
			fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), (at) => {
				const { data } = JSON.parse(senderData([{ host: "h", key: "k", value: "", at }])) as {
					data: [{ clock: number; ns: number }];
				};
				const [{ clock, ns }] = data;
				expect(Number.isInteger(clock) && Number.isInteger(ns) && ns >= 0 && ns < 1e9).toBe(true);
				expect(Math.abs(clock * 1_000 + ns / 1e6 - at)).toBeLessThan(0.001);
			}),
			RUNS,
		);
	});
});

describe("the answer", () => {
	const info = (text: string) => JSON.stringify({ response: "success", info: text });
	test.each([
		[info("processed: 1; failed: 0; total: 1; seconds spent: 0.000055"), { ok: true, processed: 1, failed: 0 }],
		[info("processed: 7; failed: 243; total: 250; seconds spent: 0.1"), { ok: true, processed: 7, failed: 243 }],
		[
			'{"response":"failed","info":"cannot find pair with name \\"data\\""}',
			{ ok: false, why: 'refused: cannot find pair with name "data"' },
		],
		['{"response":"failed"}', { ok: false, why: "refused: failed" }],
		[
			'{"response":"failed","redirect":{"revision":3,"address":"proxy2:10051"}}',
			{ ok: false, why: "the proxy sends us on to proxy2:10051: name that one as server" },
		],
		[info("fine"), { ok: false, why: "the answer says nothing about the values: fine" }],
		['{"response":"success"}', { ok: false, why: "the answer says nothing about the values: " }],
		["[]", { ok: false, why: "refused: undefined" }],
		["null", { ok: false, why: "the answer is no object" }],
		["oops", { ok: false, why: "the answer is no JSON" }],
	])("%s", (text, expected) => {
		expect(readSenderAnswer(text)).toEqual(expected);
	});
});
