import { expect, test } from "vitest";
import { fullGcIn, headOf, signIn, withoutCredentials } from "../../src/host/log-line.ts";
import { ownPatterns } from "../../src/host/own-patterns.ts";

test("the head of a line tells its time, in the machine's zone, and its level", () => {
	const head = headOf("[2025/11/20-10:15:30.123] [qtp-12] [ERROR] [dip.x]  - [ct: 12] boom");
	expect(head).toEqual({ at: new Date(2025, 10, 20, 10, 15, 30, 123).getTime(), level: "ERROR" });
	expect(headOf("\tat java.lang.Thread.run")).toBeUndefined();
});

test.each([
	["[Full GC (Ergonomics) [PSYoungGen: 1K->0K(2K)] 5K->4K(9K), 4.1234567 secs] [Times: user=9.0]", 4.1234567],
	["[12.345s][info][gc] GC(3) Pause Full (Allocation Failure) 5500M->5400M(6000M) 4123.456ms", 4.123456],
	["[12.345s][info][gc] GC(3) Pause Young (Normal) 55M->54M(60M) 41.5ms", undefined],
	["Full GC is a bad sign", undefined],
])("%s", (line, seconds) => expect(fullGcIn(line)).toBe(seconds));

test.each([
	["java.lang.OutOfMemoryError: Java heap space", "out_of_memory"],
	["java.io.IOException: No space left on device", "no_space"],
	["Too many open files", "too_many_files"],
	["[INFO] [dku] DSS startup: backend version 14.0.0", "startups"],
	["all is well", undefined],
])("%s", (line, sign) => expect(signIn(line)).toBe(sign));

test.each([
	["user=x password=hunter2, next", "user=x password=…, next"],
	['{"apiKey": "abc def", "x": 1}', '{"apiKey": …, "x": 1}'],
	["Authorization: Bearer abc.def", "Authorization: Bearer …"],
	["the tokenizer: fine", "the tokenizer: fine"],
])("credentials in %s are cut out", (line, shown) => expect(withoutCredentials(line)).toBe(shown));

test("own patterns are counted; one that takes too long is left out, and the others go on", () => {
	const own = ownPatterns({ boom: /boom/u, evil: /(a+)+$/u, late: /late/u }, () => performance.now());
	const began = performance.now();
	for (let bunch = 0; bunch < 5; bunch++) own.try([`${"a".repeat(60)}!`, "boom 1", "boom late", "x"]);
	expect(performance.now() - began).toBeLessThan(400);
	expect(own.found()).toEqual({ counts: { boom: 10, evil: 0, late: 5 }, line: "boom late", slow: ["evil"] });
});
