import { OWN_NAME } from "../config/instances.ts";
import type { Notification } from "../model/notification.ts";

/** How long a message that was not delivered is a trouble of the program, ms. */
const FRESH_MS = 3_600_000;
/** More are not kept: their number is told as it is then. */
const MOST = 10_000;

/** What was given up on one channel lately. */
export interface LostOnChannel {
	readonly channel: string;
	readonly count: number;
	/** Why the newest was. */
	readonly error: string;
}

export type DeadLetters = ReturnType<typeof createDeadLetters>;

/** Remembers the messages that were given up in the last hour. */
export function createDeadLetters() {
	let letters: { readonly channel: string; readonly at: number; readonly error: string }[] = [];

	return {
		note({ channel, alerts }: Notification, at: number, error: string): void {
			// Messages about the program itself do not count: the trouble that they tell of would never end.
			if (alerts.length > 0 && alerts.every(({ instance }) => instance === OWN_NAME)) return;
			letters.push({ channel, at, error });
			if (letters.length > MOST) letters.shift();
		},
		/** By channel. What lies in the future of a clock that was set back is as fresh as it was. */
		lately(now: number): readonly LostOnChannel[] {
			letters = letters.filter(({ at }) => at > now - FRESH_MS);
			return [...Map.groupBy(letters, ({ channel }) => channel)].map(([channel, lost]) => ({
				channel,
				count: lost.length,
				error: lost.at(-1)?.error ?? "",
			}));
		},
	};
}
