import type { ChannelDeps } from "./channel-options.ts";
import { type EmailOptions, reach } from "./email.ts";
import { smtpOutcome } from "./smtp-outcome.ts";

/** How far one got with a mail server. */
export type Greeted =
	| {
			readonly ok: true;
			readonly isEncrypted: boolean;
			/** Where a user is set, and the server offers no login, mail goes out without: `skipped`. */
			readonly login: "accepted" | "skipped" | "unset";
	  }
	| { readonly ok: false; readonly reason: GreetingFault; readonly words: string };

/** What stood in the way: everything that has another remedy. */
export type GreetingFault =
	| "login_refused"
	/** It put the login or the talk off, and may take it later. */
	| "put_off"
	| "certificate"
	| "starttls_missing"
	/** TLS from the first byte with a server that begins without, or with another program. */
	| "no_tls"
	/** It takes the connection, and says nothing. */
	| "silent"
	| "refused";

interface SmtpError extends Error {
	readonly code?: string;
	readonly responseCode?: number;
	readonly response?: string;
	readonly timeoutType?: string;
}

/**
 * Talks to the mail server up to the point where a mail would be handed over: greeting, STARTTLS, login. Sends none.
 *
 * @param around.signal ends the talk at once
 * @param around.timeoutMs longest silence of the server
 */
export async function greetMailServer(
	options: EmailOptions,
	deps: ChannelDeps,
	{ signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Greeted> {
	const { transport, hide } = reach(options, deps);
	const { default: SmtpConnection } = await import("nodemailer/lib/smtp-connection");
	const patience = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
	const connection = new SmtpConnection({ ...transport, ...patience });
	const talk = Promise.withResolvers<Greeted>();
	const end = (): void => {
		connection.close();
		talk.reject(new Error("the time was over"));
	};
	const { auth } = transport as { readonly auth?: { readonly user: string; readonly pass: string } };
	signal.addEventListener("abort", end, { once: true });
	connection.once("error", talk.reject);
	connection.once("end", () => talk.reject(new Error("the mail server closed the connection")));
	connection.connect((failed) => {
		if (failed) return talk.reject(failed);
		const reached = { ok: true, isEncrypted: connection.secure } as const;
		if (!auth) return talk.resolve({ ...reached, login: "unset" });
		// A password is not shown to a server that does not ask for one.
		if (!connection.allowsAuth) return talk.resolve({ ...reached, login: "skipped" });
		connection.login({ ...auth, credentials: auth }, (refused) => {
			if (refused) talk.reject(refused);
			else talk.resolve({ ...reached, login: "accepted" });
		});
	});
	try {
		const greeted = await talk.promise;
		connection.quit();
		return greeted;
	} catch (error) {
		connection.close();
		return { ok: false, reason: faultOf(error as SmtpError), words: hide(wordsOf(error as SmtpError)) };
	} finally {
		signal.removeEventListener("abort", end);
	}
}

function faultOf({ code, responseCode, timeoutType, message }: SmtpError): GreetingFault {
	if (responseCode !== undefined && responseCode >= 400 && responseCode < 500) return "put_off";
	if (code === "EAUTH") return "login_refused";
	if (timeoutType !== undefined) return "silent";
	if (/wrong version number|packet length too long|http request/i.test(message)) return "no_tls";
	if (/certificate|self.signed/i.test(message)) return "certificate";
	return /STARTTLS/i.test(message) ? "starttls_missing" : "refused";
}

/** Its own words where it said something: what the library makes of them says them twice. */
function wordsOf(error: SmtpError): string {
	if (faultOf(error) === "no_tls") return "its port does not speak TLS from the first byte on";
	const said = /^Invalid greeting\b/.test(error.message) ? error.response : undefined;
	if (said !== undefined) return `it greets with ${JSON.stringify(said)}`;
	const outcome = smtpOutcome(error);
	return "error" in outcome ? outcome.error : "refused";
}
