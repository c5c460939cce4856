import type { AlertSnapshot, Notification } from "../model/notification.ts";
import type { OutboxEntry, Standing } from "./outbox.ts";

/** Marks the id of a message that was handed over. */
const HANDED_OVER = "-fb";

/** What is remembered of who heard what. */
export interface Hearing {
	/** The message that first told a channel about an incident. */
	threadOf(channel: string, incident: string): string | undefined;
	standing(alert: AlertSnapshot): Standing;
}

/**
 * The message that goes to the fallback channel in place of a dead one. Its id follows from the dead one's, so that it
 * exists once however often the end is repeated after a crash.
 *
 * @param fallback the channel named as fallback, if any
 * @param isKnown whether the configuration has that channel
 * @param why what happened to the dead one
 * @returns undefined where there is no fallback, where that channel has failed with this message already, or where it
 *   hears all of it by itself
 */
export function handOver(
	dead: Notification,
	fallback: string | undefined,
	isKnown: (name: string) => boolean,
	why: string,
	now: number,
	hearing: Hearing,
): OutboxEntry | undefined {
	const failedChannels = [...(dead.failedChannels ?? []), dead.channel];
	if (fallback === undefined || failedChannels.includes(fallback) || !isKnown(fallback)) return undefined;
	const alerts = dead.alerts.filter((alert) => !needsNone(alert, fallback, hearing));
	if (alerts.length === 0 && dead.alerts.length > 0) return undefined;
	return {
		notification: {
			...dead,
			alerts,
			id: `${dead.id}${HANDED_OVER}`,
			channel: fallback,
			reason: `${dead.reason}; channel ${dead.channel} failed (${why})`,
			dueAt: now,
			failedChannels,
		},
		delivery: { attempts: 0, nextAt: now },
	};
}

/**
 * Who was told of an incident hears of its end by itself, also where it was told in the place of another channel. Who was
 * told in its own right hears everything by itself. And where the next incident is open, nobody is to be told any more
 * that the one before it is over.
 */
function needsNone(alert: AlertSnapshot, fallback: string, { threadOf, standing }: Hearing): boolean {
	const stands = standing(alert);
	if (stands === "succeeded") return true;
	const first = threadOf(fallback, alert.incident);
	if (first === undefined) return false;
	return alert.state === "resolved" || !first.endsWith(HANDED_OVER) || stands === "over";
}
