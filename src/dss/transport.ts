import type { IncomingHttpHeaders } from "node:http";
import type { LookupFunction } from "node:net";
import type { Dispatcher } from "undici";
import type { Clock, Timer } from "../clock.ts";
import type { Fault } from "../model/sample.ts";
import { bytesText } from "../model/size.ts";
import { decodeBody } from "./decode.ts";
import { type FailedRequest, networkFault, type Phase, timeoutFault } from "./errors.ts";
import type { Instance } from "./instance.ts";
import { keepLine, takeLine } from "./kept.ts";
import { type Line, lineKey, openLine } from "./line.ts";
import type { Exchange, Progress, Reply } from "./reply.ts";
import { divide, NO_TIME } from "./timings.ts";

/** `fresh` measures the whole way each time; `reuse` keeps the connection for the next request to the same server. */
export type Connection = "fresh" | "reuse";

/** Bounds of one request, ms; one that is left out does not apply. The signal bounds it in any case. */
interface Timeouts {
	/** Name, TCP and TLS together. */
	readonly connectMs?: number;
	/** From the connection to the head of the answer. */
	readonly headersMs?: number;
	/** From the head of the answer to its last byte. */
	readonly bodyMs?: number;
	readonly totalMs?: number;
}

export interface RequestOptions {
	/** Absolute; user and password in it are not sent. */
	readonly url: string;
	readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
	readonly tls: Instance["tls"];
	readonly signal: AbortSignal;
	readonly clock: Clock;
	readonly timeouts?: Timeouts;
	/** Largest body, bytes, received and unpacked. Default: 1 MiB. */
	readonly maxBody?: number;
	/** Only about so many bytes at the end of the body are kept. Default: all. */
	readonly keepLast?: number;
	readonly connection: Connection;
	/** How names are found. Default: the system's resolver. */
	readonly lookup?: LookupFunction;
}

export const DEFAULT_MAX_BODY = 1_048_576;

/**
 * Sends one request and reads the whole answer. Never follows a redirect, never throws for what a network or a server does.
 * A body above `maxBody` is cut off while it streams, so memory stays flat.
 *
 * On a connection that was kept, a GET or HEAD that the server cut before answering is sent once more on a fresh one:
 * servers close idle connections at their own time, which is no fault. Other methods never use a kept connection.
 */
export async function request(options: RequestOptions): Promise<Exchange> {
	const origin = URL.parse(options.url);
	if (origin === null)
		return unsent({ code: "prober_misconfigured", text: "the address of the request is not a valid URL" });
	if (!/^https?:$/.test(origin.protocol)) {
		return unsent({ code: "prober_misconfigured", text: `cannot speak ${origin.protocol}` });
	}
	if (options.signal.aborted) return unsent({ code: "prober_stalled", text: "not sent: the time was already over" });
	const { tls, clock, lookup, connection } = options;
	const repeatable = options.method === "GET" || options.method === "HEAD";
	if (connection === "reuse" && repeatable) {
		const kept = takeLine(lineKey(origin, tls));
		if (kept) {
			const exchange = await send(kept, origin, options, clock.monotonic());
			const cut = !exchange.ok && exchange.fault.code === "connection_reset";
			if (!cut || options.signal.aborted) return exchange;
		}
	}
	const start = clock.monotonic();
	return send(openLine({ origin, tls, clock, start, ...(lookup && { lookup }) }), origin, options, start);
}

function unsent(fault: Fault): Exchange {
	return { ok: false, fault, progress: { timings: NO_TIME } };
}

function send(line: Line, url: URL, options: RequestOptions, start: number): Promise<Exchange> {
	const { clock, signal, timeouts = {}, maxBody = DEFAULT_MAX_BODY, keepLast = Number.POSITIVE_INFINITY } = options;
	const { promise, resolve } = Promise.withResolvers<Exchange>();
	const fresh = line.used === 0;
	line.used += 1;
	const chunks: Buffer[] = [];
	let received = 0;
	let kept = 0;
	let status: number | undefined;
	let headers: Readonly<Record<string, string>> | undefined;
	let isSent = false;
	let firstByteAt: number | undefined;
	let isSettled = false;
	let stepTimer: Timer | undefined;
	let totalTimer: Timer | undefined;

	/** Bounds the step that begins, and no longer the one before it. */
	function bound(ms: number | undefined): void {
		stepTimer?.cancel();
		stepTimer = ms === undefined ? undefined : clock.after(ms, expire);
	}

	function expire(): void {
		fail(timeoutFault(state()));
	}

	function phase(): Phase {
		if (status !== undefined) return "body";
		if (isSent || !fresh) return "waiting";
		if (line.marks.dns === undefined) return "dns";
		return line.marks.connect === undefined ? "connect" : "tls";
	}

	function state(): FailedRequest {
		return { phase: phase(), host: url.host, elapsedMs: clock.monotonic() - start, received };
	}

	function timings() {
		return divide(start, fresh ? line.marks : undefined, firstByteAt, clock.monotonic());
	}

	function settle(exchange: Exchange): void {
		isSettled = true;
		stepTimer?.cancel();
		totalTimer?.cancel();
		signal.removeEventListener("abort", expire);
		resolve(exchange);
	}

	function fail(fault: Fault): void {
		if (isSettled) return;
		const progress: Progress = {
			timings: timings(),
			...(status !== undefined && { status }),
			...(headers && { headers }),
			...(line.certificate && { certificate: line.certificate }),
		};
		settle({ ok: false, fault, progress });
		line.cut();
	}

	function keep(chunk: Buffer): void {
		chunks.push(chunk);
		kept += chunk.length;
		while (kept - (chunks[0]?.length ?? 0) >= keepLast) kept -= chunks.shift()?.length ?? 0;
	}

	function tooLarge(bytes: number): void {
		fail({
			code: "reply_too_large",
			text: `${url.host}: body of ${bytesText(bytes)} or more, allowed are ${bytesText(maxBody)}`,
		});
	}

	function finish(): void {
		if (isSettled || status === undefined || headers === undefined) return;
		const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, kept);
		const decoded = decodeBody(whole, headers["content-encoding"], maxBody);
		if (!decoded.ok) {
			fail(decoded.fault);
			return;
		}
		if (options.connection === "fresh") withoutStacks();
		const version = headers["dss-version"];
		const reply: Reply = {
			status,
			headers,
			body: decoded.body,
			timings: timings(),
			...(line.certificate && { certificate: line.certificate }),
			...(version !== undefined && { dssVersion: version }),
		};
		settle({ ok: true, reply });
		// A fresh line was asked to close after the answer and does so by itself.
		if (options.connection === "reuse") keepLine(line);
	}

	const handler: Dispatcher.DispatchHandler = {
		onRequestStart() {
			if (isSettled) return;
			isSent = true;
			bound(timeouts.headersMs);
		},
		onResponseStarted() {
			firstByteAt ??= clock.monotonic();
		},
		onResponseStart(_controller, code, given) {
			// 1xx only announces the answer.
			if (isSettled || code < 200) return;
			status = code;
			headers = flat(given);
			const announced = Number(headers["content-length"]);
			if (options.method !== "HEAD" && announced > maxBody) tooLarge(announced);
			else bound(timeouts.bodyMs);
		},
		onResponseData(_controller, chunk) {
			if (isSettled) return;
			received += chunk.length;
			if (received > maxBody) tooLarge(received);
			else keep(chunk);
		},
		onResponseEnd: finish,
		onResponseError(_controller, error) {
			fail(networkFault(error, state()));
		},
	};

	signal.addEventListener("abort", expire, { once: true });
	if (timeouts.totalMs !== undefined) totalTimer = clock.after(timeouts.totalMs, expire);
	if (fresh) bound(timeouts.connectMs);
	line.client.dispatch(
		{
			path: `${url.pathname}${url.search}`,
			method: options.method,
			headers: { "user-agent": "dss-probe", "accept-encoding": "identity", ...options.headers },
			...(options.body !== undefined && { body: options.body }),
			reset: options.connection === "fresh",
		},
		handler,
	);
	return promise;
}

const STACK_DEPTH = Error.stackTraceLimit;

/**
 * Errors that are made before this callback of undici's ends carry no stack: undici makes one for every connection that
 * ends as it was asked to, and the stack that nobody reads costs a tenth of the whole probe.
 */
function withoutStacks(): void {
	Error.stackTraceLimit = 0;
	queueMicrotask(() => {
		Error.stackTraceLimit = STACK_DEPTH;
	});
}

/** undici lists the values of a repeated header; here they are one text (RFC 9110, 5.3). */
function flat(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
	const joined: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		if (value !== undefined) joined[name] = typeof value === "string" ? value : value.join(", ");
	}
	return joined;
}
