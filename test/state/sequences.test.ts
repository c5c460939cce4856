import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOpen } from "../../src/model/alert.ts";
import { isWorse, type Level } from "../../src/model/verdict.ts";
import { freshAlert } from "../../src/state/state.ts";
import { aPolicy, aVerdict, SECOND, T0, taken } from "../support/builders.ts";

/** One sample: its level, and how long after the one before it was taken, ms. */
interface Look {
	readonly level: Level;
	readonly afterMs: number;
}

const GAP_MS = 90 * SECOND;

interface Told {
	/** Where in the sequence. */
	readonly index: number;
	readonly change: "fired" | "resolved" | "worsened" | "eased";
	readonly level: Level;
}

/**
 * The rules as the documentation words them, by looking back over the whole sequence each time. Slow, and built
 * differently from the code: it keeps no counters.
 *
 * - `failAfter` bad samples in a row fire; `recoverAfter` good ones in a row resolve.
 * - Another level of an open incident has to be confirmed by `failAfter` samples in a row.
 * - An unknown sample is passed over, except among other unknown ones.
 * - A gap ends every row of samples.
 */
function reference(looks: readonly Look[], failAfter: number, recoverAfter: number): readonly Told[] {
	const told: Told[] = [];
	let open: Level | undefined;
	/** The row that ends at `to`, back to `from`, newest first; what is passed over is left out. */
	const row = (
		to: number,
		from: number,
		fits: (level: Level) => boolean,
		passes: (level: Level) => boolean,
	): number => {
		let count = 0;
		for (let at = to; at >= from; at--) {
			const { level, afterMs } = looks[at] as Look;
			if (fits(level)) count++;
			else if (!passes(level)) return count;
			if (afterMs < 0 || afterMs > GAP_MS) return count;
		}
		return count;
	};
	const isUnknown = (level: Level) => level === "unknown";
	const never = () => false;
	let begin = 0;
	for (const [index, { level }] of looks.entries()) {
		if (open === undefined) {
			const bad =
				level === "unknown"
					? row(index, begin, isUnknown, never)
					: level === "ok"
						? 0
						: row(index, begin, (one) => one !== "ok" && one !== "unknown", isUnknown);
			// Unknown samples behind a bad one do not make a row of their own: it is known already that something is bad.
			if (level === "unknown" && isBadBefore(looks, begin, index)) continue;
			if (bad < failAfter) continue;
			open = level;
			told.push({ index, change: "fired", level });
			begin = index + 1;
			continue;
		}
		const current: Level = open;
		const passes = (one: Level) => isUnknown(one) && current !== "unknown";
		if (level === "ok") {
			if (row(index, begin, (one) => one === "ok", passes) < recoverAfter) continue;
			told.push({ index, change: "resolved", level });
			open = undefined;
			begin = index + 1;
		} else if (level !== current && !passes(level)) {
			if (row(index, begin, (one) => one === level, passes) < failAfter) continue;
			told.push({ index, change: isWorse(level, current) ? "worsened" : "eased", level });
			open = level;
			begin = index + 1;
		}
	}
	return told;
}

/** Whether a warning or critical sample stands before, with nothing good in between. */
function isBadBefore(looks: readonly Look[], begin: number, index: number): boolean {
	for (let at = index - 1; at >= begin; at--) {
		const { level } = looks[at] as Look;
		if (level === "ok") return false;
		if (level !== "unknown") return true;
	}
	return false;
}

function run(looks: readonly Look[], failAfter: number, recoverAfter: number) {
	const policy = aPolicy({ failAfter, recoverAfter, gapMs: GAP_MS });
	let alert = freshAlert("design/x", T0);
	let at = T0;
	return looks.map(({ level, afterMs }) => {
		at += afterMs;
		const { alert: next, step } = taken(alert, aVerdict(level), at, policy);
		const before = alert;
		alert = next;
		return { level, before, alert, transition: step.transition };
	});
}

const level = fc.oneof(
	{ weight: 4, arbitrary: fc.constant<Level>("ok") },
	{ weight: 4, arbitrary: fc.constant<Level>("critical") },
	{ weight: 2, arbitrary: fc.constant<Level>("warning") },
	{ weight: 2, arbitrary: fc.constant<Level>("unknown") },
);
const steady = fc.constant(30 * SECOND);
const uneven = fc.oneof(
	{ weight: 12, arbitrary: steady },
	{ weight: 1, arbitrary: fc.constantFrom(0, GAP_MS, GAP_MS + 1, 3_600_000, -1, -3_600_000) },
);
const looks = (afterMs: fc.Arbitrary<number>) => fc.array(fc.record({ level, afterMs }), { maxLength: 60 });
const count = fc.constantFrom(1, 1, 2, 3, 5);

describe("over any sequence of samples", () => {
	test("what is told is what the rules in words say", () => {
		fc.assert(
			fc.property(looks(uneven), count, count, (looks, failAfter, recoverAfter) => {
				const told = run(looks, failAfter, recoverAfter).flatMap(({ transition }, index) =>
					transition && ["fired", "resolved", "worsened", "eased"].includes(transition.change)
						? [{ index, change: transition.change, level: transition.level }]
						: [],
				);
				expect(told).toEqual(reference(looks, failAfter, recoverAfter));
			}),
			{ numRuns: 3_000 },
		);
	});

	test("every incident that fired is resolved exactly once before the next one fires, under its own id", () => {
		fc.assert(
			fc.property(looks(uneven), count, count, (looks, failAfter, recoverAfter) => {
				let open: string | undefined;
				const seen = new Set<string>();
				for (const { transition, alert } of run(looks, failAfter, recoverAfter)) {
					if (transition?.change === "fired") {
						expect(open).toBeUndefined();
						open = transition.incident as string;
						seen.add(open);
					} else if (transition?.change === "resolved") {
						expect(transition.incident).toBe(open);
						open = undefined;
					} else if (transition && open) expect(transition.incident).toBe(open);
					expect(isOpen(alert.state) ? alert.state.incident : undefined).toBe(open);
				}
			}),
		);
	});

	test("phases follow each other without a break, and a phase changes only by a transition", () => {
		fc.assert(
			fc.property(looks(uneven), count, count, (looks, failAfter, recoverAfter) => {
				for (const { before, alert, transition } of run(looks, failAfter, recoverAfter)) {
					if (transition) expect([transition.from, transition.to]).toEqual([before.state.phase, alert.state.phase]);
					else expect(alert.state.phase).toBe(before.state.phase);
				}
			}),
		);
	});

	test("a good sample ends what is pending, and brings an open incident nearer to its end", () => {
		fc.assert(
			fc.property(looks(uneven), count, count, (looks, failAfter, recoverAfter) => {
				for (const { level, alert } of run(looks, failAfter, recoverAfter)) {
					if (level === "ok") expect(["inactive", "recovering"]).toContain(alert.state.phase);
					if (alert.state.phase === "pending") expect(alert.state.bad).toBeLessThan(failAfter);
					if (alert.state.phase === "recovering") expect(alert.state.good).toBeLessThan(recoverAfter);
					if (alert.state.phase === "firing" && alert.state.turning) {
						expect(alert.state.turning.count).toBeLessThan(failAfter);
						expect(alert.state.turning.level).not.toBe(alert.state.level);
					}
				}
			}),
		);
	});

	test("a blip shorter than fail_after never fires", () => {
		const blip = (failAfter: number) =>
			fc.array(
				level.filter((one) => one !== "ok"),
				{ maxLength: failAfter - 1 },
			);
		const story = fc
			.constantFrom(2, 3, 5)
			.chain((failAfter) => fc.tuple(fc.constant(failAfter), fc.array(blip(failAfter), { maxLength: 12 })));
		fc.assert(
			fc.property(story, ([failAfter, blips]) => {
				const levels = blips.flatMap((bad): Level[] => [...bad, "ok"]);
				const looks = levels.map((one) => ({ level: one, afterMs: 30 * SECOND }));
				expect(run(looks, failAfter, 2).some(({ transition }) => transition?.change === "fired")).toBe(false);
			}),
		);
	});

	test("an outage that is seen often enough without a gap is always told", () => {
		fc.assert(
			fc.property(looks(uneven), count, (looks, failAfter) => {
				const outage = Array.from({ length: failAfter + 1 }, () => ({
					level: "critical" as const,
					afterMs: 30 * SECOND,
				}));
				expect(run([...looks, ...outage], failAfter, 2).at(-1)?.alert.state.phase).toBe("firing");
			}),
		);
	});

	test("an end that is seen often enough without a gap is always told", () => {
		fc.assert(
			fc.property(looks(uneven), count, count, (looks, failAfter, recoverAfter) => {
				const good = Array.from({ length: recoverAfter + 1 }, () => ({ level: "ok" as const, afterMs: 30 * SECOND }));
				expect(run([...looks, ...good], failAfter, recoverAfter).at(-1)?.alert.state.phase).toBe("inactive");
			}),
		);
	});
});
