import type { Outcome } from "./channel.ts";
import { describeFailure } from "./failure.ts";
import { oneLine } from "./words.ts";

/** The part of the mail library's errors that decides. */
interface SmtpError extends Error {
	readonly code?: string;
	readonly command?: string;
	readonly responseCode?: number;
	readonly recipient?: string;
}

/** A recipient that the server did not take. */
interface Refusal {
	readonly recipient: string;
	readonly isPassing: boolean;
	readonly words: string;
}

/** Commands that are about this message; a refusal of any other is about the connection, the key or the server's state. */
const ABOUT_MESSAGE = /^(?:MAIL FROM|RCPT TO|DATA)/;

/** Replies that people mend on one side or the other: authentication required or too weak, TLS needed (RFC 4954, 3207). */
const ABOUT_ACCESS: ReadonlySet<number> = new Set([503, 523, 530, 534, 535, 538]);

/**
 * Judges why a mail was not taken. Trying again can help with everything but a permanent refusal (5yz) of this sender,
 * its recipients or its content. A wrong password is retried too: people mend it, and the alert must outlive that.
 */
export function smtpOutcome(thrown: unknown): Outcome {
	const error = thrown as SmtpError;
	const words = describeFailure(error);
	const reply = error.responseCode;
	if (error.code === "EAUTH" || error.code === "ENOAUTH") {
		return { result: "retry", error: `the mail server does not accept user and password: ${words}` };
	}
	if (reply === undefined) {
		// Found by the library itself before or instead of asking: an unusable address, a mail over the server's limit.
		const isFinal = error.code === "EENVELOPE" || (error.code === "EMESSAGE" && error.command === "MAIL FROM");
		return { result: isFinal ? "rejected" : "retry", error: words };
	}
	const isPermanent = reply >= 500 && !ABOUT_ACCESS.has(reply) && ABOUT_MESSAGE.test(error.command ?? "");
	return { result: isPermanent ? "rejected" : "retry", error: words };
}

/** The recipients that were not taken while others were. */
export function refusalsOf(errors: readonly Error[]): readonly Refusal[] {
	return errors.map((thrown) => {
		const { recipient = "", responseCode = 0, message } = thrown as SmtpError;
		const isPassing = responseCode < 500 || ABOUT_ACCESS.has(responseCode);
		return { recipient, isPassing, words: oneLine(`${recipient}: ${message}`, 200) };
	});
}
