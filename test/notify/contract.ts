import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { silentLog } from "../../src/log.ts";
import type { Notification } from "../../src/model/notification.ts";
import type { Channel, Outcome } from "../../src/notify/channel.ts";
import { channelOptions, createChannel, testNotification } from "../../src/notify/notify.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { notification, snapshot } from "../support/notifications.ts";
import { expectNoSecret } from "../support/secret-search.ts";

/** A receiver of one channel type, on loopback, whose answers a case chooses. */
export interface Receiver {
	/** The options of a channel that leads here, as a user writes them. */
	readonly options: Readonly<Record<string, unknown>>;
	/** What must be seen nowhere. */
	readonly secrets: readonly string[];
	/** A message about many alerts comes as several requests, and all alerts are in them. */
	readonly spreads?: true;
	/** Id and all words of each message that was taken. */
	taken(): Promise<readonly { readonly id: string; readonly words: string }[]>;
	close(): Promise<void>;
}

export interface ContractCase<R extends Receiver> {
	readonly when: string;
	arrange(receiver: R): void;
	readonly result: Outcome["result"];
	/** Must stand in the error or detail. */
	readonly words?: string | RegExp;
	readonly afterMs?: number;
	/** Whether the channel as a whole is over; that must not be said of one refused message. */
	readonly gone?: true;
	/** Nothing comes back: the attempt is cut off soon. */
	readonly hangs?: true;
}

/** Builds a channel from options as a user writes them. */
export function channelOf(options: Readonly<Record<string, unknown>>): Channel {
	return createChannel("ops", channelOptions.parse(options), { log: silentLog, readText: () => "" });
}

/** One attempt on the machine's own clock, with all requests that it takes. */
export async function sendOnce(
	channel: Channel,
	sent: Notification,
	thread?: string,
	patienceMs = 5_000,
): Promise<Outcome> {
	const patience = new AbortController();
	const timer = systemClock.after(patienceMs, () => patience.abort());
	const context = { signal: patience.signal, clock: systemClock, parts: new Map<string, string | undefined>() };
	try {
		for (;;) {
			const outcome = await channel.send(sent, { ...context, ...(thread === undefined ? {} : { thread }) });
			if (outcome.result !== "more") return outcome;
		}
	} finally {
		timer.cancel();
	}
}

const wordsOf = (outcome: Outcome) => {
	if ("error" in outcome) return outcome.error;
	return outcome.result === "sent" ? (outcome.detail ?? "") : "";
};

/** What every channel type has to do, whatever it speaks. */
export function channelContract<R extends Receiver>(
	type: string,
	open: () => Promise<R>,
	cases: readonly ContractCase<R>[],
): void {
	const withReceiver = async (use: (receiver: R, channel: Channel) => Promise<void>) => {
		const receiver = await open();
		const channel = channelOf(receiver.options);
		try {
			await use(receiver, channel);
		} finally {
			channel.close();
			await receiver.close();
		}
	};

	for (const { when, arrange, result, words, afterMs, gone, hangs } of cases) {
		test(`${type}: ${when} means ${result}`, () =>
			withReceiver(async (receiver, channel) => {
				arrange(receiver);
				const outcome = await sendOnce(channel, notification(), undefined, hangs ? 150 : 5_000);
				expect(outcome).toMatchObject({ result, ...(afterMs === undefined ? {} : { afterMs }) });
				expect("gone" in outcome && outcome.gone).toBe(gone === true);
				if (words !== undefined) expect(wordsOf(outcome)).toMatch(words);
				expectNoSecret([JSON.stringify(outcome)], receiver.secrets);
			}));
	}

	test(`${type}: a receiver that is not there means retry, and the error names no secret`, () =>
		withReceiver(async (receiver, channel) => {
			await receiver.close();
			const outcome = await sendOnce(channel, notification());
			expect(outcome.result).toBe("retry");
			expect(wordsOf(outcome)).toContain("ECONNREFUSED");
			expectNoSecret([JSON.stringify(outcome)], receiver.secrets);
		}));

	test(`${type}: a rate becomes the time between two attempts`, () =>
		withReceiver(async ({ options }) => {
			const limited = channelOf({ ...options, rate: "30/m" });
			expect(limited.spacingMs).toBe(2_000);
			limited.close();
			expect(() => channelOf({ ...options, rate: "fast" })).toThrow("is not a rate");
		}));

	test(`${type}: a second try carries the same id and the same words`, () =>
		withReceiver(async (receiver, channel) => {
			await sendOnce(channel, notification());
			await sendOnce(channel, notification());
			const taken = await receiver.taken();
			expect(taken).toHaveLength(2);
			expect(taken[0]?.id).toContain("01JX-firing");
			expect(taken[1]).toEqual(taken[0]);
		}));

	test(`${type}: the message names level, place and culprit, what to do and where to read on`, () =>
		withReceiver(async (receiver, channel) => {
			expect((await sendOnce(channel, notification())).result).toBe("sent");
			const [message] = await receiver.taken();
			expect(message?.words).toContain("CRITICAL design/get-configuration: nginx up, DSS backend down or starting");
			expect(message?.words).toContain("HTTP 502 in 12 ms");
			expect(message?.words).toContain("https://wiki.example/dss/backend-down");
			expectNoSecret([message?.words ?? ""], receiver.secrets);
		}));

	test(`${type}: five hundred alerts are one message with those left out counted, or all of them arrive`, () =>
		withReceiver(async (receiver, channel) => {
			const alerts = Array.from({ length: 500 }, (_, index) =>
				snapshot({ check: `check-${index}`, summary: `<b>"é${"x".repeat(2_000)}`, failed: ["y".repeat(3_000)] }),
			);
			expect(await sendOnce(channel, notification({ alerts }))).toMatchObject({ result: "sent" });
			const taken = await receiver.taken();
			if (receiver.spreads) {
				for (const { check } of alerts) expect(taken.some(({ words }) => words.includes(`/${check}:`))).toBe(true);
				expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
				return;
			}
			expect(taken).toHaveLength(1);
			const [message] = taken;
			expect(message?.words).toContain("CRITICAL 500 alerts on design");
			expect(message?.words).toMatch(/and \d{3} more alerts/);
		}));

	test(`${type}: hostile words stay words`, () =>
		withReceiver(async (receiver, channel) => {
			const alerts = [
				snapshot({
					check: "a\r\nBcc: evil@example.com\r\n\r\nx",
					summary: "<script>alert(1)</script> <!channel> & \u202etxt \u0000 \ud800",
				}),
			];
			expect((await sendOnce(channel, notification({ alerts, reason: "\r\n.\r\n" }))).result).toBe("sent");
			const [message] = await receiver.taken();
			expect(message?.words).toContain("CRITICAL design/a Bcc: evil@example.com x");
		}));

	test(`${type}: a test message goes out without any alert`, () =>
		withReceiver(async (receiver, channel) => {
			expect((await sendOnce(channel, testNotification("ops", MONDAY_MORNING))).result).toBe("sent");
			expect((await receiver.taken())[0]?.words).toContain("TEST of channel ops");
		}));
}
