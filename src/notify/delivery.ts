import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Delivery, Notification } from "../model/notification.ts";
import { LONGEST_PAUSE_MS } from "./backoff.ts";
import type { Channel } from "./channel.ts";
import { describeFailure } from "./failure.ts";
import { type Hearing, handOver } from "./fallback.ts";
import { createLane, type Lane, type LaneDeps } from "./lane.ts";
import type { Ending, OutboxEntry, OutboxPort } from "./outbox.ts";
import { incidentsOf, type Waiting } from "./waiting.ts";

export interface NotifierDeps {
	readonly channels: ReadonlyMap<string, Channel>;
	readonly outbox: OutboxPort;
	readonly clock: Clock;
	readonly log: Log;
	/** From 0 up to, but not including, 1. */
	readonly random: () => number;
	/** Told of every dead letter, after it was logged and handed over. */
	readonly onDead?: (notification: Notification, detail: string) => void;
}

/** What waits for one channel. */
interface ChannelPending {
	/** Including those on their way. */
	readonly queued: number;
	readonly sending: number;
	/** Since the oldest of them was due, ms; 0 where none is due. */
	readonly oldestAgeMs: number;
	/** The receiver asked for a pause until then, ms since 1970 UTC. */
	readonly deferredUntil?: number;
	/** Of the newest attempt, where it failed. */
	readonly lastError?: string;
	/** The receiver is gone: nothing is sent any more until the configuration is read again. */
	readonly disabled?: string;
}

export interface Notifier {
	/**
	 * Takes over notifications that are stored in the outbox already; the order of acceptance is the order within an
	 * incident. With `restored` they come from an earlier life of the program, which may have sent what was due.
	 */
	accept(entries: readonly OutboxEntry[], options?: { readonly restored?: boolean }): void;
	/** Changes a notification before its first attempt (a group grew); false where it is too late: tell it as a new one. */
	update(notification: Notification): boolean;
	/** Withdraws a notification before its first attempt; false where it is too late, or where it is not known. */
	cancel(id: string): boolean;
	/**
	 * Sends once more what a channel was told before, for receivers that forget. It keeps its place in the order of its
	 * incidents, is stored nowhere and is not tried again: a newer one follows. Nothing while an older one still waits.
	 */
	repeat(notification: Notification): void;
	/** Swaps the channels after a reload. Those that are gone give their waiting messages to their fallback. */
	replaceChannels(channels: ReadonlyMap<string, Channel>): void;
	/** The wall clock was set by so many ms (negative: back): pauses go on as long as they were meant to. */
	clockSet(ms: number): void;
	/** True while nothing is on its way and nothing could leave now. */
	idle(): boolean;
	pending(): ReadonlyMap<string, ChannelPending>;
	/** Waits until nothing more can leave before `ms` have passed, or until they have. */
	drain(ms: number): Promise<void>;
	/** Ends all attempts and timers, and closes the channels. What was not delivered stays in the outbox. */
	stop(): void;
}

/** Builds the part that delivers: at least once, in order within an incident, with an end for every message. */
export function createNotifier(deps: NotifierDeps): Notifier {
	const { outbox, clock, log } = deps;
	const stop = new AbortController();
	const lanes = new Map<string, Lane>();
	const drains = new Set<() => void>();
	let turns = 0;

	function laneOf(name: string): Lane {
		let lane = lanes.get(name);
		if (lane === undefined) {
			lane = createLane(undefined, laneDeps);
			lanes.set(name, lane);
		}
		return lane;
	}

	const laneDeps: LaneDeps = {
		clock,
		log,
		random: deps.random,
		stop: stop.signal,
		threadOf({ notification }) {
			for (const incident of incidentsOf(notification)) {
				const first = remembered(() => outbox.threadOf(notification.channel, incident));
				if (first !== undefined && first !== notification.id) return first;
			}
			return undefined;
		},
		attempted({ notification, delivery }) {
			const { id, channel } = notification;
			log.warn(
				{ channel, notification: id, ...delivery, error: delivery.lastError },
				"delivery failed, will try again",
			);
			remembered(() => outbox.attempted(id, delivery));
		},
		ended(entry, result, detail) {
			const ending = { result, at: clock.now(), ...(detail === undefined ? {} : { detail }) };
			if (result === "dead") {
				bury(entry, ending, detail ?? "");
				return;
			}
			const { id, channel, type } = entry.notification;
			log.info({ channel, notification: id, type, attempts: entry.delivery.attempts + 1, detail }, "delivered");
			remembered(() => outbox.ended(id, ending));
		},
		moved() {
			for (const look of drains) look();
		},
	};

	const hearing: Hearing = {
		threadOf: (channel, incident) => remembered(() => outbox.threadOf(channel, incident)),
		standing: (alert) => outbox.standing?.(alert) ?? "open",
	};

	function bury({ notification, delivery }: Waiting, ending: Ending, detail: string): void {
		const { id, channel, type } = notification;
		const isKnown = (name: string) => channels.has(name);
		const next = handOver(notification, lanes.get(channel)?.fallback(), isKnown, detail, ending.at, hearing);
		log.error(
			{ channel, notification: id, type, attempts: delivery.attempts, detail, fallback: next?.notification.channel },
			next === undefined
				? "an alert was NOT delivered and no fallback channel takes over"
				: "an alert was not delivered, its fallback channel takes over",
		);
		remembered(() => outbox.ended(id, ending, next));
		if (next !== undefined) accept([next]);
		deps.onDead?.(notification, detail);
	}

	/** A database that fails must not stop the telling. */
	function remembered<Result>(call: () => Result): Result | undefined {
		try {
			return call();
		} catch (error) {
			log.error(
				{ error: describeFailure(error) },
				"the outbox cannot be read or written, delivery goes on from memory",
			);
			return undefined;
		}
	}

	let channels = deps.channels;
	for (const [name, channel] of channels) lanes.set(name, createLane(channel, laneDeps));

	function accept(entries: readonly OutboxEntry[], options?: { readonly restored?: boolean }): void {
		const now = clock.now();
		const touched = new Set<Lane>();
		for (const { notification, delivery } of entries) {
			// A pause that reaches further than any pause does comes from a clock that was wrong.
			const at = Math.max(notification.dueAt, Math.min(delivery.nextAt, now + LONGEST_PAUSE_MS));
			const mayBeKnown = delivery.attempts > 0 || (options?.restored === true && notification.dueAt <= now);
			const lane = laneOf(notification.channel);
			lane.add({ ...fresh(notification, delivery), at, mayBeKnown });
			touched.add(lane);
		}
		for (const lane of touched) lane.pump();
	}

	const fresh = (notification: Notification, delivery: Delivery) => ({
		notification,
		delivery,
		turn: turns++,
		phase: "waiting" as const,
		ahead: 0,
		parts: new Map<string, string | undefined>(),
	});

	const isDone = (until: number) => [...lanes.values()].every((lane) => !lane.isSending() && lane.nextAt() > until);

	return {
		accept,
		repeat(notification) {
			const lane = laneOf(notification.channel);
			if (lane.entries().some(({ fleeting }) => fleeting)) return;
			const at = clock.now();
			lane.add({ ...fresh(notification, { attempts: 0, nextAt: at }), at, mayBeKnown: true, fleeting: true });
			lane.pump();
		},
		update: (notification) => lanes.get(notification.channel)?.update(notification) ?? false,
		cancel: (id) => [...lanes.values()].some((lane) => lane.cancel(id)),
		replaceChannels(next) {
			channels = next;
			for (const [name, channel] of next) laneOf(name).replace(channel);
			for (const [name, lane] of lanes) if (!next.has(name)) lane.replace(undefined);
			laneDeps.moved();
		},
		clockSet(ms) {
			for (const lane of lanes.values()) lane.shift(ms);
		},
		idle: () => isDone(clock.now()),
		pending() {
			const now = clock.now();
			return new Map([...lanes].map(([name, lane]) => [name, pendingOf(lane, now)]));
		},
		drain(ms) {
			const until = clock.now() + ms;
			const { promise, resolve } = Promise.withResolvers<void>();
			const end = () => {
				timer.cancel();
				drains.delete(look);
				resolve();
			};
			const look = () => {
				if (isDone(until)) end();
			};
			const timer = clock.after(ms, end);
			drains.add(look);
			look();
			return promise;
		},
		stop() {
			stop.abort();
			for (const lane of lanes.values()) lane.close();
		},
	};
}

function pendingOf(lane: Lane, now: number): ChannelPending {
	const { queued, sending, deferredUntil, lastError, disabled } = lane.counts();
	let oldest = now;
	for (const { notification } of lane.entries()) oldest = Math.min(oldest, notification.dueAt);
	return {
		queued,
		sending,
		oldestAgeMs: now - oldest,
		...(deferredUntil > now ? { deferredUntil } : {}),
		...(lastError === undefined ? {} : { lastError }),
		...(disabled === undefined ? {} : { disabled }),
	};
}
