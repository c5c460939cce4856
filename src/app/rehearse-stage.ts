import type { Config } from "../config/alerts.ts";
import { silentLog } from "../log.ts";
import { isOpen } from "../model/alert.ts";
import type { Disposition, Notification } from "../model/notification.ts";
import type { Channel } from "../notify/channel.ts";
import { channelLimits } from "../notify/channel-options.ts";
import type { ChannelOptions } from "../notify/notify.ts";
import { createParts, type Parts } from "./parts.ts";
import { forgetfulStore } from "./rehearse-store.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** A message that would have left. */
export interface Rehearsed {
	/** Ms since 1970 UTC. */
	readonly at: number;
	readonly message: Notification;
}

/** What a rehearsal came to. */
export interface Rehearsal {
	/** Ms since 1970 UTC. */
	readonly from: number;
	readonly to: number;
	readonly messages: readonly Rehearsed[];
	readonly muted: readonly Disposition[];
	/** Alerts that are open at the end. */
	readonly open: readonly string[];
	/** What could not be rehearsed, in words. */
	readonly notes: readonly string[];
	/** Looks that were taken; others would have changed nothing. */
	readonly looks: number;
}

/** The program's own parts on a virtual clock; the database, and the way out of the machine, are played. */
export interface Stage {
	readonly clock: VirtualClock;
	readonly parts: Parts;
	/** Lets everything happen until then, inclusive; ms since the beginning. */
	advance(to: number): Promise<void>;
	end(): Pick<Rehearsal, "messages" | "muted" | "open">;
}

/** Lets everything run that waits for nothing but its turn. */
const giveWay = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * @param from wall clock at the beginning, ms since 1970 UTC
 * @param isDead whether a channel takes no messages at a moment
 * @param look called where the program wants to look at a check in so many ms
 */
export function createStage(
	config: Config,
	from: number,
	isDead: (channel: string, at: number) => boolean,
	look: (key: string, inMs: number) => void,
): Stage {
	const clock = createVirtualClock(from);
	const messages: Rehearsed[] = [];
	const muted: Disposition[] = [];
	let onTheWay = 0;

	const channelOf = (name: string, options: ChannelOptions): Channel => ({
		name,
		type: "webhook",
		timeoutMs: options.timeout,
		...("give_up_after" in options ? channelLimits(options) : { giveUpAfterMs: 0 }),
		parallel: 1,
		async send(message) {
			onTheWay++;
			// Not at once, as with a real channel: what was decided together is handed over together.
			await undefined;
			onTheWay--;
			if (isDead(name, clock.now())) return { result: "retry", error: "dead, as the timeline says" };
			messages.push({ at: clock.now(), message });
			return { result: "sent" };
		},
		close() {},
	});

	const parts = createParts(
		{ ...config, store: { ...config.store, path: ":memory:" } },
		{
			clock,
			log: silentLog,
			random: () => 0.5,
			readText: () => "",
			createChannel: channelOf,
			openStore: () => forgetfulStore((one) => void (one.outcome === "muted" && muted.push(one))),
		},
		look,
		false,
	);

	return {
		clock,
		parts,
		async advance(to) {
			while (clock.nextAt() <= to) {
				clock.ringNext();
				if (onTheWay > 0) await giveWay();
			}
			clock.runUntil(to);
		},
		end() {
			parts.pipeline.stop();
			parts.notifier.stop();
			const open = [...parts.ledger.alerts()].filter(({ state }) => isOpen(state)).map(({ key }) => key);
			parts.keeper.close();
			return { messages, muted, open };
		},
	};
}
