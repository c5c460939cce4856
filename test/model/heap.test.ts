import fc from "fast-check";
import { expect, test } from "vitest";
import { createHeap } from "../../src/model/heap.ts";

test("items come out in order, however they went in and whatever was taken in between", () => {
	fc.assert(
		fc.property(fc.array(fc.oneof(fc.integer(), fc.constant("pop" as const))), (steps) => {
			const heap = createHeap<number>((a, b) => a < b);
			const expected: number[] = [];
			for (const step of steps) {
				if (step === "pop") expect(heap.pop()).toBe(expected.shift());
				else {
					heap.push(step);
					expected.push(step);
					expected.sort((a, b) => a - b);
				}
				expect([heap.peek(), heap.size]).toEqual([expected[0], expected.length]);
			}
		}),
	);
});
