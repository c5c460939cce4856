import type { Transition } from "../model/alert.ts";
import type { Disposition } from "../model/notification.ts";

/** What became of one transition on one channel, step by step; the last step holds. */
export interface Chain {
	readonly channel: string;
	/** The channel whose dead letter this one took over; it is not named by routing itself. */
	readonly insteadOf?: string;
	readonly steps: readonly Disposition[];
}

/** What a message that takes the place of a dead one is called. */
const TAKEN_OVER = "-fb";

/**
 * Puts together what became of a transition: on every channel what was decided about it, and how the messages ended that
 * were queued for it.
 *
 * @param dispositions of the same check, oldest first
 */
export function chainsOf(transition: Transition, dispositions: readonly Disposition[]): readonly Chain[] {
	const { key, at, incident } = transition;
	const own = dispositions.filter((one) => one.key === key && one.incident === incident);
	const decided = Map.groupBy(
		own.filter(({ about }) => about === at),
		({ channel }) => channel,
	);
	return [...decided.keys()].flatMap((channel) => {
		const ids = new Set(decided.get(channel)?.flatMap(({ notification }) => notification ?? []));
		const here = own.filter((one) => one.channel === channel);
		const steps = here.filter((one, index) => one.about === at || endsOneOf(ids, one) || isReplay(here, index, ids));
		return [{ channel, steps }, ...takenOver(channel, steps, own)];
	});
}

/** The chain of the channel that took over, and of the one that took over from that. */
function takenOver(channel: string, steps: readonly Disposition[], own: readonly Disposition[]): readonly Chain[] {
	const dead = steps.findLast(({ outcome }) => outcome === "dead")?.notification;
	if (dead === undefined) return [];
	const ids = new Set([dead + TAKEN_OVER]);
	const next = own.filter((one) => one.notification !== undefined && ids.has(one.notification));
	const [first] = next;
	if (!first) return [];
	return [{ channel: first.channel, insteadOf: channel, steps: next }, ...takenOver(first.channel, next, own)];
}

/** Whether a dead letter is queued again. */
function isReplay(here: readonly Disposition[], index: number, ids: ReadonlySet<string>): boolean {
	const { outcome, notification, about } = here[index] ?? {};
	if (outcome !== "queued" || about !== undefined || notification === undefined || !ids.has(notification)) return false;
	return here.slice(0, index).some((one) => one.notification === notification && one.outcome === "dead");
}

function endsOneOf(ids: ReadonlySet<string>, { outcome, notification }: Disposition): boolean {
	const isEnd = outcome === "sent" || outcome === "dead" || outcome === "withdrawn";
	return isEnd && notification !== undefined && ids.has(notification);
}
