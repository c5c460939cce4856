import { expect, test } from "vitest";
import { loadKinds } from "../../src/probe/kinds.ts";
import { everyKind, kinds, probeOptions } from "../../src/probe/probe.ts";

test("each kind is loaded by its name, alone, with the options of its own", async () => {
	for (const [index, name] of Object.keys(kinds).entries()) {
		const loaded = await loadKinds([name]);
		const one = { kind: name } as Parameters<typeof everyKind.of>[0];
		expect(loaded?.of(one)).toBe(everyKind.of(one));
		expect(probeOptions.options).toContain(loaded?.options);
		const other = { kind: Object.keys(kinds).at(index - 1) } as typeof one;
		expect(() => loaded?.of(other)).toThrow("is not loaded");
	}
	expect(probeOptions.options).toHaveLength(Object.keys(kinds).length);
});

test("some kinds together take the options of each of them, and of no other", async () => {
	const { options } = (await loadKinds(["http", "dss-licence"])) ?? {};
	expect(options?.safeParse({ kind: "http", path: "/" }).success).toBe(true);
	expect(options?.safeParse({ kind: "dss-licence" }).success).toBe(true);
	expect(options?.safeParse({ kind: "dss-sanity" }).success).toBe(false);
});

test("a name that is none loads nothing", async () => {
	expect(await loadKinds(["http", "toString"])).toBeUndefined();
});
