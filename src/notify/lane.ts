import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Notification } from "../model/notification.ts";
import { createAgenda } from "./agenda.ts";
import { attempt } from "./attempt.ts";
import { backoffMs, LONGEST_PAUSE_MS } from "./backoff.ts";
import { createCarriers } from "./carriers.ts";
import type { Channel, Outcome } from "./channel.ts";
import { createIncidentLines } from "./incident-lines.ts";
import { asOf } from "./message-title.ts";
import { createPace } from "./pace.ts";
import type { Waiting } from "./waiting.ts";

/** After a long time without the program, a message is old at its first attempt; that alone must not be its end. */
const FEWEST_ATTEMPTS = 5;

/** The wall clock may jump while a timer runs, so it is looked at again at least this often. */
const LOOK_AGAIN_MS = 60_000;

export interface LaneDeps {
	readonly clock: Clock;
	readonly log: Log;
	readonly random: () => number;
	readonly stop: AbortSignal;
	threadOf(entry: Waiting): string | undefined;
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
	const pace = createPace(clock, deps.random);
	const carriers = createCarriers();
	let channel = initial;
	let fallback = initial?.fallback;
	/** Why nothing is sent any more until the channel is replaced. */
	let disabled: string | undefined;
	let sending = 0;
	let timer: { cancel(): void } | undefined;

	/** When the next message can leave, ms since 1970 UTC; Infinity where none waits. */
	function nextAt(): number {
		const next = agenda.first();
		return next === undefined ? Number.POSITIVE_INFINITY : Math.max(next.at, pace.openAt(channel?.spacingMs));
	}

	/** Why nothing can be sent here, if that is so. */
	function closedBecause(): string | undefined {
		if (channel === undefined) return "its channel was removed from the configuration";
		return disabled === undefined ? undefined : `its channel is disabled: ${disabled}`;
	}

	/** Ends what can never be sent, in order; who waits behind a message on its way waits for the end of that. */
	function buryFree(why: string): void {
		for (const entry of entries.values()) {
			if (entry.phase === "waiting" && entry.ahead === 0) finish(entry, "dead", why);
		}
	}

	function pump(): void {
		timer?.cancel();
		timer = undefined;
		if (deps.stop.aborted) return;
		const why = closedBecause();
		if (why !== undefined) buryFree(why);
		while (channel !== undefined && sending < pace.most(channel.parallel)) {
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
		carriers.began(by);
		pace.started();
		const outcome = await attempt(by, entry, { clock, log, thread: deps.threadOf(entry), stop: deps.stop });
		sending--;
		carriers.ended(by, channel);
		// What was cut off by the end of the program stays in the outbox as it is.
		if (outcome.result === "sent" || !deps.stop.aborted) settle(entry, outcome, by);
		pump();
		deps.moved();
	}

	function settle(entry: Waiting, outcome: Outcome, by: Channel): void {
		const now = clock.now();
		if (outcome.result === "sent" || outcome.result === "more") {
			if (pace.worked()) retryAllNow();
			if (outcome.result === "sent") finish(entry, "sent", outcome.detail);
			else waitAgain(entry, Math.min(entry.notification.dueAt, now));
			return;
		}
		const { error } = outcome;
		const attempts = entry.delivery.attempts + 1;
		if (outcome.result === "rejected") {
			pace.refused(error);
			entry.delivery = { attempts, nextAt: now, lastError: error };
			if (outcome.gone && by === channel) disable(by, error);
			finish(entry, "dead", `refused: ${error}`);
			return;
		}
		let pause = backoffMs(attempts, deps.random());
		if (outcome.result === "defer") {
			pause = Math.min(outcome.afterMs, LONGEST_PAUSE_MS);
			pace.deferred(error, pause);
		} else pace.failed(error);
		const giveUpAt = asOf(entry.notification) + by.giveUpAfterMs;
		const nextAt = now < giveUpAt ? Math.min(now + pause, giveUpAt) : now + pause;
		entry.delivery = { attempts, nextAt, lastError: error };
		const why = closedBecause();
		if (why !== undefined || entry.fleeting) {
			finish(entry, "dead", `${why ?? "it is repeated later"}; before that: ${error}`);
		} else if (now >= giveUpAt && attempts >= FEWEST_ATTEMPTS) {
			finish(entry, "dead", `given up after ${attempts} attempts: ${error}`);
		} else {
			// A pause of the whole channel holds everybody; after it the oldest goes first again.
			waitAgain(entry, outcome.result === "defer" ? Math.min(entry.notification.dueAt, now) : nextAt);
			deps.attempted(entry);
		}
	}

	function waitAgain(entry: Waiting, at: number): void {
		entry.phase = "waiting";
		entry.at = at;
		agenda.add(entry);
	}

	function disable({ name }: Channel, reason: string): void {
		if (disabled !== undefined) return;
		disabled = reason;
		log.error(
			{ channel: name, error: reason },
			"the receiver of this channel is gone: it is disabled until the configuration is read again",
		);
	}

	function finish(entry: Waiting, result: "sent" | "dead", detail: string | undefined): void {
		remove(entry);
		if (!entry.fleeting) deps.ended(entry, result, detail);
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

	return {
		add(entry: Waiting): void {
			if (entries.has(entry.notification.id)) return;
			if (channel === undefined) {
				if (!entry.fleeting) deps.ended(entry, "dead", "its channel is not configured");
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
			if (old !== undefined) carriers.replaced(old);
			disabled = undefined;
			if (next !== undefined) {
				fallback = next.fallback;
				pace.renewed();
				retryAllNow();
			}
			pump();
		},
		/** Moves all pauses by as much as the wall clock was set, so that they last as long as they were meant to. */
		shift(ms: number): void {
			pace.shift(ms);
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
		counts: () => ({ queued: entries.size, sending, disabled, ...pace.state() }),
		close(): void {
			timer?.cancel();
			channel?.close();
		},
	};
}
