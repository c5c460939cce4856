import { createHmac } from "node:crypto";

/** Marks a signing key that is written in base64, as the Standard Webhooks specification has it. */
const PREFIX = "whsec_";

/**
 * Signs a webhook as the Standard Webhooks specification asks: HMAC-SHA256 over `id.timestamp.body`.
 *
 * @param secret `whsec_` and the key in base64, or any other text, whose bytes are then the key
 * @param timestamp seconds since 1970 UTC of this attempt
 * @returns the value of the header webhook-signature
 */
export function sign(secret: string, id: string, timestamp: number, body: string): string {
	const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), "base64") : Buffer.from(secret);
	return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}
