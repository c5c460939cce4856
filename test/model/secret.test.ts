import { format, inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { learningRedactor, redactor, Secret, secret } from "../../src/model/secret.ts";

const KEY = "dku-Ab3/x+9 ?=é";
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a secret", () => {
	const hidden = new Secret(KEY);

	test.each([
		["String()", () => String(hidden)],
		["a template", () => `${hidden}`],
		["joining", () => ["a", hidden].join()],
		["toString()", () => hidden.toString()],
		["JSON", () => JSON.stringify({ hidden, list: [hidden] })],
		["inspect", () => inspect({ hidden }, { depth: 9, showHidden: true })],
		["format %s", () => format("%s", hidden)],
		["format %o", () => format("%o %O %j", hidden, hidden, hidden)],
		["an error's message", () => new Error(`cannot use ${hidden}`).message],
		["an error's cause", () => inspect(new Error("no", { cause: { hidden } }))],
		["its own properties", () => JSON.stringify(Object.entries(hidden)) + Reflect.ownKeys(hidden).join()],
		["a copy of its properties", () => inspect({ ...hidden })],
		["a structured clone", () => inspect(structuredClone({ ...hidden }))],
	])("does not show by %s", (_, show) => {
		expect(show()).not.toContain(KEY);
		expect(show()).not.toContain(KEY.slice(0, 6));
	});

	test("is given away by reveal() alone", () => {
		expect(hidden.reveal()).toBe(KEY);
		expect(`${hidden}`).toBe("[secret]");
	});

	test("an option refuses an empty one, and the refusal does not repeat what was given", () => {
		expect(secret().parse(KEY)).toBeInstanceOf(Secret);
		expect(secret().safeParse("").error?.issues[0]?.message).toBe("is empty");
		expect(inspect(secret().safeParse([KEY]))).not.toContain(KEY);
	});
});

describe("redactor", () => {
	const redact = redactor([KEY, 's3cr"et\\pass']);

	test.each([
		["as it is", KEY],
		["percent-encoded", encodeURIComponent(KEY)],
		["percent-encoded in small letters", encodeURIComponent(KEY).replace(/%../g, (byte) => byte.toLowerCase())],
		["in base64", base64(KEY)],
		["as the user of a Basic credential", base64(`${KEY}:`)],
		["as the password of a Basic credential", base64(`:${KEY}`)],
		["in JSON", JSON.stringify('s3cr"et\\pass').slice(1, -1)],
	])("hides a secret %s", (_, shown) => {
		expect(redact(`a ${shown}, b`)).toMatch(/^a \[secret\]=*, b$/);
	});

	test("hides every occurrence, also when they touch", () => {
		expect(redact(`${KEY}${KEY} ${KEY}`)).toBe("[secret][secret] [secret]");
	});

	test("of two secrets of which one contains the other nothing is left", () => {
		const hide = redactor(["abcd", "xxabcdyy"]);
		expect(hide("1 xxabcdyy 2 abcd 3")).toBe("1 [secret] 2 [secret] 3");
	});

	test("of two secrets that share letters nothing is left", () => {
		const hide = redactor(["abcdef", "defghi", "hi-jk"]);
		expect(hide("<abcdefghi-jk>")).toBe("<[secret]>");
	});

	test("leaves texts without secrets as they are", () => {
		expect(redact("HTTP 502 from https://dss.example:11200/")).toBe("HTTP 502 from https://dss.example:11200/");
		expect(redactor([])("dku")).toBe("dku");
		expect(redact("")).toBe("");
	});

	test("leaves values under four characters alone, because hiding them would blank ordinary words", () => {
		expect(redactor(["a", "key", ""])("a key")).toBe("a key");
	});

	test("takes the signs of regular expressions and replacement patterns literally", () => {
		const hide = redactor(["a.c*d$&", "(x|y)+"]);
		expect(hide("a.c*d$& abcd (x|y)+ xyx")).toBe("[secret] abcd [secret] xyx");
	});

	test("bears half a surrogate pair in a secret", () => {
		expect(redactor(["half\ud83d"])("a half\ud83d b")).toBe("a [secret] b");
	});

	test("no secret of any kind survives in any surroundings", () => {
		// Few letters, so that secrets overlap, and signs that the encodings change.
		const text = fc.string({
			minLength: 4,
			maxLength: 9,
			unit: fc.constantFrom("a", "b", "%", "+", "é", "\\", "\ud83d"),
		});
		fc.assert(
			fc.property(
				fc.array(text, { minLength: 1, maxLength: 4 }),
				fc.array(fc.nat(9), { maxLength: 8 }),
				(secrets, plan) => {
					const given = plan.map((at) => secrets[at % secrets.length]).join("");
					const shown = redactor(secrets)(given);
					expect(shown.replaceAll("[secret]", "")).toBe("");
				},
			),
		);
	});
});

describe("a redactor that learns", () => {
	test("hides what it has learnt and what it knew before, also where it was taken earlier", () => {
		const { redact, learn } = learningRedactor(["first-key"]);
		learn(["second-key"]);
		expect(redact("first-key second-key third-key")).toBe("[secret] [secret] third-key");
	});

	test("is after many reloads as quick as after the first", () => {
		const { redact, learn } = learningRedactor(["first-key"]);
		const text = "a line of the log, as long as they are ".repeat(20);
		const timed = () => {
			const began = performance.now();
			for (let round = 0; round < 500; round++) redact(text);
			return performance.now() - began;
		};
		timed();
		const before = timed();
		for (let reload = 0; reload < 2_000; reload++) learn(["first-key"]);
		// One pass more for each of them would take hundreds of times as long.
		expect(timed()).toBeLessThan(20 * before + 50);
	});
});
