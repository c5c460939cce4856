import { type Alert, isOpen, type Transition, type Turn, type TurnOnChannel } from "../model/alert.ts";
import type { Disposition } from "../model/notification.ts";
import type { ChannelOutcome } from "./decision.ts";

/** The transitions of which people are told. */
const TOLD: ReadonlySet<Transition["change"]> = new Set(["fired", "worsened", "flapping", "steadied", "resolved"]);

/** Whether people are told of such a transition, or have to be able to learn why they were not. */
export function isTold(change: Transition["change"]): boolean {
	return TOLD.has(change);
}

/** The turn of an alert after a sample: a new one where the sample brought a transition of which people are told. */
export function turnAfter(
	before: Turn | undefined,
	transition: Pick<Transition, "change" | "incident"> | undefined,
	at: number,
): Turn | undefined {
	const { change, incident } = transition ?? {};
	if (change === undefined || incident === undefined || !isTold(change)) return before;
	return { at, incident, channels: before?.incident === incident ? before.channels : {} };
}

/** What is noted of a decision about one alert. */
export interface Settled {
	readonly dispositions: readonly Disposition[];
	/** The alert with what it has to remember, where that changed. */
	readonly alert?: Alert;
}

/**
 * Notes what became of an alert's newest transition on each channel: every channel that is concerned has at least one
 * entry for each transition, and nothing is noted twice. What lasts (a mute) is noted when it begins or its reason changes;
 * the alert itself remembers that, so that neither a restart nor the next single run notes it again.
 */
export function settle(alert: Alert, outcomes: readonly ChannelOutcome[], now: number): Settled {
	const turn = turnOf(alert);
	const channels: Record<string, TurnOnChannel> = { ...turn?.channels };
	const dispositions: Disposition[] = [];
	const note = ({ isAside: _, ...outcome }: ChannelOutcome, about?: number): void => {
		dispositions.push({ key: alert.key, ...outcome, at: now, ...(about !== undefined && { about }) });
	};
	const keep = (one: ChannelOutcome, about: number): void => {
		const { channel, outcome, reason, notification } = one;
		note(one, about);
		channels[channel] = { about, outcome, reason, ...(notification !== undefined && { notification }) };
	};

	for (const one of outcomes) {
		if (turn && one.isAside && one.outcome !== "withdrawn" && one.incident === turn.incident) {
			// Who is only reminded has nothing to hear about the transition itself.
			const { channel, incident } = one;
			const knows = { channel, incident, outcome: "unneeded", reason: "was told of it before" } as const;
			if (channels[channel]?.about !== turn.at) keep(knows, turn.at);
		}
		const before = channels[one.channel];
		// About an earlier incident, or one of a check that is no longer watched.
		if (!turn || one.incident !== turn.incident) note(one);
		else if (one.isAside) {
			const aside = one.outcome === "muted" ? one.reason : undefined;
			if (aside === undefined || aside !== before?.aside) note(one);
			if (before) channels[one.channel] = withAside(before, aside);
		} else if (isNews(one, before, turn)) keep(one, turn.at);
	}
	if (turn && !isOpen(alert.state)) {
		for (const [channel, { about }] of Object.entries(channels)) {
			if (about === turn.at) continue;
			const reason = "the problem was not told here";
			keep({ channel, incident: turn.incident, outcome: "unneeded", reason }, turn.at);
		}
		// All channels are settled: nothing needs to be remembered of the incident.
		const { turn: _, ...rest } = alert;
		return { dispositions, alert: rest };
	}
	const isSame = JSON.stringify(channels) === JSON.stringify(turn?.channels ?? {});
	return !turn || isSame ? { dispositions } : { dispositions, alert: { ...alert, turn: { ...turn, channels } } };
}

/** Whether something has to be noted of an alert that is over and of which no channel is told any more. */
export function isUnsettled(alert: Alert): boolean {
	return alert.turn !== undefined;
}

/** An incident that was open before turns were remembered began with its firing. */
function turnOf({ turn, state }: Alert): Turn | undefined {
	if (!isOpen(state) || turn?.incident === state.incident) return turn;
	return { at: state.firedAt, incident: state.incident, channels: {} };
}

function isNews(one: ChannelOutcome, before: TurnOnChannel | undefined, turn: Turn): boolean {
	if (before?.about !== turn.at) return true;
	switch (one.outcome) {
		case "queued":
		case "withdrawn":
			return before.outcome !== one.outcome || before.notification !== one.notification;
		case "muted":
			return before.outcome !== "muted" || before.reason !== one.reason;
		case "unneeded":
			return before.outcome === "muted" || before.outcome === "deferred";
		case "deferred":
			return false;
	}
}

function withAside({ aside: _, ...before }: TurnOnChannel, aside: string | undefined): TurnOnChannel {
	return aside === undefined ? before : { ...before, aside };
}
