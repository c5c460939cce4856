import fc from "fast-check";
import { expect, test } from "vitest";
import { didYouMean, nearest, slips } from "../../src/config/suggest.ts";

test.for([
	["every", "every", 0],
	["evry", "every", 1],
	["evvery", "every", 1],
	["evary", "every", 1],
	["evrey", "every", 1],
	["", "url", 3],
	["ca", "abc", 3],
] as const)("from %s to %s it takes %i slips", ([a, b, count]) => {
	expect(slips(a, b)).toBe(count);
});

test("the number of slips is the same both ways and never above the longer word", () => {
	const word = fc.string({ maxLength: 12 });
	fc.assert(
		fc.property(word, word, (a, b) => {
			expect(slips(a, b)).toBe(slips(b, a));
			expect(slips(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
		}),
	);
});

test("the nearest known word is suggested, whatever its case", () => {
	expect(didYouMean("chanels", ["checks", "channels"])).toBe('did you mean "channels"?');
	expect(nearest("URL", ["url"])).toBe("url");
});

test("a word that is like nothing known, or absurdly long, brings no suggestion", () => {
	expect(nearest("weather", ["checks", "channels", "web"])).toBeUndefined();
	expect(nearest("x".repeat(1_000), ["x".repeat(1_001)])).toBeUndefined();
});
