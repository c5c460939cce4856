import type { Clock } from "../clock.ts";
import type { Notification } from "../model/notification.ts";

/** What became of one attempt to deliver. */
export type Outcome =
	| { readonly result: "sent"; readonly detail?: string }
	/** One of several requests of this message was dealt with; at the next call the next one goes out. */
	| { readonly result: "more" }
	/** Trying again can help. */
	| { readonly result: "retry"; readonly error: string }
	/** The receiver asked for a pause: nothing goes to this channel before it is over. */
	| { readonly result: "defer"; readonly error: string; readonly afterMs: number }
	/** Trying again cannot help. `gone`: neither can any other message, the receiver itself no longer exists. */
	| { readonly result: "rejected"; readonly error: string; readonly gone?: true };

export interface SendContext {
	readonly signal: AbortSignal;
	readonly clock: Clock;
	/** The incident's first message on this channel, for threads; undefined for the first one itself. */
	readonly thread?: string;
	/**
	 * Requests of this message that are over, for protocols that take one alert at a time: by name, with the error where one
	 * was refused. Kept between the attempts, so that nothing is repeated that was accepted.
	 */
	readonly parts?: Map<string, string | undefined>;
}

/** A place to tell. Says only whether trying again can help; one place outside (notify.ts) decides and counts. */
export interface Channel {
	readonly name: string;
	readonly type: "email" | "slack" | "webhook";
	/** Longest time of one attempt. */
	readonly timeoutMs: number;
	/** A notification that was not delivered this long after it was due is a dead letter. */
	readonly giveUpAfterMs: number;
	/** Messages (about different incidents) that may be on their way at the same time. */
	readonly parallel: number;
	/** Shortest time between the beginnings of two attempts; absent where nothing limits them. */
	readonly spacingMs?: number;
	/** What is open is sent again at this interval, for receivers that forget what is not repeated. */
	readonly resendMs?: number;
	/** Channel that gets the dead letters. */
	readonly fallback?: string;
	send(notification: Notification, context: SendContext): Promise<Outcome>;
	close(): void;
}
