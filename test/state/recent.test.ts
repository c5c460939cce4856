import fc from "fast-check";
import { expect, test } from "vitest";
import type { Alert } from "../../src/model/alert.ts";
import { freshAlert, step } from "../../src/state/state.ts";

const policy = { failAfter: 3, failOf: 5, recoverAfter: 1, gapMs: 60_000 };

function phases(samples: string): string[] {
	let alert: Alert = freshAlert("design/a", 0);
	return [...samples].map((sample, index) => {
		const at = (index + 1) * 10_000;
		const verdict = { level: sample === "x" ? ("critical" as const) : ("ok" as const), summary: "", failed: [] };
		alert = { ...alert, ...step(alert, verdict, at, policy), sampledAt: at };
		return alert.state.phase;
	});
}

test.each([
	["three in a row", "xxx", "firing"],
	["three of five, with good ones in between", "x.x.x", "firing"],
	["three of six are not three of five", "x..x.x", "pending"],
	["two are not enough", "x.x..", "pending"],
	["after five good ones it is forgotten", "xx.....", "inactive"],
	["a single one leaves the window", "x.....", "inactive"],
])("3 of 5: %s", (_name, samples, phase) => {
	expect(phases(samples).at(-1)).toBe(phase);
});

test("it fires exactly when so many of the last few were bad for the first time", () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom(".", "x"), { minLength: 1, maxLength: 40 }), (samples) => {
			const found = phases(samples.join("")).indexOf("firing");
			const expected = samples.findIndex(
				(_sample, index) => samples.slice(Math.max(0, index - 4), index + 1).filter((one) => one === "x").length >= 3,
			);
			expect(found).toBe(expected);
		}),
	);
});
