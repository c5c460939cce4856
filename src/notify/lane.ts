import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Notification } from "../model/notification.ts";
import { createAgenda } from "./agenda.ts";
import { attempt } from "./attempt.ts";
import { backoffMs, LONGEST_PAUSE_MS } from "./backoff.ts";
import type { Channel, Outcome } from "./channel.ts";
import { createIncidentLines } from "./incident-lines.ts";
import { asOf } from "./message-title.ts";
import type { Waiting } from "./waiting.ts";

/** From this many failures in a row on, the channel itself is in doubt and gets one message at a time. */
const IN_DOUBT = 3;

/** Longest pause of a channel in doubt: so much later than possible does a healthy message leave. */
const DOUBT_PAUSE_MS = 15_000;

/** After a long time without the program, a message is old at its first attempt; that alone must not be its end. */
const FEWEST_ATTEMPTS = 5;

/** The wall clock may jump while a timer runs, so it is looked at again at least this often. */
const LOOK_AGAIN_MS = 60_000;

export interface LaneDeps {
	readonly clock: Clock;
	readonly log: Log;
	readonly random: () => number;
	readonly stop: AbortSignal;
	threadOf(notification: Notification): string | undefined;
	/** An attempt failed; what is known about the delivery has changed. */
	attempted(entry: Waiting): void;
	/** The delivery is over, well or badly. */
	ended(entry: Waiting, result: "sent" | "dead", detail: string | undefined): void;
	/** Called whenever an attempt was dealt with. */
	moved(): void;
}

export type Lane = ReturnType<typeof createLane>;

/**
 * The queue of one channel: order within an incident, several incidents at once, pauses, attempts, and an end for every
 * message. One timer, set for the next moment at which something can be done.
 *
 * @param initial the channel; undefined for a name that the configuration does not know
 */
export function createLane(initial: Channel | undefined, deps: LaneDeps) {
	const { clock, log } = deps;
	const entries = new Map<string, Waiting>();
	const lines = createIncidentLines();
	const agenda = createAgenda();
	/** Messages on their way, by the channel object that carries them: a replaced one is closed after its last. */
	const busy = new Map<Channel, number>();
	let channel = initial;
	let fallback = initial?.fallback;
	let sending = 0;
	let failures = 0;
	let pausedUntil = 0;
	let deferredUntil = 0;
	let lastError: string | undefined;
	let timer: { cancel(): void } | undefined;

	/** When the next message can leave, ms since 1970 UTC; Infinity where none waits. */
	function nextAt(): number {
		const next = agenda.first();
		return next === undefined ? Number.POSITIVE_INFINITY : Math.max(next.at, pausedUntil, deferredUntil);
	}

	function pump(): void {
		timer?.cancel();
		timer = undefined;
		while (!deps.stop.aborted && channel !== undefined && sending < (failures >= IN_DOUBT ? 1 : channel.parallel)) {
			const wait = nextAt() - clock.now();
			if (wait === Number.POSITIVE_INFINITY) return;
			if (wait > 0) {
				timer = clock.after(Math.min(wait, LOOK_AGAIN_MS), pump, { background: true });
				return;
			}
			const entry = agenda.first() as Waiting;
			agenda.take();
			void send(entry, channel);
		}
	}

	async function send(entry: Waiting, by: Channel): Promise<void> {
		entry.phase = "sending";
		entry.mayBeKnown = true;
		sending++;
		busy.set(by, (busy.get(by) ?? 0) + 1);
		const thread = deps.threadOf(entry.notification);
		const outcome = await attempt(by, entry.notification, { clock, log, thread, stop: deps.stop });
		sending--;
		busy.set(by, (busy.get(by) ?? 1) - 1);
		closeUnused();
		// What was cut off by the end of the program stays in the outbox as it is.
		if (outcome.result === "sent" || !deps.stop.aborted) settle(entry, outcome, by);
		pump();
		deps.moved();
	}

	function settle(entry: Waiting, outcome: Outcome, by: Channel): void {
		if (outcome.result === "sent") {
			lastError = undefined;
			if (failures >= IN_DOUBT) retryAllNow();
			failures = 0;
			pausedUntil = 0;
			finish(entry, "sent", outcome.detail);
			return;
		}
		const now = clock.now();
		lastError = outcome.error;
		const attempts = entry.delivery.attempts + 1;
		if (outcome.result === "rejected") {
			entry.delivery = { attempts, nextAt: now, lastError };
			finish(entry, "dead", `refused: ${outcome.error}`);
			return;
		}
		let pause = backoffMs(attempts, deps.random());
		if (outcome.result === "defer") {
			pause = Math.min(outcome.afterMs, LONGEST_PAUSE_MS);
			deferredUntil = Math.max(deferredUntil, now + pause);
		} else if (++failures >= IN_DOUBT) {
			pausedUntil = now + Math.min(DOUBT_PAUSE_MS, backoffMs(failures - IN_DOUBT + 1, deps.random()));
		}
		const giveUpAt = asOf(entry.notification) + by.giveUpAfterMs;
		const nextAt = now < giveUpAt ? Math.min(now + pause, giveUpAt) : now + pause;
		entry.phase = "waiting";
		// A pause of the whole channel holds everybody; after it the oldest goes first again.
		entry.at = outcome.result === "defer" ? Math.min(entry.notification.dueAt, now) : nextAt;
		entry.delivery = { attempts, nextAt, lastError };
		if (channel === undefined) {
			finish(entry, "dead", `its channel was removed; before that: ${outcome.error}`);
		} else if (now >= giveUpAt && attempts >= FEWEST_ATTEMPTS) {
			finish(entry, "dead", `given up after ${attempts} attempts: ${outcome.error}`);
		} else {
			agenda.add(entry);
			deps.attempted(entry);
		}
	}

	function finish(entry: Waiting, result: "sent" | "dead", detail: string | undefined): void {
		remove(entry);
		deps.ended(entry, result, detail);
	}

	function remove(entry: Waiting): void {
		entry.phase = "gone";
		entries.delete(entry.notification.id);
		for (const freed of lines.leave(entry)) agenda.add(freed);
	}

	/** Those who back off need not any longer: the channel works again, or is another one. */
	function retryAllNow(): void {
		const now = clock.now();
		for (const entry of entries.values()) {
			if (entry.phase !== "waiting" || entry.delivery.attempts === 0 || entry.at <= now) continue;
			entry.at = entry.notification.dueAt;
			if (entry.ahead === 0) agenda.add(entry);
		}
	}

	function closeUnused(): void {
		for (const [used, count] of busy) {
			if (count > 0) continue;
			busy.delete(used);
			if (used !== channel) used.close();
		}
	}

	return {
		add(entry: Waiting): void {
			if (entries.has(entry.notification.id)) return;
			if (channel === undefined) {
				deps.ended(entry, "dead", "its channel is not configured");
				return;
			}
			entries.set(entry.notification.id, entry);
			lines.enter(entry);
			if (entry.ahead === 0) agenda.add(entry);
		},
		/** Changes the words of a message that nobody can have seen yet; false where it is too late for that. */
		update(notification: Notification): boolean {
			const entry = entries.get(notification.id);
			if (entry === undefined || entry.mayBeKnown) return false;
			for (const freed of lines.leave(entry)) agenda.add(freed);
			entry.notification = notification;
			entry.at = Math.max(notification.dueAt, entry.delivery.nextAt);
			lines.enter(entry);
			if (entry.ahead === 0) agenda.add(entry);
			pump();
			return true;
		},
		/** Withdraws a message that nobody can have seen yet; false where it is too late for that. */
		cancel(id: string): boolean {
			const entry = entries.get(id);
			if (entry === undefined || entry.mayBeKnown) return false;
			remove(entry);
			pump();
			return true;
		},
		/** Puts another channel in the place of this one, or none: then everything that waits is dead. */
		replace(next: Channel | undefined): void {
			if (next === channel) return;
			const old = channel;
			channel = next;
			if (old !== undefined && !busy.has(old)) old.close();
			if (next === undefined) {
				for (const entry of [...entries.values()]) {
					if (entry.phase === "waiting") finish(entry, "dead", "its channel was removed from the configuration");
				}
				return;
			}
			fallback = next.fallback;
			pausedUntil = 0;
			retryAllNow();
			pump();
		},
		/** Moves all pauses by as much as the wall clock was set, so that they last as long as they were meant to. */
		shift(ms: number): void {
			pausedUntil += ms;
			deferredUntil += ms;
			for (const entry of entries.values()) {
				if (entry.phase !== "waiting") continue;
				entry.at += ms;
				if (entry.ahead === 0) agenda.add(entry);
			}
			pump();
		},
		pump,
		nextAt,
		isSending: () => sending > 0,
		fallback: () => fallback,
		entries: () => entries.values(),
		counts: () => ({ queued: entries.size, sending, deferredUntil, lastError }),
		close(): void {
			timer?.cancel();
			channel?.close();
		},
	};
}
