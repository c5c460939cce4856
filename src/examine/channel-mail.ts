import type { ChannelDeps } from "../notify/channel-options.ts";
import { type EmailOptions, greetMailServer } from "../notify/email.ts";
import { parseSmtpAddress } from "../notify/smtp-address.ts";
import { critical, type Examination, ok } from "./examination.ts";

/** Greeting, STARTTLS and login of a mail server, up to where a mail would be handed over. */
export const mailExamination = (options: EmailOptions, deps: ChannelDeps): Examination => ({
	name: "login",
	async examine() {
		const { user, secure, requireTls } = parseSmtpAddress(options.smtp.reveal());
		const wrong = await greetMailServer(options, deps);
		if (wrong === undefined) {
			const encrypted = secure || requireTls ? ", encrypted" : "";
			return [
				ok(
					user === undefined
						? `the mail server greets${encrypted}; no login is set`
						: `logged in as ${user}${encrypted}`,
				),
			];
		}
		return [critical(wrong, todoFor(wrong))];
	},
});

function todoFor(words: string): string {
	if (/does not accept user and password/.test(words)) {
		return "Set user and password in smtp: anew; many servers want a password for programs, or allow only known addresses.";
	}
	if (/certificate|self.signed/i.test(words)) {
		return "Name the authority of the mail server: tls: { ca: /path/to/ca.pem } of this channel.";
	}
	if (/STARTTLS/i.test(words)) {
		return "The server offers no STARTTLS: use smtps:// and its port, or ?requireTLS=false where the network is trusted.";
	}
	return "Look at the mail server's log. Greylisting and limits pass by themselves; a wrong port or scheme (smtps for 465) does not.";
}
