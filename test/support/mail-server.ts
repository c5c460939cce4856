import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { KeyPair } from "./certificates.ts";

export interface ReceivedMail {
	readonly from: string;
	readonly to: readonly string[];
	readonly user: string | undefined;
	readonly secure: boolean;
	readonly raw: string;
}

/** A refusal in SMTP: reply code and words, or undefined to accept. */
type Refusal = { readonly code: number; readonly words: string } | undefined;

/** A mail server on loopback that keeps what it takes and refuses what a test tells it to. */
export interface MailServer {
	readonly port: number;
	readonly mails: ReceivedMail[];
	onConnect: () => Refusal;
	onFrom: (address: string) => Refusal;
	onRecipient: (address: string) => Refusal;
	/** Asked about the whole mail, when it has been heard to its end. */
	onData: (raw: string) => Refusal | "silence" | Promise<Refusal | "silence">;
	close(): Promise<void>;
}

export const USER = "alerts";

interface MailServerOptions {
	/** Asks for this password; without one nobody has to log in. */
	readonly password?: string;
	/** Offers STARTTLS with this certificate. */
	readonly starttls?: KeyPair;
	readonly port?: number;
}

export async function mailServer({ password, starttls, port = 0 }: MailServerOptions = {}): Promise<MailServer> {
	const state: Omit<MailServer, "port" | "close"> = {
		mails: [],
		onConnect: () => undefined,
		onFrom: () => undefined,
		onRecipient: () => undefined,
		onData: () => undefined,
	};
	const failure = (refusal: Refusal) =>
		refusal && Object.assign(new Error(refusal.words), { responseCode: refusal.code });
	const server = new SMTPServer({
		...starttls,
		authOptional: password === undefined,
		disabledCommands: [...(starttls ? [] : ["STARTTLS"]), ...(password === undefined ? ["AUTH"] : [])],
		allowInsecureAuth: true,
		disableReverseLookup: true,
		closeTimeout: 50,
		onConnect: (_session, done) => done(failure(state.onConnect())),
		onAuth: ({ username, password: given }, _session, done) =>
			username === USER && given === password
				? done(null, { user: username })
				: done(failure({ code: 535, words: `bad credentials ${given}` }) ?? null),
		onMailFrom: ({ address }, _session, done) => done(failure(state.onFrom(address))),
		onRcptTo: ({ address }, _session, done) => done(failure(state.onRecipient(address))),
		onData(stream, session, done) {
			const chunks: Buffer[] = [];
			stream.on("data", (chunk: Buffer) => chunks.push(chunk));
			stream.on("end", async () => {
				const raw = Buffer.concat(chunks).toString();
				const refusal = await state.onData(raw);
				if (refusal === "silence") return;
				if (refusal !== undefined) return done(failure(refusal));
				const { mailFrom, rcptTo } = session.envelope;
				state.mails.push({
					from: mailFrom ? mailFrom.address : "",
					to: rcptTo.map(({ address }) => address),
					user: session.user,
					secure: session.secure,
					raw,
				});
				done();
			});
		},
	});
	server.on("error", () => {});
	await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
	return Object.assign(state, {
		port: (server.server.address() as AddressInfo).port,
		close: () => new Promise<void>((resolve) => server.close(() => resolve())),
	});
}

/** Reads a mail as a mail reader does. */
export function parseMail({ raw }: Pick<ReceivedMail, "raw">): Promise<Email> {
	return PostalMime.parse(raw);
}

/** A header as it stands in the parsed mail. */
export function header(mail: Email, name: string): string | undefined {
	return mail.headers.find(({ key }) => key === name.toLowerCase())?.value;
}
