import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches } from "../../src/dispatch/matcher.ts";
import type { Match } from "../../src/dispatch/route.ts";

const LABELS = { instance: "design-1", severity: "critical", env: "prod", team: "" };

describe("a match", () => {
	test.each<[Match, boolean]>([
		[{}, true],
		[{ severity: "critical" }, true],
		[{ severity: "warning" }, false],
		[{ severity: "Critical" }, false],
		[{ severity: "critical", env: "prod" }, true],
		[{ severity: "critical", env: "test" }, false],
		[{ severity: ["warning", "critical"] }, true],
		[{ severity: ["warning", "unknown"] }, false],
		[{ instance: "design-*" }, true],
		[{ instance: "*-1" }, true],
		[{ instance: "*sig*" }, true],
		[{ instance: "d*n-*" }, true],
		[{ instance: "*" }, true],
		[{ instance: "**" }, true],
		[{ instance: "design-1*" }, true],
		[{ instance: "*design-1*" }, true],
		[{ instance: "design-1*1" }, false],
		[{ instance: "design" }, false],
		[{ instance: "auto-*" }, false],
		[{ instance: ["auto-*", "design-*"] }, true],
		[{ team: "" }, true],
		[{ team: "*" }, true],
		[{ owner: "*" }, false],
		[{ owner: "" }, false],
		[{ toString: "*" }, false],
		[{ instance: "design.1" }, false],
	])("%j: %s", (match, taken) => {
		expect(matches(match, LABELS)).toBe(taken);
	});

	test("with stars takes exactly what the same pattern takes as a regular expression", () => {
		const letters = fc.constantFrom("a", "b", "*");
		const pattern = fc.string({ unit: letters, maxLength: 8 });
		const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
		fc.assert(
			fc.property(pattern, text, (pattern, text) => {
				const same = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(text);
				expect(matches({ x: pattern }, { x: text })).toBe(same);
			}),
			{ numRuns: 2_000 },
		);
	});
});
