import type { Notification } from "../model/notification.ts";
import type { OutboxEntry } from "./outbox.ts";

/**
 * The message that goes to the fallback channel in place of a dead one. Its id follows from the dead one's, so that it
 * exists once however often the end is repeated after a crash.
 *
 * @param fallback the channel named as fallback, if any
 * @param isKnown whether the configuration has that channel
 * @param why what happened to the dead one
 * @param wasTold whether a channel was told of an incident by itself: then it hears of its end by itself, too
 * @returns undefined where there is no fallback, where that channel has failed with this message already, or where it
 *   needs no recovery from elsewhere
 */
export function handOver(
	dead: Notification,
	fallback: string | undefined,
	isKnown: (name: string) => boolean,
	why: string,
	now: number,
	wasTold: (channel: string, incident: string) => boolean,
): OutboxEntry | undefined {
	const failedChannels = [...(dead.failedChannels ?? []), dead.channel];
	if (fallback === undefined || failedChannels.includes(fallback) || !isKnown(fallback)) return undefined;
	const isRecovery = dead.type === "alert.resolved";
	const alerts = isRecovery ? dead.alerts.filter(({ incident }) => !wasTold(fallback, incident)) : dead.alerts;
	if (isRecovery && alerts.length === 0) return undefined;
	return {
		notification: {
			...dead,
			alerts,
			id: `${dead.id}-fb`,
			channel: fallback,
			reason: `${dead.reason}; channel ${dead.channel} failed (${why})`,
			dueAt: now,
			failedChannels,
		},
		delivery: { attempts: 0, nextAt: now },
	};
}
