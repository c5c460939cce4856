import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Reading the trusted certificates costs milliseconds, so it is done once per authority and not per connection. */
const contexts = new Map<string | undefined, SecureContext>();

/**
 * The TLS settings that trust an authority.
 *
 * @param ca PEM text; undefined for the authorities that Node brings along
 * @throws an error with code BAD_AUTHORITY where the text holds no readable certificate: Node itself would ignore that, and
 * then blame the server
 */
export function contextFor(ca: string | undefined): SecureContext {
	let context = contexts.get(ca);
	if (!context) {
		if (ca !== undefined) checkAuthority(ca);
		context = createSecureContext(ca === undefined ? {} : { ca });
		contexts.set(ca, context);
	}
	return context;
}

function checkAuthority(ca: string): void {
	try {
		const blocks = ca.match(BLOCK);
		if (!blocks) throw new Error("no PEM block CERTIFICATE");
		for (const block of blocks) new X509Certificate(block);
	} catch (cause) {
		const words = cause instanceof Error ? cause.message : String(cause);
		const error = new Error(`the file of tls.ca holds no readable certificate: ${words}`, { cause });
		throw Object.assign(error, { code: "BAD_AUTHORITY" });
	}
}
