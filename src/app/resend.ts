import type { Clock } from "../clock.ts";
import type { AlertSnapshot } from "../model/notification.ts";
import { isWorse } from "../model/verdict.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Parts } from "./parts.ts";

/** How often it is looked at which channel is due, ms. */
export const RESEND_LOOK_MS = 1_000;

/**
 * Tells receivers that forget (Alertmanager resolves what nobody repeats) again and again what is open, as they were told
 * it last. The timer lives here and not in the queue of the channel, because only the ledger knows what is still open.
 */
export function createResend(parts: Pick<Parts, "ledger" | "notifier" | "channels">, clock: Clock) {
	const lastAt = new Map<string, number>();

	const resend = (channel: string): void => {
		const alerts = openOn(parts.ledger, channel);
		const [first] = alerts;
		if (first === undefined) return;
		const worst = alerts.reduce((worst, alert) => (isWorse(alert.level, worst.level) ? alert : worst), first);
		const now = clock.now();
		parts.notifier.repeat({
			id: `again-${channel}-${now.toString(36)}`,
			type: "alert.reminder",
			channel,
			group: "",
			severity: worst.labels["severity"] ?? worst.level,
			alerts,
			reason: "still open, sent again",
			createdAt: now,
			dueAt: now,
		});
	};

	return {
		/** Sends what is due. The first time is at once: nobody knows how long the program was away. */
		look(): void {
			const now = clock.monotonic();
			for (const [name, { resendMs }] of parts.channels()) {
				if (resendMs === undefined || now - (lastAt.get(name) ?? Number.NEGATIVE_INFINITY) < resendMs) continue;
				lastAt.set(name, now);
				resend(name);
			}
		},
	};
}

/**
 * What a channel was told and is still true. What waits to be told anyway is left out: the message that waits is newer, and
 * one that fails must not hold up what is repeated about others.
 */
export function openOn(
	{ toldKeys, told, unsent }: Pick<Ledger, "toldKeys" | "told" | "unsent">,
	channel: string,
): readonly AlertSnapshot[] {
	const waiting = new Set(
		[...unsent()].flatMap(({ notification }) =>
			notification.channel === channel ? notification.alerts.map(({ key }) => key) : [],
		),
	);
	return [...toldKeys()]
		.filter((key) => !waiting.has(key))
		.flatMap((key) => told(key))
		.filter((entry) => entry.channel === channel && !entry.lost && entry.overAt === undefined)
		.map(({ alert }) => alert);
}
