import type { Fault } from "../model/sample.ts";

/**
 * Where the time of one request went, in seconds. The five phases follow each other without gap or overlap:
 * dns + connect + tls + firstByte + transfer = total. A phase that was not reached, or not needed, is 0.
 */
export interface Timings {
	/** Looking up the host name. 0 for an address, and on a connection that was kept. */
	readonly dns: number;
	/** TCP handshake. 0 on a connection that was kept. */
	readonly connect: number;
	/** TLS handshake. 0 over plain HTTP, and on a connection that was kept. */
	readonly tls: number;
	/** From sending the request to the first byte of the answer. */
	readonly firstByte: number;
	/** From the first byte of the answer to its last. */
	readonly transfer: number;
	readonly total: number;
}

/** The server's own certificate. */
export interface Certificate {
	/** Its last moment, ms since 1970 UTC. */
	readonly validTo: number;
	/** Days until then, with fractions; negative once it is over. */
	readonly daysLeft: number;
}

/** A whole HTTP answer, whatever its status. */
export interface Reply {
	readonly status: number;
	/** Names in lower case; a repeated header is joined with ", ". */
	readonly headers: Readonly<Record<string, string>>;
	/** Decoded: never compressed. */
	readonly body: Buffer;
	readonly timings: Timings;
	readonly certificate?: Certificate;
	/** The backend's version, from the header DSS-Version of every API answer. */
	readonly dssVersion?: string;
}

/** How far a request came that got no whole answer. */
export interface Progress {
	readonly timings: Timings;
	/** Present where the head of an answer was seen. */
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly certificate?: Certificate;
}

export type Exchange =
	| { readonly ok: true; readonly reply: Reply }
	| { readonly ok: false; readonly fault: Fault; readonly progress: Progress };
