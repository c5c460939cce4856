import { expect, test } from "vitest";
import * as z from "zod";
import { dig, validate } from "../../src/config/explain.ts";

const schema = z.strictObject({
	name: z.string(),
	count: z.int().max(5).optional(),
	list: z.array(z.string()).min(1).optional(),
	either: z.union([z.string(), z.strictObject({ use: z.string() })]).optional(),
	kind: z
		.discriminatedUnion("type", [z.strictObject({ type: z.literal("a") }), z.strictObject({ type: z.literal("b") })])
		.optional(),
	flag: z.boolean().optional(),
});

function words(data: unknown): string[] {
	const result = validate(schema, data);
	return result.ok ? [] : result.findings.map(({ message, hint }) => (hint ? `${message} | ${hint}` : message));
}

test.for([
	[{}, ['"name" is missing']],
	[{ nam: "x" }, ['unknown key "nam" | did you mean "name"?']],
	[{ name: 5 }, ['"name" must be a text, not a number | put it in quotes']],
	[{ name: null }, ['"name" is empty | fill it in or delete it']],
	[{ name: "x", count: 9 }, ['"count" must be at most 5']],
	[{ name: "x", count: 1.5 }, ['"count" must be a whole number']],
	[{ name: "x", count: "1" }, ['"count" must be a number, not a text']],
	[{ name: "x", list: [] }, ['"list" is empty']],
	[{ name: "x", list: "a" }, ['"list" must be a list, not a text | write [a, b], also for a single one']],
	[{ name: "x", list: ["a", true] }, ['"list[1]" must be a text, not true | put it in quotes']],
	[{ name: "x", either: { usee: "a" } }, ['unknown key "usee" | did you mean "use"?']],
	[{ name: "x", kind: {} }, ['"type" is missing | "a" or "b"']],
	[{ name: "x", kind: { type: "c" } }, ['"type" must be "a" or "b" | did you mean "a"?']],
	[{ name: "x", flag: "yes" }, ['"flag" must be true or false, not a text']],
] as const)("%j is told as %j", ([data, expected]) => {
	expect(words(data)).toEqual(expected);
});

test("a value that fits comes out as the schema makes it", () => {
	expect(
		validate(
			z.string().transform((text) => text.length),
			"abc",
		),
	).toEqual({ ok: true, value: 3 });
});

test("no received value is repeated", () => {
	const text = JSON.stringify(words({ name: ["s3cret"], count: "s3cret", kind: { type: "s3cret" }, flag: "s3cret" }));
	expect(text).not.toContain("s3cret");
});

test("paths lead through own keys only", () => {
	expect(dig({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
	expect(dig({ a: 1 }, ["toString"])).toBeUndefined();
	expect(dig("text", ["length"])).toBeUndefined();
});
