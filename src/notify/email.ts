import type { SendMailOptions, SMTPTransportOptions } from "nodemailer";
import * as z from "zod";
import { tlsOptions } from "../dss/instance.ts";
import type { Notification } from "../model/notification.ts";
import type { Redact } from "../model/secret.ts";
import type { Channel, Outcome } from "./channel.ts";
import { type ChannelDeps, channelLimits, readCa, secretUrl, sharedOptions } from "./channel-options.ts";
import { hidden, hideAddress } from "./hide.ts";
import { composeMessage } from "./message.ts";
import { toHtml } from "./message-html.ts";
import { domainOf, messageIdOf } from "./message-id.ts";
import { toText } from "./message-text.ts";
import { asOf } from "./message-title.ts";
import { parseSmtpAddress, smtpProblem } from "./smtp-address.ts";
import { refusalsOf, smtpOutcome } from "./smtp-outcome.ts";
import { cut } from "./words.ts";

/** Alerts that one mail shows with their evidence. */
const MOST_ALERTS = 20;

/** Notifications of which it is remembered who has them already; beyond that the oldest is forgotten and sent to all. */
const MOST_PARTIAL = 1_000;

/** One mailbox: `ops@example.com` or `DSS probe <probe@example.com>`; nothing that could start another header or address. */
const mailbox = () =>
	z
		.string()
		.regex(
			/^(?:[^<>@,;:"\\\p{Cc}]+ <[^\s<>@,;:"\\\p{Cc}]+@[A-Za-z0-9.-]+>|[^\s<>@,;:"\\\p{Cc}]+@[A-Za-z0-9.-]+)$/u,
			"is not a mail address, such as ops@example.com or DSS probe <probe@example.com>",
		);

/** An entry under `channels:` with `type: email`. */
export const emailOptions = z.strictObject({
	type: z.literal("email"),
	smtp: secretUrl(smtpProblem).describe(
		"Mail server: smtp://user:password@host:587 (STARTTLS, required with a password) or smtps://…; parameters requireTLS, ignoreTLS, name.",
	),
	from: mailbox(),
	to: z.array(mailbox()).min(1),
	tls: tlsOptions.prefault({}),
	// Mail servers hold back their greeting for several seconds to tell senders from spammers.
	...sharedOptions("30s"),
});

export type EmailOptions = z.output<typeof emailOptions>;

/** How the mail server is reached, and what hides the secrets in its address. */
export function reach(
	options: EmailOptions,
	deps: ChannelDeps,
): { readonly transport: SMTPTransportOptions; hide: Redact } {
	const { user, password, ...server } = parseSmtpAddress(options.smtp.reveal());
	const ca = readCa(options.tls.ca, deps);
	const transport: SMTPTransportOptions = {
		host: server.host,
		port: server.port,
		secure: server.secure,
		requireTLS: server.requireTls,
		ignoreTLS: server.ignoreTls,
		...(server.ehlo === undefined ? {} : { name: server.ehlo }),
		...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
		tls: { rejectUnauthorized: options.tls.verify, ...(ca === undefined ? {} : { ca }) },
		dnsTimeout: options.timeout,
		connectionTimeout: options.timeout,
		greetingTimeout: options.timeout,
		socketTimeout: options.timeout,
		socketCloseTimeout: 1_000,
		disableFileAccess: true,
		disableUrlAccess: true,
	};
	const hide = hideAddress(options.smtp.reveal(), password ? [password, `\0${user}\0${password}`] : []);
	return { transport, hide };
}

/** Builds a channel that hands mail to an SMTP server, over a connection of its own for each mail. */
export function createEmail(name: string, options: EmailOptions, deps: ChannelDeps): Channel {
	const { transport, hide } = reach(options, deps);
	// Loaded when the channel is built: an upgrade of the program under a running daemon must not cost the next alert.
	const library = import("nodemailer");
	library.catch(() => {});
	/** By notification: who does not have it yet, after some recipients were taken and others put off. */
	const missing = new Map<string, readonly string[]>();

	return {
		name,
		type: "email",
		parallel: 2,
		...channelLimits(options),
		async send(notification, { signal, thread }): Promise<Outcome> {
			const { createTransport } = await library;
			const to = missing.get(notification.id) ?? options.to.map(addressOf);
			const mail = composeMail(notification, options, thread);
			try {
				const info = await createTransport(transport).sendMail({
					...mail,
					envelope: { from: addressOf(options.from), to: [...to] },
					signal,
				});
				return judgeTaken(notification.id, info.rejectedErrors ?? []);
			} catch (error) {
				const outcome = smtpOutcome(error);
				if (outcome.result === "rejected") missing.delete(notification.id);
				return hidden(outcome, hide);
			}
		},
		close() {
			missing.clear();
		},
	};

	/** Whoever was put off is tried again, alone; whoever was refused for good is named, and the mail counts as sent. */
	function judgeTaken(id: string, errors: readonly Error[]): Outcome {
		const refusals = refusalsOf(errors);
		const words = hide(refusals.map((refusal) => refusal.words).join("; "));
		const putOff = refusals.filter(({ isPassing }) => isPassing).map(({ recipient }) => recipient);
		missing.delete(id);
		if (putOff.length > 0) {
			missing.set(id, putOff);
			if (missing.size > MOST_PARTIAL) missing.delete(missing.keys().next().value as string);
			return { result: "retry", error: `not taken for all recipients: ${words}` };
		}
		if (refusals.length === 0) return { result: "sent" };
		deps.log.warn({ channel: name, notification: id, refused: words }, "some recipients were refused for good");
		return { result: "sent", detail: `not to all recipients: ${words}` };
	}
}

function composeMail(notification: Notification, options: EmailOptions, thread: string | undefined): SendMailOptions {
	const message = composeMessage(notification, MOST_ALERTS);
	const domain = domainOf(options.from);
	const first = thread === undefined || thread === notification.id ? undefined : messageIdOf(thread, domain);
	return {
		from: options.from,
		to: options.to,
		subject: cut(message.title, 200),
		text: toText(message),
		html: toHtml(message),
		messageId: messageIdOf(notification.id, domain),
		date: new Date(asOf(notification)),
		...(first === undefined ? {} : { inReplyTo: first, references: first }),
		// RFC 3834: a program wrote this, and no program should answer.
		headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
	};
}

/** `probe@example.com` of `DSS probe <probe@example.com>`. */
function addressOf(mailbox: string): string {
	return /<([^>]+)>$/.exec(mailbox)?.[1] ?? mailbox;
}
