import type { TurnOnChannel } from "../model/alert.ts";
import type { Notification, NotificationType, Told } from "../model/notification.ts";
import type { Mute } from "./mute.ts";

/** A channel that is not told now, and why. */
export interface Muted extends Mute {
	readonly channel: string;
}

/** What a decision means for an incident on one channel. */
export interface ChannelOutcome {
	readonly channel: string;
	readonly incident: string;
	readonly outcome: TurnOnChannel["outcome"];
	readonly reason: string;
	readonly until?: number;
	readonly notification?: string;
	/** It is not what becomes of a transition: a reminder, an acknowledgement, a message that a newer one replaces. */
	readonly isAside?: boolean;
}

/** A message that is still waiting for its group, so that more can join it or leave it. */
export type FindWaiting = (channel: string, type: NotificationType, group: string) => Notification | undefined;

/** When the newest message of a kind to a group was (or will be) due, ms since 1970 UTC. */
export type FindLastDue = (channel: string, type: NotificationType, group: string) => number | undefined;

/** What follows for one alert at one moment. */
export interface Decision {
	/** New messages, and waiting ones as they are with this alert in them. */
	readonly notifications: readonly Notification[];
	/** Waiting messages that lost their last alert before they were due. */
	readonly cancelled: readonly string[];
	/** New ledger entries; one replaces the entry of the same channel and incident. */
	readonly told: readonly Told[];
	/** Ledger entries that end. */
	readonly closed: readonly Told[];
	readonly muted: readonly Muted[];
	/** For each channel that routing names or that was told before, what this decision means there. */
	readonly outcomes: readonly ChannelOutcome[];
	/** When to decide again although nothing else happens, ms since 1970 UTC. */
	readonly wakeAt?: number;
}
