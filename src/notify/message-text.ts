import type { Notification } from "../model/notification.ts";
import { composeMessage, type Message, type Section } from "./message.ts";
import { count, cutBytes, jsonBytes } from "./words.ts";

/** Names of left-out alerts that are listed; beyond that only their number is told. */
const MOST_NAMES = 50;

/** The message as plain text: body of the mail's text part and `text` of the webhook. */
export function toText(message: Message): string {
	const parts = [message.title, ...message.notes];
	const alone = message.sections.length === 1 && message.leftOut.length === 0;
	for (const section of message.sections) parts.push(sectionText(section, alone));
	if (message.leftOut.length > 0) parts.push(leftOutText(message.leftOut));
	return `${parts.join("\n\n")}\n\n-- \n${message.footer}\n`;
}

/**
 * The message as plain text that takes at most `most` bytes inside a JSON string: fewer alerts are shown with their
 * evidence until it fits, so that the number of those left out is always told.
 */
export function toTextWithin(notification: Notification, most: number): string {
	for (const shown of [20, 10, 5, 2, 1]) {
		const text = toText(composeMessage(notification, shown));
		if (jsonBytes(text) <= most) return text;
	}
	return cutBytes(toText(composeMessage(notification, 0)), most);
}

/** `and 12 more alerts: design/a, design/b ...` */
export function leftOutText(leftOut: readonly string[], mostNames = MOST_NAMES): string {
	const names = leftOut.slice(0, mostNames).join(", ");
	return `and ${count(leftOut.length, "more alert")}: ${names}${leftOut.length > mostNames ? ", ..." : ""}`;
}

function sectionText({ heading, facts }: Section, alone: boolean): string {
	const lines = facts.map(({ label, text }) => `${`${label}:`.padEnd(10)} ${text}`);
	return (alone ? lines : [heading, ...lines.map((line) => `  ${line}`)]).join("\n");
}
