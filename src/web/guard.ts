import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../model/secret.ts";

/**
 * Builds the question whether a request shows the token: as `Bearer TOKEN`, or as the password of Basic credentials
 * with any user name, which is what browsers ask their user for (RFC 6750, RFC 7617). Takes the same time whatever
 * is wrong with the answer.
 */
export function createTokenGuard(token: Secret): (authorization: string | undefined) => boolean {
	const wanted = digest(token.reveal());
	return (authorization) => {
		const [, scheme = "", credentials = ""] = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? "") ?? [];
		const given =
			scheme.toLowerCase() === "basic"
				? Buffer.from(credentials, "base64")
						.toString()
						.replace(/^[^:]*:/, "")
				: credentials;
		return timingSafeEqual(digest(given), wanted);
	};
}

function digest(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}

/** Whether a host name or address means this machine alone. */
export function isLoopback(host: string): boolean {
	return host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host) || /^(?:.+\.)?localhost$/i.test(host);
}

/**
 * Whether a request's Host header names this machine. A page of a stranger can make its reader's browser ask for our
 * address under the stranger's own name (DNS rebinding) and then read the answer; the Host header gives it away.
 */
export function isOwnHost(header: string | undefined): boolean {
	const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(header ?? "") ?? [];
	return isLoopback(bracketed ?? plain ?? "");
}
