import { decoded } from "./hide.ts";

/** Where and how mail is handed over, read from an address such as `smtp://user:pass@mail:587?requireTLS=true`. */
export interface SmtpAddress {
	readonly host: string;
	readonly port: number;
	/** TLS from the first byte (smtps). */
	readonly secure: boolean;
	/** Refuse to go on without STARTTLS. */
	readonly requireTls: boolean;
	/** Do not use STARTTLS even where it is offered. */
	readonly ignoreTls: boolean;
	/** What the program calls itself in EHLO; default: the name of the machine. */
	readonly ehlo?: string;
	readonly user?: string;
	readonly password?: string;
}

const PARAMETERS = ["requireTLS", "ignoreTLS", "name"] as const;

/** Says what is wrong with an SMTP address, without repeating any of it. */
export function smtpProblem(url: URL): string | undefined {
	if (!/^smtps?:$/.test(url.protocol)) return "is not an smtp:// or smtps:// address";
	if (url.hostname === "") return "names no host";
	if (!/^\/?$/.test(url.pathname)) return "has a path, which means nothing for mail";
	for (const [key, value] of url.searchParams) {
		if (!PARAMETERS.some((known) => known === key))
			return `has an unknown parameter; known are ${PARAMETERS.join(", ")}`;
		if (key !== "name" && !/^(?:true|false)$/.test(value)) return `needs true or false for ${key}`;
		if (key === "name" && !/^[\w.:[\]-]+$/.test(value)) return "needs a host name for name";
	}
	const { requireTls, ignoreTls } = parseSmtpAddress(url.href);
	return requireTls && ignoreTls
		? "asks for requireTLS and ignoreTLS at once, or sends a password without TLS"
		: undefined;
}

/**
 * Reads an SMTP address that `smtpProblem` found nothing wrong with.
 *
 * A password leaves this machine only inside TLS: with a user in the address STARTTLS is required, unless the host is
 * this machine or the address says `requireTLS=false`. Ports default to 587 (RFC 6409), with smtps to 465 (RFC 8314).
 */
export function parseSmtpAddress(address: string): SmtpAddress {
	const url = new URL(address);
	const secure = url.protocol === "smtps:";
	const host = url.hostname.replace(/^\[|\]$/g, "");
	const required = url.searchParams.get("requireTLS");
	const isLocal = /^(?:localhost|127\.[\d.]+|::1)$/.test(host);
	const ehlo = url.searchParams.get("name");
	return {
		host: decoded(host),
		port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
		secure,
		requireTls: !secure && (required === null ? url.username !== "" && !isLocal : required === "true"),
		ignoreTls: url.searchParams.get("ignoreTLS") === "true",
		...(ehlo === null ? {} : { ehlo }),
		...(url.username === "" ? {} : { user: decoded(url.username), password: decoded(url.password) }),
	};
}
