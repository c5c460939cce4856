import * as fc from "fast-check";
import { expect, test } from "vitest";
import { divide } from "../../src/dss/timings.ts";

const sum = ({ dns, connect, tls, firstByte, transfer }: ReturnType<typeof divide>) =>
	dns + connect + tls + firstByte + transfer;

test("the phases of a whole request lie between its marks", () => {
	expect(divide(1_000, { dns: 1_010, connect: 1_030, tls: 1_070 }, 1_170, 1_200)).toEqual({
		dns: 0.01,
		connect: 0.02,
		tls: 0.04,
		firstByte: 0.1,
		transfer: 0.03,
		total: 0.2,
	});
});

test("on a kept connection all the time before the answer is the server's", () => {
	expect(divide(0, undefined, 40, 50)).toMatchObject({ dns: 0, connect: 0, tls: 0, firstByte: 0.04, transfer: 0.01 });
});

test("wherever a request breaks off, its phases add up to its total and none is negative", () => {
	const steps = fc.array(fc.nat(10_000), { minLength: 5, maxLength: 5 });
	fc.assert(
		fc.property(steps, fc.nat(4), ([a = 0, b = 0, c = 0, d = 0, e = 0], reached) => {
			const at = [a, a + b, a + b + c, a + b + c + d];
			const mark = (index: number) => (index < reached ? at[index] : undefined);
			const end = (at[reached - 1] ?? 0) + e;
			const timings = divide(0, { dns: mark(0), connect: mark(1), tls: mark(2) }, mark(3), end);
			expect(sum(timings)).toBeCloseTo(timings.total, 9);
			expect(Math.min(...Object.values(timings))).toBeGreaterThanOrEqual(0);
		}),
	);
});
