import { expect, test } from "vitest";
import { type FailedRequest, networkFault, type Phase, timeoutFault } from "../../src/dss/errors.ts";

const during = (phase: Phase): FailedRequest => ({ phase, host: "dss:443", elapsedMs: 10_000, received: 12 });
const failed = (code: string, message = `something ${code}`) => Object.assign(new Error(message), { code });

const TABLE: readonly (readonly [code: string, phase: Phase, blamed: string])[] = [
	["ENOTFOUND", "dns", "dns_not_found"],
	["EAI_AGAIN", "dns", "prober_resolver"],
	["EAI_FAIL", "dns", "prober_resolver"],
	["ESERVFAIL", "dns", "prober_resolver"],
	["ECONNREFUSED", "connect", "connection_refused"],
	["ETIMEDOUT", "connect", "connect_timeout"],
	["UND_ERR_CONNECT_TIMEOUT", "connect", "connect_timeout"],
	["EHOSTUNREACH", "connect", "host_unreachable"],
	["ENETUNREACH", "connect", "host_unreachable"],
	["EMFILE", "connect", "prober_files"],
	["ENFILE", "connect", "prober_files"],
	["EADDRNOTAVAIL", "connect", "prober_files"],
	["ENOBUFS", "connect", "prober_files"],
	["EPERM", "connect", "prober_misconfigured"],
	["ECONNRESET", "connect", "connection_reset"],
	["ECONNRESET", "tls", "connection_reset"],
	["ECONNRESET", "waiting", "connection_reset"],
	["UND_ERR_SOCKET", "waiting", "connection_reset"],
	["EPIPE", "waiting", "connection_reset"],
	["ETIMEDOUT", "waiting", "connection_reset"],
	["ECONNRESET", "body", "reply_truncated"],
	["UND_ERR_SOCKET", "body", "reply_truncated"],
	["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "body", "reply_truncated"],
	["HPE_INVALID_EOF_STATE", "body", "reply_truncated"],
	["HPE_INVALID_CONSTANT", "waiting", "not_http"],
	["UND_ERR_HEADERS_TIMEOUT", "waiting", "backend_hanging"],
	["UND_ERR_BODY_TIMEOUT", "body", "backend_hanging"],
	["UND_ERR_HEADERS_OVERFLOW", "waiting", "reply_too_large"],
	["UND_ERR_RES_EXCEEDED_MAX_SIZE", "body", "reply_too_large"],
	["CERT_HAS_EXPIRED", "tls", "certificate_expired"],
	["CERT_NOT_YET_VALID", "tls", "certificate_not_yet_valid"],
	["DEPTH_ZERO_SELF_SIGNED_CERT", "tls", "certificate_untrusted"],
	["SELF_SIGNED_CERT_IN_CHAIN", "tls", "certificate_untrusted"],
	["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls", "certificate_untrusted"],
	["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls", "certificate_untrusted"],
	["ERR_TLS_CERT_ALTNAME_INVALID", "tls", "certificate_hostname"],
	["ERR_SSL_WRONG_VERSION_NUMBER", "tls", "tls_failed"],
	["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "waiting", "tls_failed"],
	["EPROTO", "tls", "tls_failed"],
];

test.for(TABLE)("%s while %s blames %s", ([code, phase, blamed]) => {
	expect(networkFault(failed(code), during(phase)).code).toBe(blamed);
});

test.for([
	["dns", "prober_resolver"],
	["connect", "connect_timeout"],
	["tls", "tls_failed"],
	["waiting", "backend_hanging"],
	["body", "backend_hanging"],
] as const)("time that runs out during %s blames %s", ([phase, blamed]) => {
	const fault = timeoutFault(during(phase));
	expect(fault.code).toBe(blamed);
	expect(fault.text).toContain("dss:443");
	expect(fault.text).toContain("10 s");
});

test("of the errors of several addresses the one speaks that says most about the host", () => {
	const both = (...codes: string[]) => new AggregateError(codes.map((code) => failed(code)));
	expect(networkFault(both("ENETUNREACH", "ECONNREFUSED"), during("connect")).code).toBe("connection_refused");
	expect(networkFault(both("EADDRNOTAVAIL", "ETIMEDOUT"), during("connect")).code).toBe("connect_timeout");
	expect(networkFault(both("ENETUNREACH", "EHOSTUNREACH"), during("connect")).code).toBe("host_unreachable");
});

test("the evidence is one short line with the code, the host and what was under way", () => {
	const { text } = networkFault(failed("ECONNRESET", `read\n${"x".repeat(5_000)}`), during("waiting"));
	expect(text).toMatch(/^dss:443: read x/);
	expect(text).not.toContain("\n");
	expect(text.length).toBeLessThanOrEqual(1_000);
	expect(networkFault(failed("ECONNRESET", "cut"), during("tls")).text).toBe(
		"dss:443: cut (ECONNRESET), during the TLS handshake",
	);
});

test("OpenSSL's words are freed from file names and numbers", () => {
	const long = "40C7F0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../record.c:354:\n";
	expect(networkFault(failed("ERR_SSL_WRONG_VERSION_NUMBER", long), during("tls")).text).toBe(
		"dss:443: wrong version number (ERR_SSL_WRONG_VERSION_NUMBER), during the TLS handshake",
	);
});

test("what is thrown without a code, or is no error at all, still becomes a fault", () => {
	expect(networkFault(new Error("closed"), during("waiting")).code).toBe("connection_reset");
	expect(networkFault("closed", during("body")).code).toBe("reply_truncated");
});
