import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createQueue } from "../../src/sinks/queue.ts";

const one = (id: number, bytes = 10) => ({ id, bytes });
const idsOf = (values: readonly { readonly id: number }[]) => values.map(({ id }) => id);
/** All that waits, in order. */
const drained = (queue: ReturnType<typeof createQueue<{ id: number; bytes: number }>>) =>
	idsOf(queue.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY));

describe("a queue", () => {
	test("gives out the oldest first, as many as fit into a batch", () => {
		const queue = createQueue<{ id: number; bytes: number }>({ count: 10, bytes: 1_000 });
		for (const id of [1, 2, 3, 4]) queue.push(one(id, 40));
		expect(idsOf(queue.take(3, 1_000))).toEqual([1, 2, 3]);
		queue.push(one(5, 40));
		expect(idsOf(queue.take(3, 79))).toEqual([4]);
		expect(idsOf(queue.take(3, 1))).toEqual([5]);
		expect(queue.take(3, 1)).toEqual([]);
	});

	test("drops the oldest where there are too many, and counts them", () => {
		const queue = createQueue<{ id: number; bytes: number }>({ count: 3, bytes: 1_000 });
		for (const id of [1, 2, 3, 4, 5]) queue.push(one(id));
		expect(queue).toMatchObject({ length: 3, lost: 2 });
		expect(drained(queue)).toEqual([3, 4, 5]);
	});

	test("drops the oldest where they are too large", () => {
		const queue = createQueue<{ id: number; bytes: number }>({ count: 100, bytes: 100 });
		for (const id of [1, 2, 3]) queue.push(one(id, 45));
		expect(queue.lost).toBe(1);
		queue.push(one(4, 101));
		expect(queue).toMatchObject({ length: 0, lost: 4 });
	});

	test("takes a batch back in its place, and drops of it what has no room any more", () => {
		const queue = createQueue<{ id: number; bytes: number }>({ count: 4, bytes: 1_000 });
		for (const id of [1, 2, 3]) queue.push(one(id));
		const batch = queue.take(2, 1_000);
		for (const id of [4, 5]) queue.push(one(id));
		queue.putBack(batch);
		expect(queue.lost).toBe(1);
		expect(drained(queue)).toEqual([2, 3, 4, 5]);
	});

	test("is in order whatever happens, and never above its bounds", () => {
		const act = fc.oneof(
			fc.record({ push: fc.integer({ min: 1, max: 60 }) }),
			fc.record({ take: fc.integer({ min: 1, max: 8 }), back: fc.boolean() }),
		);
		fc.assert(
			fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
				const queue = createQueue<{ id: number; bytes: number }>({ count: 20, bytes: 400 });
				let pushed = 0;
				const out: number[] = [];
				for (const act of acts) {
					if ("push" in act) queue.push(one(++pushed, act.push));
					else {
						const batch = queue.take(act.take, 100);
						if (act.back) queue.putBack(batch);
						else out.push(...idsOf(batch));
					}
					expect(queue.length).toBeLessThanOrEqual(20);
				}
				out.push(...drained(queue));
				expect(out).toEqual(out.toSorted((a, b) => a - b));
				expect(out.length + queue.lost).toBe(pushed);
			}),
			{ numRuns: 60 },
		);
	});

	test("does not slow down when it is long", () => {
		const queue = createQueue<{ id: number; bytes: number }>({ count: 50_000, bytes: 1e9 });
		for (let id = 0; id < 200_000; id++) queue.push(one(id));
		expect(queue).toMatchObject({ length: 50_000, lost: 150_000 });
		expect(queue.take(1, 100)).toEqual([one(150_000)]);
	});
});
