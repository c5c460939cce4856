import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrapperValue } from "../../src/sinks/zabbix-protocol.ts";
import { createRefused } from "../../src/sinks/zabbix-refused.ts";
import { MINUTE, T0 } from "../support/builders.ts";

const value = (key: string, host = "design"): TrapperValue => ({ host, key, value: "1", at: T0 });

/** A server that refuses these keys, and counts what it is asked. */
function refusing(keys: ReadonlySet<string>) {
	const asked: string[][] = [];
	const ask = async (values: readonly TrapperValue[]) => {
		asked.push(values.map(({ key }) => key));
		return { failed: values.filter(({ key }) => keys.has(key)).length };
	};
	return { asked, ask };
}

describe("which items Zabbix refuses", () => {
	test("is found by asking for halves: one of 250 takes at most nine requests", async () => {
		const refused = createRefused();
		const { asked, ask } = refusing(new Set(["k77"]));
		refused.suspect(
			Array.from({ length: 250 }, (_, index) => value(`k${index}`)),
			T0,
		);
		expect(await refused.examine(ask, T0)).toEqual({ found: ["k77 of host design"] });
		expect(asked.length).toBeLessThanOrEqual(9);
		expect(refused.list()).toEqual([{ what: "k77 of host design", since: T0 }]);
		expect(refused.has(value("k77"))).toBe(true);
		expect(refused.has(value("k77", "automation"))).toBe(false);
	});

	test("is found exactly, whichever they are", async () => {
		await fc.assert(
			fc.asyncProperty(fc.uniqueArray(fc.nat(30), { maxLength: 12 }), async (numbers) => {
				const refused = createRefused();
				const keys = new Set(numbers.map((number) => `k${number}`));
				refused.suspect(
					Array.from({ length: 31 }, (_, index) => value(`k${index}`)),
					T0,
				);
				await refused.examine(refusing(keys).ask, T0);
				expect(new Set(refused.list().map(({ what }) => what))).toEqual(
					new Set([...keys].map((key) => `${key} of host design`)),
				);
			}),
			{ numRuns: 40 },
		);
	});

	test("is not asked at once: an item that was just created has three seconds", () => {
		const refused = createRefused();
		expect(refused.dueAt()).toBeUndefined();
		refused.suspect([value("a")], T0);
		refused.suspect([value("b")], T0 + 2_000);
		expect(refused.dueAt()).toBe(T0 + 3_000);
	});

	test("is asked again no sooner than after five minutes, and with few requests", async () => {
		const refused = createRefused();
		const many = Array.from({ length: 400 }, (_, index) => value(`k${index}`));
		const { asked, ask } = refusing(new Set(many.filter((_, index) => index % 2 === 0).map(({ key }) => key)));
		refused.suspect(many, T0);
		await refused.examine(ask, T0);
		expect(asked.length).toBe(64);
		// What was named is refused for certain: no good one is among them.
		expect(refused.list().every(({ what }) => Number(/\d+/.exec(what)?.[0]) % 2 === 0)).toBe(true);
		refused.suspect(many, T0 + 1_000);
		expect(refused.dueAt()).toBe(T0 + 5 * MINUTE);
	});

	test("is told once in an hour, however often it comes and goes", async () => {
		const refused = createRefused();
		const { ask } = refusing(new Set(["a"]));
		const found = [];
		for (const minutes of [0, 10, 20, 61]) {
			refused.accept([value("a")]);
			refused.suspect([value("a")], T0 + minutes * MINUTE);
			found.push(await refused.examine(ask, T0 + minutes * MINUTE));
		}
		expect(found.map((one) => "found" in one && one.found.length)).toEqual([1, 0, 0, 1]);
	});

	test("stays open where the server goes away meanwhile", async () => {
		const refused = createRefused();
		refused.suspect([value("a")], T0);
		expect(await refused.examine(async () => ({ error: "gone" }), T0)).toEqual({ error: "gone" });
		expect(refused.list()).toEqual([]);
		expect(refused.dueAt()).toBe(T0 + 3_000);
	});
});
