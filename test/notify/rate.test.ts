import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRate, waitOf } from "../../src/notify/rate.ts";
import { MONDAY_MORNING, virtualClock } from "../support/clock.ts";
import { type HttpAnswer, httpReceiver } from "../support/http-receiver.ts";
import { about, aNotifier } from "../support/notifier.ts";
import { scriptedChannel } from "../support/outbox.ts";
import { quiet } from "../support/quiet.ts";
import { channelOf } from "./contract.ts";

test.for([
	["1/s", 1_000],
	["4/s", 250],
	["30/m", 2_000],
	["100/h", 36_000],
] as const)("%s is one attempt every %i ms", ([text, ms]) => {
	expect(parseRate(text)).toBe(ms);
});

test.for(["", "1", "0/s", "1/d", "1 / s", "-1/s", "1.5/s", "1/s/s", "9999999/s"])("%j is no rate", (text) => {
	expect(parseRate(text)).toBeUndefined();
});

test("nothing waits where there is no rate, and nothing before the first attempt", () => {
	expect(waitOf(undefined, 0)).toBe(0);
	expect(waitOf(1_000, undefined)).toBe(0);
	expect(waitOf(1_000, 400)).toBe(600);
	expect(waitOf(1_000, 5_000)).toBe(0);
});

test("attempts never begin faster than the rate, whatever the answers and whenever messages come", async () => {
	const plan = fc.record({
		spacingMs: fc.integer({ min: 1, max: 3_000 }),
		waits: fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 15 }),
		outcomes: fc.array(fc.constantFrom("sent", "retry", "defer", "more", "slow"), { maxLength: 30 }),
		jumps: fc.array(fc.integer({ min: -3_600_000, max: 3_600_000 }), { maxLength: 3 }),
	});
	await fc.assert(
		fc.asyncProperty(plan, async ({ spacingMs, waits, outcomes, jumps }) => {
			const channel = scriptedChannel({ spacingMs });
			const { clock, accept, outbox, notifier } = aNotifier([channel]);
			const starts: number[] = [];
			channel.answer = (_sent, context) => {
				starts.push(clock.monotonic());
				switch (outcomes.shift()) {
					case "retry":
						return { result: "retry", error: "down" };
					case "defer":
						return { result: "defer", error: "429", afterMs: 100 };
					case "more":
						return { result: "more" };
					case "slow":
						return context.clock.sleep(700).then(() => ({ result: "sent" }));
					default:
						return { result: "sent" };
				}
			};
			for (const [index, wait] of waits.entries()) {
				accept({ ...about(`${index}`, `${index % 4}`), dueAt: clock.now() });
				await clock.advance(wait);
				const jump = jumps.shift();
				if (jump === undefined) continue;
				clock.jumpWall(jump);
				notifier.clockSet(jump);
			}
			await clock.advance(4 * 3_600_000);
			expect(outbox.endings).toHaveLength(waits.length);
			for (const [index, start] of starts.slice(1).entries()) {
				expect(start - (starts[index] as number)).toBeGreaterThanOrEqual(spacingMs);
			}
		}),
		{ numRuns: 60 },
	);
});

test("a channel without a rate sends a burst at once", async () => {
	const channel = scriptedChannel();
	const { clock, accept } = aNotifier([channel]);
	accept(...Array.from({ length: 50 }, (_, index) => about(`${index}`, `${index}`)));
	await clock.advance(0);
	expect(channel.taken).toHaveLength(50);
});

test("draining at the end keeps the rate and tells what fits into the time", async () => {
	const channel = scriptedChannel({ spacingMs: 1_000 });
	const { clock, accept, notifier } = aNotifier([channel]);
	accept(...["a", "b", "c", "d", "e"].map((id) => about(id, id)));
	let isDrained = false;
	void notifier.drain(2_500).then(() => {
		isDrained = true;
	});
	await clock.advance(2_400);
	expect(channel.taken).toEqual(["a", "b", "c"]);
	await clock.advance(100);
	expect(isDrained).toBe(true);
});

/** As Slack does it: one message a second, and a 429 with Retry-After for whoever comes earlier. */
function oneASecond(now: () => number): { answer: HttpAnswer; taken: string[]; refused: () => number } {
	let last = Number.NEGATIVE_INFINITY;
	let refused = 0;
	const taken: string[] = [];
	return {
		taken,
		refused: () => refused,
		answer(response, { body }) {
			if (now() - last < 1_000) {
				refused++;
				response.writeHead(429, { "retry-after": "1" }).end("rate_limited");
				return;
			}
			last = now();
			taken.push(/\| id (\S+?)[\s"]/.exec(body)?.[1] ?? body);
			response.end("ok");
		},
	};
}

test.for([
	["at its own rate, without a single 429", undefined, 0],
	["through a storm of 429 where the rate was set too high", "20/s", 50],
] as const)("300 alerts reach a Slack of one message a second %s", async ([, rate, leastRefused]) => {
	// The channel loads its library when it is built; virtual time would pass meanwhile.
	await import("@slack/webhook");
	const clock = virtualClock(undefined, quiet);
	const slack = oneASecond(clock.monotonic);
	const http = await httpReceiver(slack.answer);
	const options = { type: "slack", url: `http://127.0.0.1:${http.port}/services/x` };
	const channel = channelOf(rate === undefined ? options : { ...options, rate });
	const { accept, outbox, notifier } = aNotifier([channel], clock);
	try {
		const sent = Array.from({ length: 300 }, (_, index) => about(`n${index}.`, `incident ${index % 40}`));
		accept(...sent.map((one) => ({ ...one, dueAt: MONDAY_MORNING })));
		for (let minute = 0; minute < 20 && outbox.endings.length < 300; minute++) await clock.advance(60_000);
		expect(outbox.endings.map(({ result }) => result)).toEqual(Array(300).fill("sent"));
		expect(slack.taken.toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
		expect(slack.refused()).toBeGreaterThanOrEqual(leastRefused);
		if (rate === undefined) expect(slack.refused()).toBe(0);
		for (let incident = 0; incident < 40; incident++) {
			const told = slack.taken.map((id) => Number.parseInt(id.slice(1), 10)).filter((index) => index % 40 === incident);
			expect(told).toEqual(told.toSorted((a, b) => a - b));
		}
	} finally {
		notifier.stop();
		await http.close();
	}
});
