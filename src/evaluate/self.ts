import { type CauseCode, cause } from "../model/cause.ts";
import type { Fault } from "../model/sample.ts";
import type { Verdict } from "../model/verdict.ts";

/** What the program knows about its own troubles. */
export interface SelfFacts {
	/** What is wrong with the database, in words. */
	readonly store?: string;
	/** Channels that have not taken a due message for a while, and why. */
	readonly delivery: readonly { readonly channel: string; readonly error: string }[];
	/** Sinks that do not get rid of their values, and why. */
	readonly sinks: readonly { readonly sink: string; readonly error: string }[];
	/** Messages that were given up in the last hour, also where a fallback took over, by channel, and why the newest was. */
	readonly lost: readonly { readonly channel: string; readonly count: number; readonly error: string }[];
	/** Checks whose newest sample failed through the prober's own fault. */
	readonly blind: readonly { readonly key: string; readonly fault: Fault }[];
	/** Runs that did not end long after their deadline. */
	readonly stuck: number;
}

/**
 * The program's opinion about itself: a fault of the prober is told as one, once, instead of as a failure of every target.
 */
export function judgeSelf({ store, delivery, sinks, lost, blind, stuck }: SelfFacts): Verdict {
	const found: { readonly code: CauseCode; readonly text: string }[] = [];
	if (store !== undefined) found.push({ code: "prober_store", text: store });
	for (const { channel, error } of delivery) {
		found.push({ code: "prober_delivery", text: `channel ${channel} takes no messages: ${error}` });
	}
	for (const { channel, count, error } of lost) {
		const messages = count === 1 ? "1 message was" : `${count} messages were`;
		found.push({ code: "prober_delivery", text: `${messages} not delivered on channel ${channel}: ${error}` });
	}
	for (const { sink, error } of sinks) found.push({ code: "prober_delivery", text: `sink ${sink} ${error}` });
	const first = blind[0];
	if (first) {
		const others = blind.length > 1 ? ` and ${blind.length - 1} more` : "";
		found.push({ code: first.fault.code, text: `${first.key}${others} cannot be judged: ${first.fault.text}` });
	}
	if (stuck > 0) found.push({ code: "prober_bug", text: `${stuck} runs ignored their deadline` });
	const worst = found[0];
	if (!worst) return { level: "ok", summary: "works", failed: [] };
	return {
		level: "warning",
		cause: cause(worst.code),
		summary: worst.text,
		failed: found.slice(1).map(({ text }) => text),
	};
}
