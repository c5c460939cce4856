import type { CauseCode } from "../model/cause.ts";
import { formatDuration } from "../model/duration.ts";
import type { Fault } from "../model/sample.ts";
import { evidence } from "./evidence.ts";

/** The part of a request that was under way. They follow each other; the last two follow the sending. */
export type Phase = "dns" | "connect" | "tls" | "waiting" | "body";

/** What is known of a request when it fails. */
export interface FailedRequest {
	readonly phase: Phase;
	/** `host:port`, without credentials. */
	readonly host: string;
	/** From the start of the request, ms. */
	readonly elapsedMs: number;
	/** Body bytes received so far. */
	readonly received: number;
}

/** Certificates that no authority of ours stands behind: OpenSSL's names as Node reports them. */
const UNTRUSTED = [
	"DEPTH_ZERO_SELF_SIGNED_CERT",
	"SELF_SIGNED_CERT_IN_CHAIN",
	"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
	"UNABLE_TO_GET_ISSUER_CERT",
	"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
	"UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
	"CERT_CHAIN_TOO_LONG",
	"CERT_REVOKED",
	"CERT_REJECTED",
	"CERT_UNTRUSTED",
	"CERT_SIGNATURE_FAILURE",
	"INVALID_CA",
	"INVALID_PURPOSE",
	"PATH_LENGTH_EXCEEDED",
] as const;

/** Codes that mean one thing, whatever was under way. */
const BY_CODE: Readonly<Record<string, CauseCode>> = {
	ENOTFOUND: "dns_not_found",
	// The resolver could not say. That it answers for others is unknown here, so the target is not accused.
	EAI_AGAIN: "prober_resolver",
	EAI_FAIL: "prober_resolver",
	EAI_MEMORY: "prober_files",
	ECONNREFUSED: "connection_refused",
	EHOSTUNREACH: "host_unreachable",
	ENETUNREACH: "host_unreachable",
	EHOSTDOWN: "host_unreachable",
	ENETDOWN: "host_unreachable",
	UND_ERR_CONNECT_TIMEOUT: "connect_timeout",
	EMFILE: "prober_files",
	ENFILE: "prober_files",
	EADDRNOTAVAIL: "prober_files",
	ENOBUFS: "prober_files",
	ENOMEM: "prober_files",
	// A firewall on the prober's own machine answers so.
	EPERM: "prober_misconfigured",
	EACCES: "prober_misconfigured",
	// A header or a path that cannot be sent.
	UND_ERR_INVALID_ARG: "prober_misconfigured",
	// The file of tls.ca, see trust.ts.
	BAD_AUTHORITY: "prober_misconfigured",
	CERT_HAS_EXPIRED: "certificate_expired",
	CERT_NOT_YET_VALID: "certificate_not_yet_valid",
	ERR_TLS_CERT_ALTNAME_INVALID: "certificate_hostname",
	HOSTNAME_MISMATCH: "certificate_hostname",
	UND_ERR_HEADERS_OVERFLOW: "reply_too_large",
	UND_ERR_RES_EXCEEDED_MAX_SIZE: "reply_too_large",
	UND_ERR_HEADERS_TIMEOUT: "backend_hanging",
	UND_ERR_BODY_TIMEOUT: "backend_hanging",
	...Object.fromEntries(UNTRUSTED.map((code) => [code, "certificate_untrusted"] as const)),
};

/** Codes that only say "this address is out of reach", which matters little while another address of the host answered. */
const NO_ROUTE = ["ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"];

/** Blames a failed request: the error of the system, of TLS or of the HTTP parser in, a fault out. */
export function networkFault(error: unknown, request: FailedRequest): Fault {
	const told = telling(error);
	const code = codeOf(told);
	return { code: blame(code, request.phase), text: describe(told, code, request) };
}

/** Blames the phase that was under way when the time was up. */
export function timeoutFault(request: FailedRequest): Fault {
	const { phase, host, received } = request;
	const after = formatDuration(request.elapsedMs);
	switch (phase) {
		case "dns":
			return { code: "prober_resolver", text: evidence(`the resolver did not answer for ${host} within ${after}`) };
		case "connect":
			return { code: "connect_timeout", text: evidence(`no connection to ${host} within ${after}`) };
		case "tls":
			return { code: "tls_failed", text: evidence(`TLS handshake with ${host} not finished within ${after}`) };
		case "waiting":
			return { code: "backend_hanging", text: evidence(`${host} accepted the request; no answer within ${after}`) };
		case "body":
			return {
				code: "backend_hanging",
				text: evidence(`${host}: the body stalled: ${received} bytes, then not finished within ${after}`),
			};
	}
}

/** Of the errors of several addresses, the one that says most about the host. */
function telling(error: unknown): unknown {
	if (!(error instanceof AggregateError) || error.errors.length === 0) return error;
	return error.errors.find((one) => !NO_ROUTE.includes(codeOf(one))) ?? error.errors[0];
}

function codeOf(error: unknown): string {
	// undici's parser knows the reason in words only.
	if (error instanceof Error && error.name === "HTTPParserError") return "HPE";
	return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function blame(code: string, phase: Phase): CauseCode {
	if (code === "ETIMEDOUT") return phase === "connect" || phase === "dns" ? "connect_timeout" : "connection_reset";
	const known = BY_CODE[code];
	if (known) return known;
	if (phase === "dns") return "prober_resolver";
	if (phase === "body") return "reply_truncated";
	if (code.startsWith("HPE")) return "not_http";
	if (code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_") || code === "EPROTO") return "tls_failed";
	if (code.startsWith("ERR_OSSL_")) return "prober_misconfigured";
	return "connection_reset";
}

function describe(error: unknown, code: string, { phase, host, received }: FailedRequest): string {
	const words = error instanceof Error ? error.message : String(error);
	// OpenSSL puts thread, file and line around its words: "80E2…:error:0A00010B:SSL routines:fn:wrong version number:file:359:".
	const plain = words.replace(/^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]*):.*$/is, "$1");
	const where: Readonly<Record<Phase, string>> = {
		dns: "looking up the name",
		connect: "connecting",
		tls: "during the TLS handshake",
		waiting: "before the answer",
		body: `after ${received} bytes of the body`,
	};
	if (code === "UND_ERR_INVALID_ARG" || code === "BAD_AUTHORITY")
		return evidence(`${host}: the request cannot be sent: ${plain}`);
	const named = code && !plain.includes(code) && !/^(?:UND_ERR|HPE)/.test(code) ? `${plain} (${code})` : plain;
	return evidence(`${host}: ${named}, ${where[phase]}`);
}
