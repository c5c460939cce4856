import { isoTime } from "../clock.ts";
import { CAUSES, type CauseCode, hintFor, layerOf } from "../model/cause.ts";
import { formatDuration } from "../model/duration.ts";
import type { AlertSnapshot, Notification } from "../model/notification.ts";
import { alertLine, asOf, inOrder, lasting, titleOf } from "./message-title.ts";
import { valuesLine } from "./message-values.ts";
import { oneLine } from "./words.ts";

/** One line of evidence or advice. */
export interface Fact {
	readonly label: string;
	readonly text: string;
}

/** What a message says about one alert. */
export interface Section {
	/** Level, check and cause in one line. */
	readonly heading: string;
	readonly mood: Mood;
	readonly facts: readonly Fact[];
}

/** What the colours of a channel follow. */
export type Mood = AlertSnapshot["level"] | "resolved" | "test";

/** The words of a notification, the same for every channel; a channel only gives them its own shape. */
export interface Message {
	/** The first line. */
	readonly title: string;
	readonly mood: Mood;
	/** Sentences that hold for the message as a whole. */
	readonly notes: readonly string[];
	readonly sections: readonly Section[];
	/** `instance/check` of the alerts for which there was no room; never left out silently. */
	readonly leftOut: readonly string[];
	/** Why this message exists, and its id. */
	readonly footer: string;
}

/**
 * Finds the words for a notification. The same notification always gives the same words: durations are as of the
 * moment the message was due, so that a second try is the same message.
 *
 * @param most alerts that are shown with their evidence; the others are counted and named
 */
export function composeMessage(notification: Notification, most: number): Message {
	const at = asOf(notification);
	const alerts = inOrder(notification.alerts);
	return {
		title: titleOf(notification),
		mood: moodOf(notification, alerts[0]),
		notes: notesOf(notification),
		sections: alerts.slice(0, most).map((alert) => ({
			heading: alertLine(alert, at),
			mood: alert.state === "resolved" ? "resolved" : alert.level,
			facts: alert.state === "resolved" ? factsOfResolved(alert, at) : factsOfFiring(alert, at),
		})),
		leftOut: alerts
			.slice(most)
			.map(({ key, state }) => `${oneLine(key, 120)}${state === "resolved" ? " (resolved)" : ""}`),
		footer: [
			`dss-probe to ${oneLine(notification.channel, 80)}`,
			`why: ${oneLine(notification.reason, 300)}`,
			isoTime(at),
			`id ${oneLine(notification.id, 200)}`,
		].join(" | "),
	};
}

function moodOf({ type }: Notification, first: AlertSnapshot | undefined): Mood {
	if (type === "test" || first === undefined) return "test";
	return first.state === "resolved" ? "resolved" : first.level;
}

function notesOf({ type, channel, failedChannels = [] }: Notification): readonly string[] {
	const notes: string[] = [];
	if (type === "instance.changed") {
		notes.push("Checks that stand on the backend are given 10 minutes to come back before anyone is told of them.");
	}
	if (type === "test") {
		notes.push(`Somebody asked dss-probe to try the channel ${oneLine(channel, 80)}. No alert is behind this message.`);
	}
	if (failedChannels.length > 0) {
		const names = failedChannels.map((name) => oneLine(name, 80)).join(", ");
		notes.push(
			`This comes to you as a fallback: it could not be delivered to ${names}. Please have a look at that too.`,
		);
	}
	return notes;
}

function factsOfFiring(alert: AlertSnapshot, at: number): readonly Fact[] {
	return [
		...fact("Seen", alert.summary),
		...failedOf(alert),
		...fact("Values", valuesLine(alert)),
		...fact("Since", `${isoTime(alert.since)} (for ${formatDuration(lasting(alert, at))})`),
		...flappingOf(alert),
		...inHand(alert),
		...ourFault(alert),
		...toDo(alert),
		...placeOf(alert),
	];
}

function factsOfResolved(alert: AlertSnapshot, at: number): readonly Fact[] {
	const until = isoTime(alert.resolvedAt ?? at);
	return [
		...fact("Lasted", `${formatDuration(lasting(alert, at))}, from ${isoTime(alert.since)} to ${until}`),
		...flappedFor(alert, at),
		...undelivered(alert),
		...fact("It was", `${alert.level.toUpperCase()}: ${alert.cause.text}`),
		...fact("Last seen", alert.summary),
		...ourFault(alert),
		...placeOf(alert),
	];
}

function flappingOf({ flapping, flappingSince }: AlertSnapshot): readonly Fact[] {
	if (!flapping) return [];
	const since = flappingSince === undefined ? "" : ` since ${isoTime(flappingSince)}`;
	return fact("Flapping", `it goes to and fro${since}; the next message comes when it has calmed down`);
}

function flappedFor(alert: AlertSnapshot, at: number): readonly Fact[] {
	const { flapping, flappingSince, resolvedAt = at } = alert;
	if (!flapping || flappingSince === undefined) return [];
	const lasted = formatDuration(resolvedAt - flappingSince);
	return fact("Flapped", `it went to and fro for ${lasted}, since ${isoTime(flappingSince)}, before it calmed down`);
}

function inHand({ ack }: AlertSnapshot): readonly Fact[] {
	if (ack === undefined) return [];
	const comment = ack.comment.trim() === "" ? "" : `: ${ack.comment}`;
	return fact("In hand", `acknowledged by ${ack.author} at ${isoTime(ack.at)}${comment}`);
}

/** Who only hears of the end must not look for the beginning in vain. */
function undelivered({ undelivered: why }: AlertSnapshot): readonly Fact[] {
	return why === undefined ? [] : fact("Note", `The problem itself could not be delivered here (${why}).`);
}

function failedOf({ failed }: AlertSnapshot): readonly Fact[] {
	const shown = failed.slice(0, 5).flatMap((condition) => fact("Failed", condition));
	return failed.length > 5 ? [...shown, ...fact("Failed", `and ${failed.length - 5} more`)] : shown;
}

/**
 * What to do first. The cause knows the layer that broke, the check what it is for; where only the check's own rule is
 * broken, the cause could say no more than that.
 */
function toDo({ cause: { code }, advice = "" }: AlertSnapshot): readonly Fact[] {
	const hint = known(code) ? hintFor(code) : "";
	if (advice === "") return fact("To do", hint);
	return known(code) && layerOf(code) === "check"
		? fact("To do", advice)
		: [...fact("To do", hint), ...fact("Advice", advice)];
}

function placeOf(alert: AlertSnapshot): readonly Fact[] {
	return [...fact("Runbook", alert.runbook ?? ""), ...fact("Address", alert.url), ...fact("Check", alert.about)];
}

/** A fault of the prober must not send anybody to the target. */
function ourFault({ cause, instance }: AlertSnapshot): readonly Fact[] {
	if (!known(cause.code) || layerOf(cause.code) !== "prober") return [];
	return fact(
		"Note",
		`This is a fault of dss-probe itself, not of ${instance}: nothing is known about ${instance} meanwhile.`,
	);
}

/** A row of the outbox can come from another version of the program, with a cause that this one does not know. */
function known(code: CauseCode): boolean {
	return Object.hasOwn(CAUSES, code);
}

function fact(label: string, text: string): readonly Fact[] {
	const line = oneLine(text, 1_000);
	return line === "" ? [] : [{ label, text: line }];
}
