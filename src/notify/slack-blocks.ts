import type { Message, Section } from "./message.ts";
import { COLOURS, isWebAddress } from "./message-html.ts";
import { leftOutText } from "./message-text.ts";
import { cut } from "./words.ts";

/** Alerts shown with their evidence: three blocks at most each, Slack takes 50 in all. */
export const MOST_IN_SLACK = 10;

/** Limits of Block Kit: characters of a header, of a section's text, and of a context element. */
const HEADER = 150;
const SECTION = 3_000;
const CONTEXT = 2_000;

interface SectionBlock {
	readonly type: "section";
	readonly text: { readonly type: "mrkdwn"; readonly text: string; readonly verbatim: true };
}

/** The blocks of Block Kit that a message is made of. */
type SlackBlock =
	| SectionBlock
	| { type: "header"; text: { type: "plain_text"; text: string; emoji: false } }
	| { type: "context"; elements: { type: "mrkdwn"; text: string; verbatim: true }[] };

/** The body of a post to an incoming webhook. */
export interface SlackMessage {
	/** What a notification shows, where blocks cannot be shown. */
	text: string;
	blocks: SlackBlock[];
	attachments: { color: string; fallback: string; blocks: SlackBlock[] }[];
	unfurl_links: false;
	unfurl_media: false;
}

/**
 * The message in Slack's shape: the first line as header and as the text of the notification, the evidence beside a bar
 * in the colour of the level.
 */
export function toSlack(message: Message): SlackMessage {
	const alone = message.sections.length === 1 && message.leftOut.length === 0;
	const text = escapeMrkdwn(message.title);
	// A header is plain text and short; where it cannot hold the first line, the line follows whole.
	const head: SlackBlock[] = [
		{ type: "header", text: { type: "plain_text", text: cut(message.title, HEADER), emoji: false } },
	];
	if (message.title.length > HEADER) head.push(section(text));
	for (const note of message.notes) head.push(section(escapeMrkdwn(note)));
	const colour = COLOURS[message.mood];
	const attachments: SlackMessage["attachments"] = message.sections.map((shown) => ({
		color: COLOURS[shown.mood],
		fallback: cut(shown.heading, SECTION),
		blocks: [section(sectionMrkdwn(shown, alone))],
	}));
	const tail: SlackBlock[] = [];
	if (message.leftOut.length > 0) tail.push(section(escapeMrkdwn(leftOutText(message.leftOut, 30))));
	tail.push({
		type: "context",
		elements: [{ type: "mrkdwn", text: cutMrkdwn(escapeMrkdwn(message.footer), CONTEXT), verbatim: true }],
	});
	attachments.push({ color: colour, fallback: cut(message.footer, SECTION), blocks: tail });
	return { text: cutMrkdwn(text, SECTION), blocks: head, attachments, unfurl_links: false, unfurl_media: false };
}

/** Slack's three control characters; a name such as `<!channel>` then calls nobody. */
function escapeMrkdwn(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Cuts escaped text without leaving half of an escape behind. */
function cutMrkdwn(text: string, longest: number): string {
	if (text.length <= longest) return text;
	return `${cut(text, longest)
		.slice(0, -3)
		.replace(/&[a-z]{0,4}$/, "")}...`;
}

function section(text: string): SectionBlock {
	return { type: "section", text: { type: "mrkdwn", text: cutMrkdwn(text, SECTION), verbatim: true } };
}

function sectionMrkdwn({ heading, facts }: Section, alone: boolean): string {
	const lines = facts.map(({ label, text }) => {
		const words = escapeMrkdwn(text);
		return `*${label}*  ${isWebAddress(text) ? `<${words}>` : words}`;
	});
	return (alone ? lines : [`*${escapeMrkdwn(heading)}*`, ...lines]).join("\n");
}
