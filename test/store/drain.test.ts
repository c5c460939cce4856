import fc from "fast-check";
import { expect, test } from "vitest";
import { drain } from "../../src/store/drain.ts";

const busy = Object.assign(new Error("database is locked"), { errcode: 5 });
const always = () => true;

test("what waits is written in order, several at once", () => {
	const batches: (readonly number[])[] = [];
	const waiting = [1, 2, 3, 4, 5];
	drain(waiting, { most: 2, write: (batch) => batches.push(batch), leftOut: () => {}, goOn: always });
	expect(batches).toEqual([[1, 2], [3, 4], [5]]);
	expect(waiting).toEqual([]);
});

test("a failure of the database keeps back the batch and all that follows", () => {
	const written: number[] = [];
	const waiting = [1, 2, 3, 4, 5];
	const write = (batch: readonly number[]) => {
		if (batch.includes(4)) throw busy;
		written.push(...batch);
	};
	expect(() => drain(waiting, { most: 2, write, leftOut: () => {}, goOn: always })).toThrow(busy);
	expect(written).toEqual([1, 2]);
	expect(waiting).toEqual([3, 4, 5]);
});

test("it stops between two batches when its time is over", () => {
	const waiting = [1, 2, 3, 4, 5];
	let left = 2;
	drain(waiting, { most: 2, write: () => {}, leftOut: () => {}, goOn: () => left-- > 0 });
	expect(waiting).toEqual([5]);
});

test("what is rejected for what it is is left out alone, wherever it stands", () => {
	fc.assert(
		fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (rejected, most) => {
			const waiting = rejected.map((bad, index) => ({ bad, index }));
			const written: number[] = [];
			let leftOut = 0;
			const write = (batch: readonly { bad: boolean; index: number }[]) => {
				if (batch.some(({ bad }) => bad)) throw new TypeError("cannot be bound");
				written.push(...batch.map(({ index }) => index));
			};
			drain(waiting, { most, write, leftOut: () => leftOut++, goOn: always });
			expect(written).toEqual(rejected.flatMap((bad, index) => (bad ? [] : [index])));
			expect(leftOut).toBe(rejected.filter(Boolean).length);
			expect(waiting).toEqual([]);
		}),
	);
});
