import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Clock } from "../clock.ts";
import type { Secret } from "../model/secret.ts";
import type { Address } from "./zabbix-options.ts";
import {
	encodePacket,
	readPacket,
	readSenderAnswer,
	type SenderAnswer,
	senderData,
	type TrapperValue,
} from "./zabbix-protocol.ts";

/** How to talk to it. */
export interface LineOptions {
	readonly sourceIp?: string;
	readonly timeoutMs: number;
	readonly tls?: {
		/** PEM texts. */
		readonly ca?: string;
		readonly cert?: string;
		readonly key?: Secret;
		readonly verify: boolean;
		readonly serverName?: string;
	};
	readonly psk?: { readonly identity: string; readonly key: Secret };
}

/**
 * What Zabbix offers with a pre-shared key, whether built with OpenSSL or GnuTLS. TLS 1.2, because there a suite says by
 * itself that the key, and no certificate, proves who is there.
 */
const PSK_SUITES =
	"ECDHE-PSK-AES128-CBC-SHA256:ECDHE-PSK-AES128-CBC-SHA:PSK-AES128-GCM-SHA256:PSK-AES128-CBC-SHA256:PSK-AES128-CBC-SHA";

/**
 * Sends one request of values over a connection of its own, as the protocol wants it. Never throws: what goes wrong is told
 * in words.
 */
export function sendValues(
	to: Address,
	values: readonly TrapperValue[],
	options: LineOptions,
	around: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<SenderAnswer> {
	const { promise, resolve } = Promise.withResolvers<SenderAnswer>();
	const packet = encodePacket(senderData(values));
	let socket: Socket | undefined;
	let received: Buffer = Buffer.alloc(0);
	const end = (answer: SenderAnswer): void => {
		timer.cancel();
		around.signal.removeEventListener("abort", abort);
		socket?.destroy();
		resolve(answer);
	};
	const fail = (why: string): void => end({ ok: false, why });
	const abort = (): void => fail("dss-probe stops");
	const timer = around.clock.after(options.timeoutMs, () => fail(`no answer within ${options.timeoutMs / 1_000} s`), {
		background: true,
	});
	around.signal.addEventListener("abort", abort, { once: true });
	if (around.signal.aborted) {
		abort();
		return promise;
	}
	try {
		socket = open(to, options);
	} catch (error) {
		fail(describe(error));
		return promise;
	}
	socket.on("error", (error) => fail(describe(error)));
	socket.once(options.tls || options.psk ? "secureConnect" : "connect", () => socket?.end(packet));
	socket.on("data", (part: Buffer) => {
		received = received.length === 0 ? part : Buffer.concat([received, part]);
		const reading = readPacket(received);
		if (reading.state === "wrong") fail(reading.why);
		else if (reading.state === "whole") end(readSenderAnswer(reading.text));
	});
	socket.on("close", () => {
		fail(received.length === 0 ? "the connection was closed without an answer" : "the answer is cut off");
	});
	return promise;
}

function open({ host, port }: Address, { sourceIp, tls, psk }: LineOptions): Socket | TLSSocket {
	const where = { host, port, ...(sourceIp !== undefined && { localAddress: sourceIp }) };
	if (psk) {
		return connectTls({
			...where,
			minVersion: "TLSv1.2",
			maxVersion: "TLSv1.2",
			ciphers: PSK_SUITES,
			pskCallback: () => ({ identity: psk.identity, psk: Buffer.from(psk.key.reveal(), "hex") }),
			// There is no certificate whose name could be compared; both sides have proven that they hold the key.
			checkServerIdentity: () => undefined,
		});
	}
	if (!tls) return connect(where);
	return connectTls({
		...where,
		servername: tls.serverName ?? (/^[\d.]+$|:/.test(host) ? "" : host),
		rejectUnauthorized: tls.verify,
		...(tls.ca !== undefined && { ca: tls.ca }),
		...(tls.cert !== undefined && { cert: tls.cert }),
		...(tls.key && { key: tls.key.reveal() }),
	});
}

function describe(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { code } = error as NodeJS.ErrnoException;
	// Several addresses were tried, and the message of the whole is empty.
	const [first] = error instanceof AggregateError ? error.errors : [];
	const words = error.message || (first instanceof Error ? first.message : "");
	return words || code || error.name;
}
