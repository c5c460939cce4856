import type { Rehearsal, Rehearsed } from "../app/rehearse-stage.ts";
import { isoTime } from "../clock.ts";
import { formatDuration } from "../model/duration.ts";
import { titleOf } from "../notify/message-title.ts";
import { count } from "../notify/words.ts";

/** Two rehearsals tell of the same problem where it began within so many ms of each other. */
const SAME_PROBLEM_MS = 15 * 60_000;

/** What asks a person to do something, in contrast to an end or a piece of news. */
function isPage({ message: { type } }: Rehearsed): boolean {
	return (
		type === "alert.firing" || type === "alert.reminder" || type === "alert.escalated" || type === "alert.flapping"
	);
}

/** A message in one line. */
export function lineOf({ at, message }: Rehearsed): string {
	return `${isoTime(at)}  ${message.channel}  ${message.type}  ${titleOf(message)}`;
}

export function jsonOf({ at, message }: Rehearsed): object {
	const { channel, type, reason, alerts } = message;
	return { at: isoTime(at), channel, type, title: titleOf(message), reason, alerts: alerts.map(({ key }) => key) };
}

/** How many of each, the most first. */
export interface Summary {
	readonly messages: number;
	readonly pages: number;
	readonly pagesByChannel: Readonly<Record<string, number>>;
	readonly pagesByCheck: Readonly<Record<string, number>>;
	/** How often a channel was not told, by reason. */
	readonly muted: Readonly<Record<string, number>>;
	readonly open: readonly string[];
}

export function summaryOf({ messages, muted, open }: Rehearsal): Summary {
	const pages = messages.filter(isPage);
	return {
		messages: messages.length,
		pages: pages.length,
		pagesByChannel: tally(pages.map(({ message }) => message.channel)),
		pagesByCheck: tally(pages.flatMap(({ message }) => message.alerts.map(({ key }) => key))),
		muted: tally(muted.map(({ reason }) => reason)),
		open,
	};
}

function tally(names: readonly string[]): Record<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

/** The summary in words. */
export function wordsOf(rehearsal: Rehearsal): string {
	const { from, to } = rehearsal;
	const { messages, pages, pagesByChannel, pagesByCheck, muted, open } = summaryOf(rehearsal);
	const part = (title: string, counts: Readonly<Record<string, number>>) => {
		const lines = Object.entries(counts).map(([name, number]) => `  ${String(number).padStart(6)}  ${name}`);
		return lines.length > 0 ? [title, ...lines] : [];
	};
	return [
		`${count(pages, "page")} among ${count(messages, "message")} in ${formatDuration(to - from)} from ${isoTime(from)} on`,
		...part("pages by channel", pagesByChannel),
		...part("pages by check", pagesByCheck),
		...part("not told because of", muted),
		...(open.length > 0 ? [`open at the end: ${open.join(", ")}`] : []),
	].join("\n");
}

/** Pages that only one of two rehearsals has. */
export interface Difference {
	readonly added: readonly Rehearsed[];
	readonly removed: readonly Rehearsed[];
}

/**
 * Compares what two configurations would have told. A page has its like in the other where the same channel hears the
 * same kind of thing about the same checks and the same problem, even if at another moment.
 */
export function differenceOf(before: Rehearsal, after: Rehearsal): Difference {
	const waiting = new Map<string, Rehearsed[]>();
	for (const page of before.messages.filter(isPage)) {
		const place = placeOf(page);
		waiting.set(place, [...(waiting.get(place) ?? []), page]);
	}
	const kept = new Set<Rehearsed>();
	const added = after.messages.filter(isPage).filter((page) => {
		const like = waiting.get(placeOf(page))?.find((other) => !kept.has(other) && isSameProblem(page, other));
		if (like) kept.add(like);
		return !like;
	});
	return { added, removed: before.messages.filter((page) => isPage(page) && !kept.has(page)) };
}

function placeOf({ message: { channel, type, alerts } }: Rehearsed): string {
	return [channel, type, ...alerts.map(({ key }) => key).sort()].join("\0");
}

function isSameProblem(a: Rehearsed, b: Rehearsed): boolean {
	const since = ({ message }: Rehearsed) => Math.min(...message.alerts.map((alert) => alert.since));
	return Math.abs(since(a) - since(b)) <= SAME_PROBLEM_MS;
}
