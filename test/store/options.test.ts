import { expect, test } from "vitest";
import { storeOptions } from "../../src/store/options.ts";

test("a path alone stands for the section with its defaults", () => {
	const options = { path: "data/x.db", keep: 30 * 86_400_000, max_samples: 5_000_000 };
	expect(storeOptions.parse("data/x.db")).toEqual(options);
	expect(storeOptions.parse({ path: "data/x.db" })).toEqual(options);
});

test("the section says how much is kept", () => {
	expect(storeOptions.parse({ path: "x.db", keep: "7d", max_samples: 10_000 })).toEqual({
		path: "x.db",
		keep: 7 * 86_400_000,
		max_samples: 10_000,
	});
});

test.each([
	["an empty path", ""],
	["a section without path", { keep: "1d" }],
	["a key that is not known", { path: "x.db", kep: "1d" }],
	["a duration without unit", { path: "x.db", keep: 30 }],
	["hardly any samples", { path: "x.db", max_samples: 10 }],
	["half a sample", { path: "x.db", max_samples: 1_000.5 }],
	["nothing", null],
])("%s is refused", (_name, given) => {
	expect(storeOptions.safeParse(given).success).toBe(false);
});
