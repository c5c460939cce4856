import { isIP, type LookupFunction, connect as openTcp, type Socket } from "node:net";
import { connect as openTls, type TLSSocket } from "node:tls";
import type { Client } from "undici";
import UndiciClient from "undici/lib/dispatcher/client.js";
import type { Clock } from "../clock.ts";
import { certificateOf, refusedCertificate } from "./certificate.ts";
import type { Instance } from "./instance.ts";
import type { Certificate } from "./reply.ts";
import type { Marks } from "./timings.ts";
import { contextFor } from "./trust.ts";

/** One connection to one server: an undici client that never opens a second one, and when its steps were done. */
export interface Line {
	readonly client: Client;
	/** The same for all lines that may take each other's place. */
	readonly key: string;
	readonly marks: Marks;
	certificate?: Certificate;
	/** How many requests were sent over it. */
	used: number;
	/** True once the connection is gone. */
	dead: boolean;
	/** Cuts the connection, also a half-open one. */
	cut(): void;
}

export interface LineOptions {
	readonly origin: URL;
	readonly tls: Instance["tls"];
	readonly clock: Clock;
	/** Start of the request that opens it, on the monotonic clock, ms. */
	readonly start: number;
	/** How names are found. Default: the system's resolver. */
	readonly lookup?: LookupFunction;
}

/** Largest head of an answer, bytes: four times what Node's own client accepts. */
const MAX_HEAD = 65_536;

/** How long a kept connection may idle when the server says nothing about it: below nginx's default of 75 s. */
const KEEP_MS = 65_000;

/** What tells lines apart that must not take each other's place. */
export function lineKey(origin: URL, tls: Instance["tls"]): string {
	return `${origin.origin} ${tls.verify} ${tls.ca ?? ""}`;
}

/** Prepares a connection; it is opened by the first request. */
export function openLine({ origin, tls, clock, start, lookup }: LineOptions): Line {
	const host = origin.hostname.replace(/^\[|\]$/g, "");
	const secure = origin.protocol === "https:";
	const port = Number(origin.port) || (secure ? 443 : 80);
	const isAddress = isIP(host) !== 0;
	const marks: Marks = { dns: isAddress ? start : undefined, connect: undefined, tls: undefined };
	let socket: Socket | undefined;

	const client = new UndiciClient(origin.origin, {
		connect(_target, done) {
			if (socket) {
				// undici would open another connection for a request that the lost one never took, over and over.
				done(lossOf(socket), null);
				return;
			}
			const target = { host, port, noDelay: true, ...(lookup && { lookup }) };
			const opened = secure ? tlsSocket(target) : openTcp(target);
			socket = opened;
			if (!isAddress) {
				opened.once("lookup", (error) => {
					if (!error) marks.dns ??= clock.monotonic();
				});
			}
			const failed = (error: Error) => {
				line.dead = true;
				done(error, null);
			};
			opened.once("error", failed);
			opened.once("connect", () => {
				marks.connect = clock.monotonic();
				if (secure) return;
				marks.tls = marks.connect;
				ready();
			});
			if (secure) opened.once("secureConnect", () => judge(opened as TLSSocket));

			function ready() {
				opened.off("error", failed);
				done(null, opened);
			}

			function judge(encrypted: TLSSocket) {
				marks.tls = clock.monotonic();
				const certificate = certificateOf(encrypted, clock);
				if (certificate) line.certificate = certificate;
				if (encrypted.authorized || !tls.verify) {
					ready();
					return;
				}
				const refused = refusedCertificate(encrypted, host);
				encrypted.destroy();
				failed(refused);
			}
		},
		pipelining: 1,
		allowH2: false,
		maxHeaderSize: MAX_HEAD,
		// The request's own timers cut it off; undici's would only add their cost.
		headersTimeout: 0,
		bodyTimeout: 0,
		keepAliveTimeout: KEEP_MS,
	});

	/** The handshake is finished before the certificate is judged, so that a refused one can be described. */
	function tlsSocket(target: { host: string; port: number }): TLSSocket {
		return openTls({
			...target,
			...(!isAddress && { servername: host }),
			secureContext: contextFor(tls.ca),
			rejectUnauthorized: false,
			ALPNProtocols: ["http/1.1"],
		});
	}

	const line: Line = {
		client,
		key: lineKey(origin, tls),
		marks,
		used: 0,
		dead: false,
		cut() {
			line.dead = true;
			socket?.on("error", ignore).destroy();
			client.destroy(ignore);
		},
	};
	client.on("disconnect", () => {
		line.dead = true;
	});
	return line;
}

/** Why a connection was lost before it took the request. undici only gives up on errors other than its own socket errors. */
function lossOf({ errored }: Socket): Error {
	if (errored?.name === "HTTPParserError") return errored;
	return Object.assign(new Error(errored?.message ?? "closed by the other side"), { code: "ECONNRESET" });
}

function ignore(): void {}
