import type { ChannelDeps } from "../notify/channel-options.ts";
import type { EmailOptions } from "../notify/email.ts";
import { type Greeted, type GreetingFault, greetMailServer } from "../notify/mail-greeting.ts";
import { parseSmtpAddress } from "../notify/smtp-address.ts";
import { critical, type Examination, type Finding, ok, warning } from "./examination.ts";

/** Longest silence of a mail server, ms: shorter than the usual deadline, so that it is told as what it is. */
const TIMEOUT_MS = 12_000;

/** Greeting, STARTTLS and login of a mail server, up to where a mail would be handed over. */
export const mailExamination = (options: EmailOptions, deps: ChannelDeps): Examination => ({
	name: "login",
	async examine(signal) {
		const { user = "" } = parseSmtpAddress(options.smtp.reveal());
		return [judgeGreeted(await greetMailServer(options, deps, { signal, timeoutMs: TIMEOUT_MS }), user)];
	},
});

/** @param user as smtp: names it */
function judgeGreeted(greeted: Greeted, user: string): Finding {
	if (!greeted.ok) return critical(greeted.words, TODO[greeted.reason]);
	const encrypted = greeted.isEncrypted ? ", encrypted" : "";
	switch (greeted.login) {
		case "accepted":
			return ok(`logged in as ${user}${encrypted}`);
		case "unset":
			return ok(`the mail server greets${encrypted}; no login is set`);
		case "skipped":
			return warning(
				`the mail server offers no login${encrypted}: user and password of smtp: are not used`,
				"Many servers take logins on port 587 or 465 only: correct the port. Where it takes mail from this machine without, leave them out.",
			);
	}
}

const TODO: Readonly<Record<GreetingFault, string>> = {
	login_refused:
		"Set user and password in smtp: anew; many servers want a password for programs, or allow only known addresses.",
	put_off:
		"Try again in some minutes: greylisting and limits pass by themselves. Where it stays, look at the mail server's log.",
	certificate: "Name the authority of the mail server: tls: { ca: /path/to/ca.pem } of this channel.",
	starttls_missing:
		"The server offers no STARTTLS: use smtps:// and its port, or ?requireTLS=false where the network is trusted.",
	no_tls: "smtps:// is for port 465. Use smtp:// for ports 587 and 25, which turn to TLS by STARTTLS.",
	silent:
		"The port is open and nobody answers: look whether the mail server is overloaded, or whether the port speaks TLS from the first byte on (smtps://).",
	refused: "Look at the mail server's log, and whether it takes mail from this address; correct host and port.",
};
