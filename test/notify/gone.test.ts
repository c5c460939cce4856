import { expect, test } from "vitest";
import type { Outcome } from "../../src/notify/channel.ts";
import { about, aNotifier } from "../support/notifier.ts";
import { scriptedChannel } from "../support/outbox.ts";

const gone: Outcome = { result: "rejected", error: "HTTP 410", gone: true };

test("a channel whose receiver is gone is disabled: everything for it is dead at once, loudly, and nothing more is tried", async () => {
	const channel = scriptedChannel();
	channel.answer = () => gone;
	const { clock, accept, outbox, lines, notifier } = aNotifier([channel]);
	accept(about("a", "1"), about("b", "1"), { ...about("later", "2"), dueAt: clock.now() + 60_000 });
	await clock.advance(0);
	accept(about("c", "3"));
	await clock.advance(0);
	expect(channel.tried).toEqual(["a"]);
	expect(outbox.endings.map(({ id, result, detail }) => [id, result, detail])).toEqual([
		["a", "dead", "refused: HTTP 410"],
		["b", "dead", "its channel is disabled: HTTP 410"],
		["later", "dead", "its channel is disabled: HTTP 410"],
		["c", "dead", "its channel is disabled: HTTP 410"],
	]);
	expect(lines.join("\n")).toContain("it is disabled until the configuration is read again");
	expect(notifier.pending().get("ops")).toMatchObject({ queued: 0, disabled: "HTTP 410", lastError: "HTTP 410" });
	expect(clock.pending()).toBe(0);
});

test("one message that is refused disables nothing", async () => {
	const channel = scriptedChannel();
	channel.answer = ({ id }) => (id === "a" ? { result: "rejected", error: "HTTP 400" } : { result: "sent" });
	const { clock, accept, notifier } = aNotifier([channel]);
	accept(about("a", "1"), about("b", "2"));
	await clock.advance(0);
	expect(channel.taken).toEqual(["b"]);
	expect(notifier.pending().get("ops")?.disabled).toBeUndefined();
});

test("the fallback of a channel that is gone gets everything, in order within the incident", async () => {
	const channel = scriptedChannel({ fallback: "mail" });
	const mail = scriptedChannel({ name: "mail" });
	const slow = Promise.withResolvers<Outcome>();
	// The first is still on its way when another incident's message finds out that the receiver is gone.
	channel.answer = ({ id }) => (id === "firing" ? slow.promise : gone);
	const { clock, accept } = aNotifier([channel, mail]);
	accept(about("firing", "1"), about("other", "2"), about("resolved", "1"));
	await clock.advance(0);
	expect(mail.taken).toEqual(["other-fb"]);
	slow.resolve({ result: "retry", error: "cut off" });
	await clock.advance(0);
	expect(mail.taken).toEqual(["other-fb", "firing-fb", "resolved-fb"]);
	expect(channel.tried).toEqual(["firing", "other"]);
});

test("a message that arrived although its channel was disabled meanwhile counts as sent", async () => {
	const channel = scriptedChannel();
	const slow = Promise.withResolvers<Outcome>();
	channel.answer = ({ id }) => (id === "slow" ? slow.promise : gone);
	const { clock, accept, outbox } = aNotifier([channel]);
	accept(about("slow", "1"), about("other", "2"));
	await clock.advance(0);
	slow.resolve({ result: "sent" });
	await clock.advance(0);
	expect(outbox.endings).toMatchObject([
		{ id: "other", result: "dead" },
		{ id: "slow", result: "sent" },
	]);
});

test("a reload gives a disabled channel another chance", async () => {
	const channel = scriptedChannel();
	channel.answer = () => gone;
	const { clock, accept, notifier } = aNotifier([channel]);
	accept(about("a", "1"));
	await clock.advance(0);
	const next = scriptedChannel();
	notifier.replaceChannels(new Map([["ops", next]]));
	expect(notifier.pending().get("ops")?.disabled).toBeUndefined();
	accept(about("b", "1"));
	await clock.advance(0);
	expect(next.taken).toEqual(["b"]);
	expect(channel.closed).toBe(1);
});

test("an answer to the channel object of before does not disable the one that replaced it", async () => {
	const channel = scriptedChannel();
	const slow = Promise.withResolvers<Outcome>();
	channel.answer = () => slow.promise;
	const { clock, accept, notifier } = aNotifier([channel]);
	accept(about("a", "1"));
	await clock.advance(0);
	const next = scriptedChannel();
	notifier.replaceChannels(new Map([["ops", next]]));
	slow.resolve(gone);
	await clock.advance(0);
	accept(about("b", "1"));
	await clock.advance(0);
	expect(next.taken).toEqual(["b"]);
});
