import fc from "fast-check";
import { expect, test } from "vitest";
import type { Log } from "../../src/log.ts";
import type { Notification } from "../../src/model/notification.ts";
import type { Channel } from "../../src/notify/channel.ts";
import { createNotifier } from "../../src/notify/delivery.ts";
import type { OutboxEntry } from "../../src/notify/outbox.ts";
import { MONDAY_MORNING, virtualClock } from "../support/clock.ts";
import { notification, snapshot } from "../support/notifications.ts";
import { memoryOutbox, type ScriptedChannel, scriptedChannel } from "../support/outbox.ts";

const HOUR = 3_600_000;

function setUp(...given: Channel[]) {
	const clock = virtualClock();
	const outbox = memoryOutbox();
	const lines: string[] = [];
	const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
	const log: Log = { debug: write, info: write, warn: write, error: write };
	const dead: string[] = [];
	const channels = new Map(given.map((channel) => [channel.name, channel]));
	const notifier = createNotifier({
		channels,
		outbox,
		clock,
		log,
		random: () => 0.5,
		onDead: ({ id }) => dead.push(id),
	});
	const accept = (...notifications: Notification[]) => {
		const entries = notifications.map((one) => entry(one));
		for (const one of entries) outbox.rows.set(one.notification.id, one);
		notifier.accept(entries);
	};
	return { clock, outbox, lines, dead, notifier, accept };
}

function entry(one: Notification): OutboxEntry {
	return { notification: one, delivery: { attempts: 0, nextAt: one.dueAt } };
}

/** A notification that is due now, about the given incidents, each of a check of its own. */
function about(id: string, ...incidents: string[]): Notification {
	const alerts = incidents.map((incident) => snapshot({ incident, check: `check-${incident}` }));
	return notification({ id, alerts, createdAt: MONDAY_MORNING, dueAt: MONDAY_MORNING });
}

const failing = (channel: ScriptedChannel, error = "down") => {
	channel.answer = () => ({ result: "retry", error });
};

test("what is accepted is sent at once, and its end is noted", async () => {
	const channel = scriptedChannel();
	const { clock, outbox, accept, notifier } = setUp(channel);
	accept(about("a", "1"));
	await clock.advance(0);
	expect(channel.taken).toEqual(["a"]);
	expect(outbox.endings).toEqual([{ id: "a", result: "sent", at: MONDAY_MORNING }]);
	expect(notifier.idle()).toBe(true);
	expect(clock.pending()).toBe(0);
});

test("a notification is not sent before it is due", async () => {
	const channel = scriptedChannel();
	const { clock, accept } = setUp(channel);
	accept({ ...about("a", "1"), dueAt: MONDAY_MORNING + 10_000 });
	await clock.advance(9_999);
	expect(channel.tried).toEqual([]);
	await clock.advance(1);
	expect(channel.taken).toEqual(["a"]);
});

test("a later message about the same incident waits for the earlier one, also while that backs off", async () => {
	const channel = scriptedChannel();
	failing(channel);
	const { clock, accept } = setUp(channel);
	accept(about("firing", "1"));
	await clock.advance(100);
	accept(about("resolved", "1"));
	await clock.advance(10_000);
	expect(new Set(channel.tried)).toEqual(new Set(["firing"]));
	channel.answer = () => ({ result: "sent" });
	await clock.advance(60_000);
	expect(channel.taken).toEqual(["firing", "resolved"]);
});

test("the next incident of a check waits for the end of the one before, whatever backs off", async () => {
	const channel = scriptedChannel();
	failing(channel);
	const { clock, accept } = setUp(channel);
	accept({ ...about("over", "1"), alerts: [snapshot({ incident: "first" })] });
	await clock.advance(5_000);
	accept({ ...about("again", "1"), alerts: [snapshot({ incident: "second" })] });
	channel.answer = () => ({ result: "sent" });
	await clock.advance(60_000);
	expect(channel.taken).toEqual(["over", "again"]);
});

test("another incident does not wait for one that fails", async () => {
	const channel = scriptedChannel();
	channel.answer = ({ id }) => (id === "poison" ? { result: "retry", error: "500" } : { result: "sent" });
	const { clock, accept } = setUp(channel);
	accept(about("poison", "1"), about("b", "2"), about("c", "3"));
	await clock.advance(0);
	expect(channel.taken).toEqual(["b", "c"]);
});

test("a message about two incidents waits for both, and both wait for it", async () => {
	const channel = scriptedChannel();
	const blocked = new Set(["a"]);
	channel.answer = ({ id }) => (blocked.has(id) ? { result: "retry", error: "down" } : { result: "sent" });
	const { clock, accept } = setUp(channel);
	accept(about("a", "1"), about("b", "2"), about("both", "1", "2"), about("c", "2"), about("d", "3"));
	await clock.advance(0);
	expect(channel.taken).toEqual(["b", "d"]);
	blocked.clear();
	await clock.advance(2_000);
	expect(channel.taken).toEqual(["b", "d", "a", "both", "c"]);
});

test("no more messages are on their way at once than the channel allows", async () => {
	const channel = scriptedChannel({ parallel: 2 });
	const { clock, accept } = setUp(channel);
	channel.answer = async (_sent, context) => {
		await context.clock.sleep(100);
		return { result: "sent" };
	};
	accept(...["1", "2", "3", "4", "5"].map((incident) => about(incident, incident)));
	await clock.advance(1_000);
	expect(channel.taken).toHaveLength(5);
	expect(channel.mostAtOnce).toBe(2);
});

test("attempts are repeated with growing pauses and the same id, and each is noted", async () => {
	const channel = scriptedChannel();
	const { clock, outbox, accept } = setUp(channel);
	const times: number[] = [];
	channel.answer = () => {
		times.push(clock.now() - MONDAY_MORNING);
		return { result: "retry", error: "HTTP 500" };
	};
	accept(about("a", "1"));
	await clock.advance(30_000);
	// A quarter off each step with the random number 0.5: 0.75 s, 1.5 s, 3 s, 6 s, 12 s.
	expect(times).toEqual([0, 750, 2_250, 5_250, 11_250, 23_250]);
	expect(new Set(channel.tried)).toEqual(new Set(["a"]));
	expect(outbox.rows.get("a")?.delivery).toEqual({
		attempts: 6,
		nextAt: MONDAY_MORNING + 23_250 + 24_000,
		lastError: "HTTP 500",
	});
});

test("a receiver that asks for a pause gets nothing from the whole channel until it is over", async () => {
	const channel = scriptedChannel();
	channel.answer = () => ({ result: "defer", error: "HTTP 429", afterMs: 120_000 });
	const { clock, accept, notifier } = setUp(channel);
	accept(about("a", "1"));
	await clock.advance(0);
	channel.answer = () => ({ result: "sent" });
	accept(about("b", "2"));
	await clock.advance(119_999);
	expect(channel.tried).toEqual(["a"]);
	expect(notifier.pending().get("ops")).toMatchObject({
		queued: 2,
		deferredUntil: MONDAY_MORNING + 120_000,
		lastError: "HTTP 429",
	});
	await clock.advance(1);
	expect(channel.taken).toEqual(["a", "b"]);
});

test("a pause of a week is cut to an hour", async () => {
	const channel = scriptedChannel();
	channel.answer = () => ({ result: "defer", error: "HTTP 429", afterMs: 7 * 24 * HOUR });
	const { clock, accept } = setUp(channel);
	accept(about("a", "1"));
	await clock.advance(HOUR);
	expect(channel.tried).toHaveLength(2);
});

test("a channel that never answers costs one timeout for each attempt and blocks nobody for ever", async () => {
	const channel = scriptedChannel();
	const signals: AbortSignal[] = [];
	channel.answer = (_sent, { signal }) => {
		signals.push(signal);
		return new Promise(() => {});
	};
	const { clock, accept, outbox } = setUp(channel);
	accept(about("a", "1"));
	await clock.advance(10_000);
	expect(signals[0]?.aborted).toBe(true);
	expect(outbox.rows.get("a")?.delivery.lastError).toBe("no answer within 10 s");
	channel.answer = () => ({ result: "sent" });
	await clock.advance(2_000);
	expect(channel.taken).toEqual(["a"]);
});

test("an exception inside a channel is a fault of the program, is logged as such and tried again", async () => {
	const channel = scriptedChannel();
	channel.answer = () => {
		throw new TypeError("undefined is not a function");
	};
	const { clock, accept, lines, outbox } = setUp(channel);
	accept(about("a", "1"));
	await clock.advance(0);
	expect(lines.join("\n")).toContain("a channel made a mistake");
	expect(outbox.rows.get("a")?.delivery.lastError).toContain("fault of dss-probe itself");
	channel.answer = () => ({ result: "sent" });
	await clock.advance(1_000);
	expect(channel.taken).toEqual(["a"]);
});

test("a message that is refused is dead at once, loudly, and the next one about the incident goes on", async () => {
	const channel = scriptedChannel();
	channel.answer = ({ id }) => (id === "a" ? { result: "rejected", error: "HTTP 404" } : { result: "sent" });
	const { clock, accept, outbox, lines, dead } = setUp(channel);
	accept(about("a", "1"), about("b", "1"));
	await clock.advance(0);
	expect(outbox.endings).toMatchObject([
		{ id: "a", result: "dead", detail: "refused: HTTP 404" },
		{ id: "b", result: "sent" },
	]);
	expect(dead).toEqual(["a"]);
	expect(lines.join("\n")).toContain("was NOT delivered and no fallback channel takes over");
});

test("a message is given up after the channel's time, and not before", async () => {
	const channel = scriptedChannel({ giveUpAfterMs: HOUR });
	failing(channel);
	const { clock, accept, outbox } = setUp(channel);
	accept(about("a", "1"));
	await clock.advance(HOUR - 1);
	expect(outbox.endings).toEqual([]);
	await clock.advance(1);
	expect(outbox.endings).toMatchObject([
		{ id: "a", result: "dead", detail: expect.stringMatching(/given up after \d+ attempts: down/) },
	]);
});

test("a message that is old at its first attempt still gets several", async () => {
	const channel = scriptedChannel();
	failing(channel);
	const { clock, accept, outbox } = setUp(channel);
	const old = MONDAY_MORNING - 48 * HOUR;
	accept({ ...about("a", "1"), createdAt: old, dueAt: old });
	await clock.advance(60_000);
	expect(channel.tried).toHaveLength(5);
	expect(outbox.endings).toMatchObject([{ id: "a", result: "dead" }]);
});

test("a dead letter goes to the fallback channel, stored with the end of the first, and says why", async () => {
	const [first, second] = [scriptedChannel({ fallback: "mail" }), scriptedChannel({ name: "mail" })];
	first.answer = () => ({ result: "rejected", error: "HTTP 410: the endpoint is gone" });
	const { clock, accept, outbox } = setUp(first, second);
	accept(about("a", "1"));
	await clock.advance(0);
	expect(second.taken).toEqual(["a-fb"]);
	expect(second.notifications[0]).toMatchObject({
		channel: "mail",
		reason: "fired; channel ops failed (refused: HTTP 410: the endpoint is gone)",
		failedChannels: ["ops"],
	});
	expect(outbox.endings.map(({ id, result }) => [id, result])).toEqual([
		["a", "dead"],
		["a-fb", "sent"],
	]);
	expect(outbox.rows.size).toBe(0);
});

test("fallbacks that point at each other end after each was tried once", async () => {
	const channels = [
		scriptedChannel({ name: "x", fallback: "y" }),
		scriptedChannel({ name: "y", fallback: "z" }),
		scriptedChannel({ name: "z", fallback: "x" }),
	];
	for (const channel of channels) channel.answer = () => ({ result: "rejected", error: "no" });
	const { clock, accept, dead, outbox } = setUp(...channels);
	accept({ ...about("a", "1"), channel: "x" });
	await clock.advance(0);
	expect(channels.map(({ tried }) => tried)).toEqual([["a"], ["a-fb"], ["a-fb-fb"]]);
	expect(dead).toEqual(["a", "a-fb", "a-fb-fb"]);
	expect(outbox.rows.size).toBe(0);
});

test("a channel that a reload took away gives what waits to its fallback", async () => {
	const [first, second] = [scriptedChannel({ fallback: "mail" }), scriptedChannel({ name: "mail" })];
	failing(first);
	const { clock, accept, notifier, outbox } = setUp(first, second);
	accept(about("a", "1"), about("b", "1"), about("c", "2"));
	await clock.advance(0);
	notifier.replaceChannels(new Map([["mail", second]]));
	await clock.advance(0);
	expect(second.taken.toSorted()).toEqual(["a-fb", "b-fb", "c-fb"]);
	expect(second.taken.indexOf("a-fb")).toBeLessThan(second.taken.indexOf("b-fb"));
	expect(outbox.endings.find(({ id }) => id === "a")?.detail).toContain("removed from the configuration");
	expect(first.closed).toBe(1);
	expect(second.closed).toBe(0);
});

test("what is on its way when its channel is replaced ends there, and the old channel is closed after it", async () => {
	const [old, next] = [scriptedChannel(), scriptedChannel()];
	const { clock, accept, notifier } = setUp(old);
	old.answer = async (_sent, context) => {
		await context.clock.sleep(1_000);
		return { result: "sent" };
	};
	accept(about("a", "1"), about("b", "1"));
	await clock.advance(0);
	notifier.replaceChannels(new Map([["ops", next]]));
	expect(old.closed).toBe(0);
	await clock.advance(1_000);
	expect(old.taken).toEqual(["a"]);
	expect(next.taken).toEqual(["b"]);
	expect(old.closed).toBe(1);
});

test("a reload with a mended channel sends at once what was backing off", async () => {
	const [broken, mended] = [scriptedChannel(), scriptedChannel()];
	failing(broken);
	const { clock, accept, notifier } = setUp(broken);
	accept(about("a", "1"));
	await clock.advance(HOUR);
	notifier.replaceChannels(new Map([["ops", mended]]));
	await clock.advance(0);
	expect(mended.taken).toEqual(["a"]);
});

test("a notification for a channel that is not configured is dead, loudly", async () => {
	const { clock, accept, dead, lines } = setUp(scriptedChannel());
	accept({ ...about("a", "1"), channel: "gone" });
	await clock.advance(0);
	expect(dead).toEqual(["a"]);
	expect(lines.join("\n")).toContain("its channel is not configured");
});

test("a channel in doubt gets one message at a time, and all of them as soon as it works again", async () => {
	const channel = scriptedChannel();
	const { clock, accept } = setUp(channel);
	failing(channel);
	const ids = Array.from({ length: 1_000 }, (_, index) => `n${index}`);
	accept(...ids.map((id) => about(id, id)));
	await clock.advance(HOUR);
	// One attempt for each pause of at most 15 s, not a thousand messages each with its own rhythm.
	expect(channel.tried.length).toBeLessThan(500);
	channel.answer = () => ({ result: "sent" });
	await clock.advance(15_000);
	expect(channel.taken).toHaveLength(1_000);
});

test("a notification can be changed and withdrawn until its first attempt, not after", async () => {
	const channel = scriptedChannel();
	const { clock, accept, notifier } = setUp(channel);
	const later = { dueAt: MONDAY_MORNING + 10_000 };
	accept({ ...about("a", "1"), ...later }, { ...about("b", "2"), ...later });
	expect(notifier.update({ ...about("a", "1", "3"), ...later, reason: "grown" })).toBe(true);
	expect(notifier.cancel("b")).toBe(true);
	expect(notifier.cancel("b")).toBe(false);
	failing(channel);
	await clock.advance(10_000);
	expect(notifier.update(about("a", "1"))).toBe(false);
	expect(notifier.cancel("a")).toBe(false);
	channel.answer = () => ({ result: "sent" });
	await clock.advance(5_000);
	expect(channel.notifications.map(({ id, reason, alerts }) => [id, reason, alerts.length])).toEqual([
		["a", "grown", 2],
	]);
});

test("what an earlier life of the program may have sent can neither be changed nor withdrawn", () => {
	const { notifier } = setUp(scriptedChannel({ parallel: 0 }));
	notifier.accept([entry(about("due", "1")), entry({ ...about("later", "2"), dueAt: MONDAY_MORNING + 1 })], {
		restored: true,
	});
	expect(notifier.cancel("due")).toBe(false);
	expect(notifier.cancel("later")).toBe(true);
});

test("changing a group never makes messages wait in a circle", async () => {
	const channel = scriptedChannel();
	const { clock, accept, notifier } = setUp(channel);
	const later = { dueAt: MONDAY_MORNING + 1_000 };
	accept({ ...about("a", "1"), ...later }, { ...about("b", "2", "1"), ...later }, { ...about("c", "2"), ...later });
	expect(notifier.update({ ...about("a", "1", "2"), ...later })).toBe(true);
	await clock.advance(1_000);
	expect(channel.taken).toEqual(["a", "b", "c"]);
});

test("an accepted notification that is accepted again is sent once", async () => {
	const channel = scriptedChannel();
	const { clock, accept } = setUp(channel);
	failing(channel);
	accept(about("a", "1"));
	await clock.advance(0);
	accept(about("a", "1"));
	channel.answer = () => ({ result: "sent" });
	await clock.advance(60_000);
	expect(channel.taken).toEqual(["a"]);
});

test("the incident's first message on the channel is handed over for threads", async () => {
	const channel = scriptedChannel();
	const threads: (string | undefined)[] = [];
	channel.answer = (_sent, { thread }) => {
		threads.push(thread);
		return { result: "sent" };
	};
	const { clock, accept, outbox } = setUp(channel);
	outbox.threads.set("ops 1", "first");
	accept(about("first", "1"), about("second", "1"), about("other", "2"));
	await clock.advance(0);
	expect(threads).toEqual([undefined, undefined, "first"]);
});

test("an outbox that fails is logged and does not stop the telling", async () => {
	const channel = scriptedChannel();
	const { clock, outbox, accept, lines } = setUp(channel);
	const broken = () => {
		throw new Error("disk full");
	};
	Object.assign(outbox, { attempted: broken, ended: broken, threadOf: broken });
	accept(about("a", "1"), about("b", "1"));
	await clock.advance(0);
	expect(channel.taken).toEqual(["a", "b"]);
	expect(lines.join("\n")).toContain("disk full");
});

test("draining waits for retries that fit into the time, and for nothing that does not", async () => {
	const channel = scriptedChannel();
	const { clock, accept, notifier } = setUp(channel);
	let failuresLeft = 2;
	channel.answer = () => (failuresLeft-- > 0 ? { result: "retry", error: "down" } : { result: "sent" });
	accept(about("a", "1"), { ...about("tomorrow", "2"), dueAt: MONDAY_MORNING + 24 * HOUR });
	let drainedAt = 0;
	void notifier.drain(10_000).then(() => {
		drainedAt = clock.now() - MONDAY_MORNING;
	});
	await clock.advance(2_000);
	expect(drainedAt).toBe(0);
	await clock.advance(8_000);
	expect(channel.taken).toEqual(["a"]);
	expect(drainedAt).toBe(2_250);
});

test("draining ends at its time when a channel never answers", async () => {
	const channel = scriptedChannel();
	channel.answer = () => new Promise(() => {});
	const { clock, accept, notifier } = setUp(channel);
	accept(about("a", "1"));
	let isDrained = false;
	void notifier.drain(3_000).then(() => {
		isDrained = true;
	});
	await clock.advance(2_999);
	expect(isDrained).toBe(false);
	await clock.advance(1);
	expect(isDrained).toBe(true);
});

test("stopping aborts attempts, leaves them in the outbox and no timer behind", async () => {
	const channel = scriptedChannel();
	channel.answer = (_sent, { signal }) =>
		new Promise((resolve) => signal.addEventListener("abort", () => resolve({ result: "retry", error: "aborted" })));
	const { clock, accept, notifier, outbox } = setUp(channel);
	accept(about("a", "1"), { ...about("b", "2"), dueAt: MONDAY_MORNING + 5_000 });
	await clock.advance(0);
	notifier.stop();
	await clock.advance(0);
	expect(outbox.rows.get("a")?.delivery).toEqual({ attempts: 0, nextAt: MONDAY_MORNING });
	expect(clock.pending()).toBe(0);
	expect(channel.closed).toBe(1);
	await clock.advance(10_000);
	expect(channel.tried).toEqual(["a"]);
});

test("a wall clock that was set back does not hold messages for longer than an hour", async () => {
	const channel = scriptedChannel();
	const { clock, notifier } = setUp(channel);
	const future = MONDAY_MORNING + 365 * 24 * HOUR;
	notifier.accept([{ notification: about("a", "1"), delivery: { attempts: 3, nextAt: future } }], { restored: true });
	await clock.advance(HOUR);
	expect(channel.taken).toEqual(["a"]);
});

test("pauses last as long as they were meant to when the wall clock is set", async () => {
	for (const ms of [-24 * HOUR, 24 * HOUR]) {
		const channel = scriptedChannel();
		const { clock, accept, notifier } = setUp(channel);
		channel.answer = () => ({ result: "defer", error: "HTTP 429", afterMs: 60_000 });
		accept(about("a", "1"));
		await clock.advance(0);
		channel.answer = () => ({ result: "sent" });
		clock.jumpWall(ms);
		notifier.clockSet(ms);
		await clock.advance(59_000);
		expect(channel.taken).toEqual([]);
		await clock.advance(1_000);
		expect(channel.taken).toEqual(["a"]);
	}
});

test("a hundred thousand messages are queued, counted and sent without the queue getting in the way", async () => {
	const channel = scriptedChannel();
	const { clock, notifier, outbox } = setUp(channel);
	const began = performance.now();
	notifier.accept(Array.from({ length: 100_000 }, (_, index) => entry(about(`n${index}`, `incident ${index % 500}`))));
	expect(notifier.pending().get("ops")?.queued).toBe(100_000);
	while (!notifier.idle()) await clock.advance(0);
	expect(outbox.endings).toHaveLength(100_000);
	// Quadratic work on so many takes minutes.
	expect(performance.now() - began).toBeLessThan(10_000);
});

test("whatever fails in whatever order, each message ends once and each incident is told in order", async () => {
	const plan = fc.record({
		messages: fc.array(
			fc.record({
				incidents: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }),
				waitMs: fc.integer({ min: 0, max: 5_000 }),
			}),
			{ minLength: 1, maxLength: 30 },
		),
		outcomes: fc.array(fc.constantFrom("sent", "retry", "defer", "throw", "late"), { maxLength: 60 }),
	});
	await fc.assert(
		fc.asyncProperty(plan, async ({ messages, outcomes }) => {
			const channel = scriptedChannel();
			const { clock, accept, outbox } = setUp(channel);
			const script = [...outcomes];
			channel.answer = (_sent, context) => {
				switch (script.shift()) {
					case "retry":
						return { result: "retry", error: "down" };
					case "defer":
						return { result: "defer", error: "429", afterMs: 5_000 };
					case "throw":
						throw new Error("bug");
					case "late":
						return context.clock.sleep(60_000).then(() => ({ result: "retry", error: "late" }));
					default:
						return { result: "sent" };
				}
			};
			for (const [index, { incidents, waitMs }] of messages.entries()) {
				accept({ ...about(`${index}`, ...incidents.map(String)), dueAt: clock.now() + waitMs });
				await clock.advance(waitMs / 2);
			}
			await clock.advance(23 * HOUR);
			expect(outbox.endings.map(({ id }) => Number(id)).toSorted((a, b) => a - b)).toEqual([...messages.keys()]);
			for (let incident = 0; incident < 5; incident++) {
				const told = channel.taken.map(Number).filter((index) => messages[index]?.incidents.includes(incident));
				expect(told).toEqual(told.toSorted((a, b) => a - b));
			}
		}),
		{ numRuns: 60 },
	);
});
