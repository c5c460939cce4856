import type { Notification } from "../model/notification.ts";
import type { OutboxEntry } from "./outbox.ts";

/**
 * The message that goes to the fallback channel in place of a dead one. Its id follows from the dead one's, so that it
 * exists once however often the end is repeated after a crash.
 *
 * @param fallback the channel named as fallback, if any
 * @param isKnown whether the configuration has that channel
 * @param why what happened to the dead one
 * @returns undefined where there is no fallback, or where that channel has failed with this message already
 */
export function handOver(
	dead: Notification,
	fallback: string | undefined,
	isKnown: (name: string) => boolean,
	why: string,
	now: number,
): OutboxEntry | undefined {
	const failedChannels = [...(dead.failedChannels ?? []), dead.channel];
	if (fallback === undefined || failedChannels.includes(fallback) || !isKnown(fallback)) return undefined;
	return {
		notification: {
			...dead,
			id: `${dead.id}-fb`,
			channel: fallback,
			reason: `${dead.reason}; channel ${dead.channel} failed (${why})`,
			dueAt: now,
			failedChannels,
		},
		delivery: { attempts: 0, nextAt: now },
	};
}
