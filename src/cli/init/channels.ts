import { channelOptions } from "../../notify/notify.ts";
import type { Conversation } from "../conversation.ts";
import { EXIT, UserError } from "../exit.ts";
import type { Io } from "../io.ts";
import { type SecretSource, secretFrom, secretTyped } from "../named-secret.ts";
import { CHANNEL_NAME, type PlannedChannel } from "./plan.ts";

export interface ChannelChoices {
	readonly webhookUrlFrom?: string;
	readonly slackUrlFrom?: string;
	readonly mailTo?: string;
	readonly mailFrom?: string;
	readonly smtpFrom?: string;
}

const NAMES = { webhook: "ALERT_WEBHOOK_URL", slack: "SLACK_WEBHOOK_URL", email: "SMTP_URL" } as const;
const KINDS = { mail: "email", slack: "slack", webhook: "webhook" } as const;
type Kind = keyof typeof KINDS;

/** Who is told: what the options name; without any of them a person is asked. */
export async function settleChannels(
	choices: ChannelChoices,
	talk: Conversation | undefined,
	io: Io,
): Promise<readonly PlannedChannel[]> {
	const { webhookUrlFrom, slackUrlFrom, mailTo, mailFrom, smtpFrom } = choices;
	const given = [webhookUrlFrom, slackUrlFrom, mailTo, mailFrom, smtpFrom];
	if (given.some((one) => one !== undefined)) return namedChannels(choices, io);
	return talk ? await askedChannels(talk, io) : [];
}

function namedChannels(choices: ChannelChoices, io: Io): readonly PlannedChannel[] {
	const { webhookUrlFrom, slackUrlFrom, mailTo, mailFrom, smtpFrom } = choices;
	const channels: PlannedChannel[] = [];
	if (mailTo !== undefined) {
		if (smtpFrom === undefined) throw new UserError("--mail-to also needs --smtp-from", EXIT.usage);
		const to = listOf(mailTo);
		channels.push({ type: "email", smtp: smtpOf(smtpFrom, io), from: mailFrom ?? senderFor(to), to });
	} else if (mailFrom !== undefined || smtpFrom !== undefined) {
		throw new UserError("a mail also needs --mail-to", EXIT.usage);
	}
	if (slackUrlFrom !== undefined) {
		channels.push({ type: "slack", url: secretFrom("--slack-url-from", slackUrlFrom, io.env) });
	}
	if (webhookUrlFrom !== undefined) {
		channels.push({ type: "webhook", url: secretFrom("--webhook-url-from", webhookUrlFrom, io.env) });
	}
	for (const channel of channels) {
		const problem = problemOf(channel);
		if (problem) throw new UserError(`${CHANNEL_NAME[channel.type]}: ${problem}`, EXIT.usage);
	}
	return channels;
}

/** The mail server: an address without a password may stand on the command line. */
function smtpOf(given: string, io: Io): SecretSource | string {
	if (/^smtps?:\/\//.test(given) && !given.includes("@")) return given;
	return secretFrom("--smtp-from", given, io.env);
}

async function askedChannels(talk: Conversation, io: Io): Promise<readonly PlannedChannel[]> {
	const channels: PlannedChannel[] = [];
	for (const kind of await askKinds(talk, io)) {
		for (;;) {
			const channel = await askChannel(kind, talk, io);
			const problem = problemOf(channel);
			if (problem === undefined) {
				channels.push(channel);
				break;
			}
			io.terminal.err(io.terminal.paint("bad", `  ${problem}`));
		}
	}
	return channels;
}

async function askKinds(talk: Conversation, io: Io): Promise<readonly Kind[]> {
	for (;;) {
		const wanted = listOf(await talk.ask("Tell people by mail, slack, webhook (Enter: by none of them)"));
		const kinds = wanted.filter((word): word is Kind => Object.hasOwn(KINDS, word));
		if (kinds.length === wanted.length) return [...new Set(kinds)];
		io.terminal.err(io.terminal.paint("bad", "  one or more of: mail, slack, webhook"));
	}
}

async function askChannel(kind: Kind, talk: Conversation, io: Io): Promise<PlannedChannel> {
	const type = KINDS[kind];
	if (type !== "email") {
		const what = type === "slack" ? "Address of the Slack webhook" : "Address that gets a POST with JSON";
		const url = await talk.ask(`${what} (not shown)`, { hidden: true });
		return { type, url: secretTyped(NAMES[type], url, io.env) };
	}
	const to = listOf(await talk.ask("Mail to (several with commas)"));
	const from = await talk.ask("Mail from", { usual: senderFor(to) });
	const server = await talk.ask("Mail server", { usual: "localhost:25" });
	const address = /^smtps?:\/\//.test(server) ? server : `smtp://${server}`;
	const user = await talk.ask("User there (Enter: none)");
	if (user === "") return { type, smtp: address, from, to };
	const password = await talk.ask("Its password (not shown)", { hidden: true });
	const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
	return { type, smtp: secretTyped(NAMES.email, address.replace("://", `://${login}`), io.env), from, to };
}

function listOf(text: string): readonly string[] {
	return text
		.split(/[,\s]+(?![^<]*>)/)
		.map((word) => word.trim())
		.filter((word) => word !== "");
}

function senderFor([first = ""]: readonly string[]): string {
	const domain = /@([^\s>]+)/.exec(first)?.[1] ?? "localhost";
	return `dss-probe@${domain}`;
}

/** What the schema of the channel says against it, in one sentence without the secret. */
function problemOf(channel: PlannedChannel): string | undefined {
	const options =
		channel.type === "email"
			? { ...channel, smtp: typeof channel.smtp === "string" ? channel.smtp : channel.smtp.value }
			: { type: channel.type, url: channel.url.value };
	const parsed = channelOptions.safeParse(options);
	const issue = parsed.error?.issues[0];
	return issue && `${issue.path.join(".")} ${issue.message}`;
}
