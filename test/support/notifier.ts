import type { Log } from "../../src/log.ts";
import type { Notification } from "../../src/model/notification.ts";
import type { Channel } from "../../src/notify/channel.ts";
import { createNotifier } from "../../src/notify/notify.ts";
import { MONDAY_MORNING, type VirtualClock, virtualClock } from "./clock.ts";
import { notification, snapshot } from "./notifications.ts";
import { memoryOutbox } from "./outbox.ts";

/** A notifier in virtual time over an outbox in memory, with everything it logs and buries. */
export function aNotifier(given: readonly Channel[], clock: VirtualClock = virtualClock()) {
	const outbox = memoryOutbox();
	const lines: string[] = [];
	const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
	const log: Log = { debug: write, info: write, warn: write, error: write };
	const channels = new Map(given.map((channel) => [channel.name, channel]));
	const notifier = createNotifier({ channels, outbox, clock, log, random: () => 0.5 });
	const accept = (...notifications: Notification[]) => {
		const entries = notifications.map((one) => ({
			notification: one,
			delivery: { attempts: 0, nextAt: one.dueAt },
		}));
		for (const one of entries) outbox.rows.set(one.notification.id, one);
		notifier.accept(entries);
	};
	return { clock, outbox, lines, notifier, accept };
}

/** A notification that is due on Monday morning, about the given incidents, each of a check of its own. */
export function about(id: string, ...incidents: string[]): Notification {
	const alerts = incidents.map((incident) => snapshot({ incident, check: `check-${incident}` }));
	return notification({ id, alerts, createdAt: MONDAY_MORNING, dueAt: MONDAY_MORNING });
}
