import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Alert } from "../../src/model/alert.ts";
import type { Level } from "../../src/model/verdict.ts";
import { flappingPercent, pushFlip } from "../../src/state/flapping.ts";
import type { Policy } from "../../src/state/policy.ts";
import { freshAlert, step } from "../../src/state/state.ts";

const EVERY = 30_000;
const T0 = Date.UTC(2026, 0, 5, 12);
const policy: Policy = { failAfter: 1, recoverAfter: 1, gapMs: 3 * EVERY, flapping: true };

interface Moved {
	readonly alert: Alert;
	readonly changes: readonly string[];
}

/** Leads one sample per interval through the state machine: `.` good, `x` bad, `?` unknown. */
function play(samples: string, how: Policy = policy, every = EVERY): Moved {
	let alert = freshAlert("design/a", T0);
	const changes: string[] = [];
	[...samples].forEach((sample, index) => {
		const level: Level = sample === "." ? "ok" : sample === "?" ? "unknown" : "critical";
		const at = T0 + (index + 1) * every;
		const { state, flips, transition } = step(alert, { level, summary: "", failed: [] }, at, how);
		alert = { ...alert, state, flips, sampledAt: at, level };
		if (transition) changes.push(`${index}:${transition.change}`);
	});
	return { alert, changes };
}

describe("the flapping value", () => {
	test.each([
		["nothing happened", "", 0],
		["a change in each of the last 20 samples", "1".repeat(20), 99],
		["one change, newest", "1", 5.9],
		["one change, nineteen samples ago", `1${"0".repeat(19)}`, 4],
		["one change, too long ago", `1${"0".repeat(20)}`, 0],
	])("with %s", (_name, slots, percent) => {
		const flips = [...slots].reduce((bits, slot) => pushFlip(bits, slot === "1"), 0);
		expect(flappingPercent(flips)).toBeCloseTo(percent, 6);
	});

	test("a newer change weighs more than an older one, and none leaves 0 to 100", () => {
		fc.assert(
			fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (slots) => {
				const flips = slots.reduce(pushFlip, 0);
				const percent = flappingPercent(flips);
				expect(percent).toBeGreaterThanOrEqual(0);
				expect(percent).toBeLessThanOrEqual(100);
				expect(flappingPercent(pushFlip(flips, true))).toBeGreaterThan(flappingPercent(pushFlip(flips, false)));
			}),
		);
	});
});

describe("an alert that goes to and fro", () => {
	test("is told as flapping once it is restless enough, and as resolved when it has calmed down", () => {
		const { changes, alert } = play(`${"x.".repeat(12)}${".".repeat(20)}`);
		const told = changes.map((change) => change.split(":")[1]);
		expect(told.slice(0, 6)).toEqual(["fired", "resolved", "fired", "resolved", "fired", "resolved"]);
		expect(told.filter((change) => change === "flapping")).toHaveLength(1);
		expect(told.slice(told.indexOf("flapping"))).toEqual(["flapping", "resolved"]);
		expect(alert.state.phase).toBe("inactive");
	});

	test("goes on as an ordinary incident where it calms down on the bad side", () => {
		const { changes, alert } = play(`${"x.".repeat(12)}${"x".repeat(25)}`);
		const told = changes.map((change) => change.split(":")[1]);
		expect(told.slice(told.indexOf("flapping"))).toEqual(["flapping", "steadied"]);
		expect(alert.state).toMatchObject({ phase: "firing" });
		expect(alert.state).not.toHaveProperty("flapping");
	});

	test("keeps one incident from the first turn to the last", () => {
		const during = play("x.".repeat(12)).alert.state;
		const later = play(`${"x.".repeat(12)}x.x.`).alert.state;
		expect(during).toMatchObject({ phase: "firing", flapping: {} });
		expect(later).toMatchObject({ incident: (during as { incident: string }).incident });
	});

	test("that is only blips below fail_after is no flapping", () => {
		const { changes } = play("xx.".repeat(40), { ...policy, failAfter: 3, recoverAfter: 2 });
		expect(changes.filter((change) => !/pending|cleared/.test(change))).toEqual([]);
	});

	test("is told turn by turn where flapping is switched off", () => {
		const { changes } = play("x.".repeat(12), { ...policy, flapping: false });
		expect(changes).toHaveLength(24);
	});

	test("has calmed down at the latest when nothing changed for fifteen minutes, however rare the samples are", () => {
		const rare = 5 * 60_000;
		const slow = { ...policy, gapMs: 3 * rare };
		const { changes } = play(`${"x.".repeat(12)}${".".repeat(7)}`, slow, rare);
		expect(changes.at(-1)).toMatch(/resolved/);
		expect(Number(changes.at(-1)?.split(":")[0])).toBeLessThan(24 + 7);
	});

	test("is not ended by what nobody knows", () => {
		const { alert } = play(`${"x.".repeat(12)}${"?".repeat(3)}`);
		expect(alert.state).toMatchObject({ phase: "firing", flapping: {} });
	});

	test("always ends: after enough samples of one kind the state is firm and true", () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom(".", "x"), { maxLength: 80 }),
				fc.constantFrom(".", "x"),
				fc.integer({ min: 1, max: 3 }),
				fc.integer({ min: 1, max: 3 }),
				(history, last, failAfter, recoverAfter) => {
					const { alert } = play(`${history.join("")}${last.repeat(40)}`, { ...policy, failAfter, recoverAfter });
					expect(alert.state.phase).toBe(last === "." ? "inactive" : "firing");
					expect(alert.state).not.toHaveProperty("flapping");
				},
			),
		);
	});
});
