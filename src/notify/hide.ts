import { type Redact, redactor } from "../model/secret.ts";
import type { Outcome } from "./channel.ts";

/** Shorter parts of a path are words, not tokens. */
const SHORTEST_TOKEN = 8;

/**
 * Builds the redaction of a channel's error texts from the address it sends to: user, password, query and the long parts
 * of the path may each be a token, and a receiver or a library may repeat any of them.
 *
 * @param address the channel's url in clear
 * @param others further secrets in clear: signing key, header values
 */
export function hideAddress(address: string, others: Iterable<string> = []): Redact {
	const parts = new Set<string>([address, ...others]);
	if (URL.canParse(address)) {
		const url = new URL(address);
		parts.add(url.href).add(url.password).add(decoded(url.password));
		// A user without a password is a token; beside a password it is only a name.
		if (!url.password) parts.add(url.username).add(decoded(url.username));
		parts.add(`${decoded(url.username)}:${decoded(url.password)}`).add(`${url.username}:${url.password}`);
		for (const value of url.searchParams.values()) parts.add(value);
		for (const piece of [url.search.slice(1), ...url.pathname.split("/")]) {
			if (piece.length >= SHORTEST_TOKEN) parts.add(piece).add(decoded(piece));
		}
	}
	return redactor(parts);
}

/** The outcome with its error text redacted. */
export function hidden(outcome: Outcome, hide: Redact): Outcome {
	return "error" in outcome ? { ...outcome, error: hide(outcome.error) } : outcome;
}

/** Percent-decoded, or as it is where it was not encoded properly. */
export function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
