import { isOpen } from "../model/alert.ts";
import { formatDuration } from "../model/duration.ts";
import type {
	ChannelStep,
	ChannelStory,
	Explanation,
	ExplanationEntry,
	Present,
	SampleRun,
} from "../model/explanation.ts";
import { oneLine } from "../notify/words.ts";
import { matchText } from "./silence.ts";
import { LEVEL_STYLE, type Terminal } from "./terminal.ts";
import { stamp, stampBeside } from "./times.ts";

/** Messages and causes are cut at so many characters. */
const LONGEST = 300;
/** Below a line of the timeline. */
const INDENT = " ".repeat(21);

type Paint = Terminal["paint"];

/** An explanation for people: the timeline, then the present. All times in UTC. */
export function explanationText(explanation: Explanation, paint: Paint): string {
	const { key, from, to, entries, now } = explanation;
	const head = `${paint("strong", key)} from ${stamp(from)} to ${stamp(to)} UTC`;
	const lines = entries.length > 0 ? entries.flatMap((entry) => entryLines(entry, paint)) : ["nothing is remembered"];
	return [head, "", ...lines, "", ...(now ? presentLines(now, paint) : thenLines(explanation, paint))].join("\n");
}

function entryLines(entry: ExplanationEntry, paint: Paint): readonly string[] {
	const line = (text: string) => `${stamp(entry.at)}  ${text}`;
	switch (entry.kind) {
		case "samples":
			return [line(runText(entry, paint))];
		case "transition": {
			const { change, level, reason, cause } = entry.transition;
			const style = change === "resolved" || change === "cleared" ? "good" : LEVEL_STYLE[level];
			const what = change === "resolved" || change === "cleared" ? "" : ` ${level}`;
			const blamed = cause && change !== "resolved" ? `: ${oneLine(cause.text, LONGEST)}` : "";
			const head = line(`${paint(style, `${change.toUpperCase()}${what}`)}${blamed} (${oneLine(reason, LONGEST)})`);
			return [head, ...storyLines(entry.channels, entry.at)];
		}
		case "message":
			return [line("message"), ...storyLines(entry.channels, entry.at)];
		case "ack":
			return [line(`acknowledged by ${oneLine(entry.ack.author)}: ${oneLine(entry.ack.comment)}`)];
		case "silence": {
			const { id, match, until, author, comment } = entry.silence;
			return [
				line(`silence ${id} (${oneLine(matchText(match))}) until ${stamp(until)} by ${author}: ${oneLine(comment)}`),
			];
		}
		case "silence_ended":
			return [line(`silence ${entry.silence.id} was ended`)];
	}
}

function runText({ at, until, count, level, fault }: SampleRun, paint: Paint): string {
	const span = count === 1 ? "" : ` until ${stampBeside(until, at)} (${formatDuration(until - at)})`;
	const why = fault ? `: ${oneLine(fault.text, LONGEST)}` : "";
	return `${count} × ${paint(LEVEL_STYLE[level], level)}${span}${why}`;
}

function storyLines(stories: readonly ChannelStory[], beside: number): readonly string[] {
	const nameOf = ({ channel, insteadOf }: ChannelStory) =>
		insteadOf ? `${channel} (instead of ${insteadOf})` : channel;
	const width = Math.max(0, ...stories.map((story) => nameOf(story).length));
	return stories.map((story) => {
		const steps = story.steps.map((step, index) => stepText(step, story.steps[index - 1], beside));
		return `${INDENT}${nameOf(story).padEnd(width)}  ${steps.join(" → ")}`;
	});
}

function stepText(step: ChannelStep, before: ChannelStep | undefined, beside: number): string {
	const { at, outcome, until, failedTries = 0, lastError, nextAt } = step;
	const when = stampBeside(at, beside);
	const reason = oneLine(step.reason, LONGEST);
	switch (outcome) {
		case "queued": {
			const error = lastError === undefined ? "" : `, last error: ${oneLine(lastError, LONGEST)}`;
			const tries = failedTries > 0 ? `, ${failedTries} failed ${failedTries === 1 ? "try" : "tries"}${error}` : "";
			return `queued ${when} (${reason})${tries}${nextAt === undefined ? "" : `, due ${stampBeside(nextAt, beside)}`}`;
		}
		case "sent":
			return `sent ${when}`;
		case "dead":
			return `DEAD ${when}: ${reason}`;
		case "muted":
			return `muted ${when} because: ${reason}${until === undefined ? "" : `, until ${stampBeside(until, beside)}`}`;
		case "withdrawn":
			return `withdrawn ${when}: ${reason}`;
		case "deferred":
			return `later: ${reason}${until === undefined ? "" : `, at ${stampBeside(until, beside)}`}`;
		case "unneeded":
			return before ? `not needed any more ${when}: ${reason}` : `not needed: ${reason}`;
	}
}

/** How it stands now, and who would be told. */
function presentLines({ at, alert, isWatched, channels }: Present, paint: Paint): readonly string[] {
	const unwatched = isWatched ? [] : ["It is not watched any more."];
	if (!alert) return [...unwatched, "Now: no sample was judged yet."];
	const { state, level, cause, ack, sampledAt, summary } = alert;
	const phase = state.phase === "inactive" ? "ok" : `${state.phase} ${state.level}`;
	const style = state.phase === "inactive" ? "good" : LEVEL_STYLE[state.level];
	const since = `since ${stamp(state.since)} (${formatDuration(at - state.since)})`;
	const blamed = cause && state.phase !== "inactive" ? `: ${oneLine(cause.text, LONGEST)}` : "";
	const seen = `last look ${formatDuration(at - sampledAt)} ago, ${level}${summary ? `: ${oneLine(summary, LONGEST)}` : ""}`;
	const acked = ack && [`acknowledged ${stamp(ack.at)} by ${oneLine(ack.author)}: ${oneLine(ack.comment)}`];
	const width = Math.max(0, ...channels.map(({ channel }) => channel.length));
	const told = channels.map((one) => `  ${one.channel.padEnd(width)}  ${outlookText(one)}`);
	const nobody = isOpen(state) ? "Nobody would be told: no route names a channel." : "There is nothing to tell.";
	return [
		...unwatched,
		`Now: ${paint(style, phase)} ${since}${blamed}`,
		`  ${seen}`,
		...(acked ?? []).map((line) => `  ${line}`),
		...(told.length > 0 ? ["Who would be told now:", ...told] : [nobody]),
	];
}

function outlookText({ outcome, reason, until, toldAt, isWaiting }: Present["channels"][number]): string {
	const end = until === undefined ? "" : `, until ${stamp(until)}`;
	if (isWaiting && outcome === "unneeded") return "nothing new: the message about it still waits to be delivered";
	const told = toldAt === undefined ? "" : `; told last at ${stamp(toldAt)}`;
	switch (outcome) {
		case "muted":
			return `no: ${oneLine(reason, LONGEST)}${end}${told}`;
		case "deferred":
			return `not yet: ${oneLine(reason, LONGEST)}${until === undefined ? "" : `, at ${stamp(until)}`}${told}`;
		case "unneeded":
			return `nothing new: ${oneLine(reason, LONGEST)}${told}`;
		default:
			return `yes: ${oneLine(reason, LONGEST)}${told}`;
	}
}

/** How it stood at the end of a time in the past, as far as transitions of that time say so. */
function thenLines({ entries, to }: Explanation, paint: Paint): readonly string[] {
	const last = entries.findLast((entry) => entry.kind === "transition")?.transition;
	if (!last) return [`At ${stamp(to)}: as at the beginning, nothing changed in this time.`];
	const level = last.to === "inactive" ? "ok" : `${last.to} ${last.level}`;
	return [
		`At ${stamp(to)}: ${paint(last.to === "inactive" ? "good" : LEVEL_STYLE[last.level], level)} since ${stamp(last.at)}`,
	];
}
