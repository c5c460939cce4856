import type { Notification } from "../../src/model/notification.ts";
import type { Channel, Outcome, SendContext } from "../../src/notify/channel.ts";
import type { Ending, OutboxEntry, OutboxPort } from "../../src/notify/outbox.ts";

/** An outbox in memory that keeps what it was told. */
export interface MemoryOutbox extends OutboxPort {
	readonly rows: Map<string, OutboxEntry>;
	readonly endings: (Ending & { readonly id: string })[];
	/** `channel incident` → id of the first notification. */
	readonly threads: Map<string, string>;
}

export function memoryOutbox(): MemoryOutbox {
	const outbox: MemoryOutbox = {
		rows: new Map(),
		endings: [],
		threads: new Map(),
		attempted(id, delivery) {
			const row = outbox.rows.get(id);
			if (row !== undefined) outbox.rows.set(id, { ...row, delivery });
		},
		ended(id, ending, handOver) {
			outbox.rows.delete(id);
			outbox.endings.push({ id, ...ending });
			if (handOver !== undefined) outbox.rows.set(handOver.notification.id, handOver);
		},
		threadOf: (channel, incident) => outbox.threads.get(`${channel} ${incident}`),
	};
	return outbox;
}

/** A channel whose answers a test writes. */
export interface ScriptedChannel extends Channel {
	/** Ids in the order in which attempts began. */
	readonly tried: string[];
	/** Ids in the order in which they were taken. */
	readonly taken: string[];
	readonly notifications: Notification[];
	/** Most attempts that were on their way at the same time. */
	readonly mostAtOnce: number;
	readonly closed: number;
	answer: (notification: Notification, context: SendContext) => Outcome | Promise<Outcome>;
}

export function scriptedChannel(given: Partial<Channel> = {}): ScriptedChannel {
	const tried: string[] = [];
	const taken: string[] = [];
	const notifications: Notification[] = [];
	let atOnce = 0;
	let mostAtOnce = 0;
	let closed = 0;
	return {
		name: "ops",
		type: "webhook",
		timeoutMs: 10_000,
		giveUpAfterMs: 24 * 3_600_000,
		parallel: 4,
		...given,
		tried,
		taken,
		notifications,
		get mostAtOnce() {
			return mostAtOnce;
		},
		get closed() {
			return closed;
		},
		answer: () => ({ result: "sent" }),
		async send(notification, context) {
			tried.push(notification.id);
			mostAtOnce = Math.max(mostAtOnce, ++atOnce);
			try {
				const outcome = await this.answer(notification, context);
				if (outcome.result === "sent") {
					taken.push(notification.id);
					notifications.push(notification);
				}
				return outcome;
			} finally {
				atOnce--;
			}
		},
		close() {
			closed++;
		},
	};
}
