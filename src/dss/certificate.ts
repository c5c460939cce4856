import type { PeerCertificate, TLSSocket } from "node:tls";
import { type Clock, isoTime } from "../clock.ts";
import { DAY_MS } from "../model/duration.ts";
import type { Certificate } from "./reply.ts";

/** Reads how long the server's certificate is still good; undefined where it shows none. */
export function certificateOf(socket: TLSSocket, clock: Clock): Certificate | undefined {
	const validTo = Date.parse(socket.getPeerCertificate().valid_to);
	return Number.isNaN(validTo) ? undefined : { validTo, daysLeft: (validTo - clock.now()) / DAY_MS };
}

/**
 * The error of a server whose certificate was not accepted, in words that say what was seen: names and dates of the
 * certificate, not only OpenSSL's opinion.
 *
 * @param host the name that was asked for
 */
export function refusedCertificate(socket: TLSSocket, host: string): Error & { code: string } {
	const code = String(socket.authorizationError);
	const shown = socket.getPeerCertificate();
	return Object.assign(new Error(words(code, shown, host)), { code });
}

function words(code: string, shown: PeerCertificate, host: string): string {
	switch (code) {
		case "ERR_TLS_CERT_ALTNAME_INVALID":
			return `the certificate is for ${namesOf(shown)}, asked was ${host}`;
		case "CERT_HAS_EXPIRED":
			return `the certificate of ${namesOf(shown)} ended ${moment(shown.valid_to)}, or one above it did`;
		case "CERT_NOT_YET_VALID":
			return `the certificate of ${namesOf(shown)} begins ${moment(shown.valid_from)}, or one above it later`;
		default:
			return `the certificate of ${namesOf(shown)}, issued by ${one(shown.issuer?.CN) ?? "an unnamed authority"}, is not trusted`;
	}
}

function namesOf(shown: PeerCertificate): string {
	return shown.subjectaltname?.replace(/\b(?:DNS|IP Address):/g, "") ?? one(shown.subject?.CN) ?? "an unnamed server";
}

function one(name: string | string[] | undefined): string | undefined {
	return Array.isArray(name) ? name[0] : name;
}

function moment(text: string): string {
	const at = Date.parse(text);
	return Number.isNaN(at) ? text : isoTime(at);
}
