import { expect, test } from "vitest";
import { formatValue, valuesLine } from "../../src/notify/message-values.ts";
import { snapshot } from "../support/notifications.ts";

test.for([
	[0.0123, "s", "12 ms"],
	[0.0001, "s", "under 1 ms"],
	[0, "s", "0 s"],
	[1.25, "s", "1.3 s"],
	[90, "s", "1 min 30 s"],
	[502, undefined, "502"],
	[0.123456, undefined, "0.1235"],
	[0, "B", "0 B"],
	[999, "B", "999 B"],
	[4_200, "B", "4.2 kB"],
	[3_000_000_000_000_000, "B", "3000 TB"],
	[29.5, "d", "29.5 d"],
	[true, undefined, "true"],
	["a\nb", undefined, "a b"],
] as const)("the value %j with unit %s is written %s", ([value, unit, expected]) => {
	expect(formatValue(value, unit)).toBe(expected);
});

test("more values than people read are counted, not dropped silently", () => {
	const values = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`v${index}`, index]));
	expect(valuesLine(snapshot({ values }))).toMatch(/^v0 0, .*v11 11, and 8 more$/);
	expect(valuesLine(snapshot({ values: {} }))).toBe("");
});
