import { expect, test } from "vitest";
import type { Outcome } from "../../src/notify/channel.ts";
import { about, aNotifier } from "../support/notifier.ts";
import { scriptedChannel } from "../support/outbox.ts";

test("a message of several requests goes on until all were made, without any pause and with one end", async () => {
	const channel = scriptedChannel();
	channel.answer = ({ id }, { parts }) => {
		parts?.set(String(parts.size), undefined);
		return parts?.size === 3 || id !== "a" ? { result: "sent" } : { result: "more" };
	};
	const { clock, accept, outbox } = aNotifier([channel]);
	accept(about("a", "1"), about("b", "1"));
	await clock.advance(0);
	expect(channel.tried).toEqual(["a", "a", "a", "b"]);
	expect(outbox.endings.map(({ id }) => id)).toEqual(["a", "b"]);
	expect(outbox.rows.size).toBe(0);
});

test("the requests that were accepted are remembered over failures and over a reload", async () => {
	const channel = scriptedChannel();
	const requests: string[] = [];
	const answer =
		(isDown: () => boolean): typeof channel.answer =>
		(_sent, { parts = new Map() }): Outcome => {
			const part = String(parts.size);
			if (isDown()) return { result: "retry", error: "down" };
			requests.push(part);
			parts.set(part, undefined);
			return parts.size === 4 ? { result: "sent" } : { result: "more" };
		};
	channel.answer = answer(() => requests.length === 2);
	const { clock, accept, outbox, notifier } = aNotifier([channel]);
	accept(about("a", "1"));
	await clock.advance(5_000);
	expect(requests).toEqual(["0", "1"]);
	expect(outbox.rows.get("a")?.delivery.attempts).toBeGreaterThan(1);
	const next = scriptedChannel();
	next.answer = answer(() => false);
	notifier.replaceChannels(new Map([["ops", next]]));
	await clock.advance(0);
	expect(requests).toEqual(["0", "1", "2", "3"]);
	expect(outbox.endings).toMatchObject([{ id: "a", result: "sent" }]);
});

test("what is repeated is sent once, and neither stored nor tried again nor buried", async () => {
	const channel = scriptedChannel();
	const { clock, outbox, lines, notifier } = aNotifier([channel]);
	for (const outcome of [
		{ result: "sent" },
		{ result: "retry", error: "down" },
		{ result: "rejected", error: "no" },
	] satisfies Outcome[]) {
		channel.answer = () => outcome;
		notifier.repeat(about("again", "1"));
		await clock.advance(3_600_000);
	}
	expect(channel.tried).toEqual(["again", "again", "again"]);
	expect(outbox.endings).toEqual([]);
	expect(lines).toEqual([]);
	expect(notifier.pending().get("ops")?.queued).toBe(0);
});

test("a recovery never overtakes what is repeated, so that the last message is the true one", async () => {
	const channel = scriptedChannel();
	const slow = Promise.withResolvers<Outcome>();
	channel.answer = ({ id }) => (id === "again" ? slow.promise : { result: "sent" });
	const { clock, accept, notifier } = aNotifier([channel]);
	notifier.repeat(about("again", "1", "2"));
	accept(about("resolved", "1"));
	await clock.advance(1_000);
	expect(channel.tried).toEqual(["again"]);
	slow.resolve({ result: "retry", error: "down" });
	await clock.advance(0);
	expect(channel.taken).toEqual(["resolved"]);
});

test("what waits to be repeated is not repeated twice", async () => {
	const channel = scriptedChannel();
	channel.answer = () => ({ result: "defer", error: "429", afterMs: 60_000 });
	const { clock, accept, notifier } = aNotifier([channel]);
	accept(about("a", "1"));
	await clock.advance(0);
	for (let times = 0; times < 5; times++) notifier.repeat(about(`again ${times}`, "2"));
	channel.answer = () => ({ result: "sent" });
	await clock.advance(60_000);
	expect(channel.taken).toEqual(["a", "again 0"]);
});

test("for a channel that is not there nothing is repeated", async () => {
	const { clock, outbox, notifier } = aNotifier([]);
	notifier.repeat(about("again", "1"));
	await clock.advance(0);
	expect(outbox.endings).toEqual([]);
});
