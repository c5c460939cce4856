import { describe, expect, test } from "vitest";
import type { Log } from "../../src/log.ts";
import { createQueue } from "../../src/sinks/queue.ts";
import { createSender, type Sent } from "../../src/sinks/sender.ts";
import { SECOND, T0 } from "../support/builders.ts";
import { virtualClock } from "../support/clock.ts";

interface One {
	readonly id: number;
	readonly bytes: number;
}

/** A sender over virtual time whose receiver does what the test says. */
function aSender(count = 100) {
	const clock = virtualClock();
	const queue = createQueue<One>({ count, bytes: 1e6 });
	const sent: number[][] = [];
	const attempts: number[] = [];
	const lines: string[] = [];
	let answer: () => Promise<Sent> = async () => ({ result: "taken", refused: 0 });
	const say = (_fields: object, message: string) => void lines.push(message);
	const log: Log = { debug: say, info: say, warn: say, error: say };
	const sender = createSender<One>({
		name: "zabbix",
		queue,
		batch: { count: 3, bytes: 1e6 },
		async send(batch) {
			attempts.push(clock.now() - T0);
			const outcome = await answer();
			if (outcome.result === "taken") sent.push(batch.map(({ id }) => id));
			return outcome;
		},
		clock,
		log,
		random: () => 0.999,
	});
	return {
		clock,
		queue,
		sender,
		sent,
		attempts,
		lines,
		push(...ids: readonly number[]) {
			for (const id of ids) queue.push({ id, bytes: 10 });
			sender.wake();
		},
		answers(next: () => Promise<Sent>) {
			answer = next;
		},
	};
}

const failed = async (): Promise<Sent> => ({ result: "failed", error: "connection refused" });

describe("a sender", () => {
	test("sends what waits in batches, in order", async () => {
		const { clock, sender, sent, push } = aSender();
		push(1, 2, 3, 4, 5, 6, 7);
		await clock.advance(0);
		expect(sent).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
		expect(sender.figures()).toEqual({ queued: 0, sent: 7, refused: 0, lost: 0, sentAt: T0 });
	});

	test("waits for a receiver that is away with growing pauses, and loses and swaps nothing", async () => {
		const { clock, sender, sent, attempts, lines, push, answers } = aSender();
		answers(failed);
		push(1, 2);
		await clock.advance(20 * SECOND);
		push(3, 4);
		expect(attempts.map((at) => Math.round(at / SECOND))).toEqual([0, 1, 3, 7, 15]);
		expect(sender.figures()).toMatchObject({ queued: 4, failingSince: T0, lastError: { text: "connection refused" } });
		answers(async () => ({ result: "taken", refused: 0 }));
		await clock.advance(20 * SECOND);
		expect(sent.flat()).toEqual([1, 2, 3, 4]);
		expect(sender.figures().failingSince).toBeUndefined();
		expect(lines).toEqual(["the sink takes no values; they wait", "the sink takes values again"]);
	});

	test("never pauses for more than a minute", async () => {
		const { clock, attempts, push, answers } = aSender();
		answers(failed);
		push(1);
		await clock.advance(600 * SECOND);
		const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] as number));
		expect(Math.max(...pauses)).toBeLessThanOrEqual(60 * SECOND);
		expect(attempts.length).toBeGreaterThan(12);
	});

	test("holds no more than its queue while the receiver hangs, and loses the oldest", async () => {
		const { clock, sender, push, answers, sent } = aSender(5);
		const hang = Promise.withResolvers<Sent>();
		answers(() => hang.promise);
		push(1, 2, 3);
		await clock.advance(0);
		for (let id = 4; id <= 1_000; id++) push(id);
		expect(sender.figures()).toMatchObject({ queued: 8, lost: 992 });
		hang.resolve({ result: "failed", error: "no answer" });
		await clock.advance(0);
		expect(sender.figures()).toMatchObject({ queued: 5, lost: 995 });
		answers(async () => ({ result: "taken", refused: 0 }));
		await clock.advance(2 * SECOND);
		expect(sent.flat()).toEqual([996, 997, 998, 999, 1_000]);
	});

	test("flushes at once what came during a pause or a batch that is on its way", async () => {
		const { clock, sender, sent, push, answers } = aSender();
		answers(failed);
		push(1);
		await clock.advance(0);
		answers(async () => ({ result: "taken", refused: 0 }));
		await sender.flush(10 * SECOND);
		expect(sent).toEqual([[1]]);
		const slow = Promise.withResolvers<Sent>();
		answers(() => slow.promise);
		push(2);
		await clock.advance(0);
		push(3);
		const flushed = sender.flush(10 * SECOND);
		slow.resolve({ result: "taken", refused: 0 });
		await flushed;
		expect(sent).toEqual([[1], [2], [3]]);
	});

	test("gives up flushing when the time is over", async () => {
		const { clock, sender, push, answers } = aSender();
		answers(() => new Promise(() => {}));
		push(1);
		const flushed = sender.flush(2 * SECOND);
		await clock.advance(2 * SECOND);
		await flushed;
		expect(sender.figures().queued).toBe(1);
	});
});
