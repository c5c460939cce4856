import { expect, test } from "vitest";
import { cached, cachedBy } from "../../src/web/cache.ts";
import { virtualClock } from "../support/clock.ts";

test("what was made is kept for its time and then made anew", async () => {
	const clock = virtualClock();
	let count = 0;
	const next = cached(clock, 1_000, () => ++count);
	expect([next(), next()]).toEqual([1, 1]);
	await clock.advance(999);
	expect(next()).toBe(1);
	await clock.advance(1);
	expect(next()).toBe(2);
});

test("each key has its own answer, and a failure is not kept", async () => {
	const clock = virtualClock();
	const made: string[] = [];
	const next = cachedBy(clock, 1_000, (key) => {
		if (key === "bad" && made.length < 2) {
			made.push("tried");
			throw new Error("not yet");
		}
		made.push(key);
		return key.toUpperCase();
	});
	expect(() => next("bad")).toThrow("not yet");
	expect([next("a"), next("bad"), next("a")]).toEqual(["A", "BAD", "A"]);
	await clock.advance(1_000);
	next("a");
	expect(made).toEqual(["tried", "a", "bad", "a"]);
});
