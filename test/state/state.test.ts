import { describe, expect, test } from "vitest";
import type { Alert, AlertState, Transition } from "../../src/model/alert.ts";
import type { Level } from "../../src/model/verdict.ts";
import type { Policy } from "../../src/state/policy.ts";
import { freshAlert, step } from "../../src/state/state.ts";
import {
	anAlert,
	aPolicy,
	aVerdict,
	firing,
	inactive,
	MINUTE,
	pending,
	recovering,
	SECOND,
	T0,
	taken,
} from "../support/builders.ts";

const CHANGED = "design/get-configuration";
const NEXT = T0 + 30 * SECOND;

/** The state in few words: what a reader of the table needs. */
function short(state: AlertState): string {
	switch (state.phase) {
		case "inactive":
			return "inactive";
		case "pending":
			return `pending ${state.level} ${state.bad}`;
		case "firing":
			return state.turning
				? `firing ${state.level} (${state.turning.level} ${state.turning.count})`
				: `firing ${state.level}`;
		case "recovering":
			return `recovering ${state.level} ${state.good}`;
	}
}

function moved(state: AlertState, level: Level, policy: Partial<Policy> = {}, at = NEXT) {
	return step(anAlert(state), aVerdict(level), at, aPolicy(policy));
}

type Row = readonly [AlertState, Level, Partial<Policy>, string, Transition["change"] | "-"];

const turning = (
	level: "warning" | "critical" | "unknown",
	count: number,
	own: "warning" | "critical" | "unknown" = "critical",
) => ({
	...firing({ level: own }),
	turning: { level, count },
});

const rows: readonly Row[] = [
	[inactive(), "ok", {}, "inactive", "-"],
	[inactive(), "warning", {}, "pending warning 1", "pending"],
	[inactive(), "critical", {}, "pending critical 1", "pending"],
	[inactive(), "unknown", {}, "pending unknown 1", "pending"],
	[inactive(), "critical", { failAfter: 1 }, "firing critical", "fired"],
	[inactive(), "unknown", { failAfter: 1 }, "firing unknown", "fired"],

	[pending(1), "ok", {}, "inactive", "cleared"],
	[pending(1), "critical", {}, "pending critical 2", "-"],
	[pending(1), "warning", {}, "pending warning 2", "-"],
	[pending(2), "critical", {}, "firing critical", "fired"],
	[pending(2), "warning", {}, "firing warning", "fired"],
	[pending(2, "warning"), "critical", {}, "firing critical", "fired"],
	[pending(2), "unknown", {}, "pending critical 2", "-"],
	[pending(1, "unknown"), "unknown", {}, "pending unknown 2", "-"],
	[pending(2, "unknown"), "unknown", {}, "firing unknown", "fired"],
	[pending(2, "unknown"), "critical", {}, "pending critical 1", "-"],
	[pending(2, "unknown"), "ok", {}, "inactive", "cleared"],
	[pending(1), "critical", { failAfter: 1 }, "firing critical", "fired"],

	[firing(), "critical", {}, "firing critical", "-"],
	[firing(), "ok", {}, "recovering critical 1", "recovering"],
	[firing(), "ok", { recoverAfter: 1 }, "inactive", "resolved"],
	[firing(), "unknown", {}, "firing critical", "-"],
	[firing(), "warning", {}, "firing critical (warning 1)", "-"],
	[firing(), "warning", { failAfter: 1 }, "firing warning", "eased"],
	[firing({ level: "warning" }), "critical", { failAfter: 1 }, "firing critical", "worsened"],
	[turning("warning", 1), "warning", {}, "firing critical (warning 2)", "-"],
	[turning("warning", 2), "warning", {}, "firing warning", "eased"],
	[turning("critical", 2, "warning"), "critical", {}, "firing critical", "worsened"],
	[turning("warning", 2), "critical", {}, "firing critical", "-"],
	[turning("warning", 2), "unknown", {}, "firing critical (warning 2)", "-"],
	[turning("warning", 2), "ok", {}, "recovering critical 1", "recovering"],
	[firing({ level: "unknown" }), "unknown", {}, "firing unknown", "-"],
	[firing({ level: "unknown" }), "critical", {}, "firing unknown (critical 1)", "-"],
	[turning("critical", 2, "unknown"), "critical", {}, "firing critical", "worsened"],
	[turning("critical", 2, "unknown"), "warning", {}, "firing unknown (warning 1)", "-"],
	[turning("critical", 2, "unknown"), "unknown", {}, "firing unknown", "-"],

	[recovering({}, 1), "ok", {}, "inactive", "resolved"],
	[recovering({}, 1), "ok", { recoverAfter: 3 }, "recovering critical 2", "-"],
	[recovering({}, 1), "critical", {}, "firing critical", "relapsed"],
	[recovering({}, 1), "warning", {}, "firing critical (warning 1)", "relapsed"],
	[recovering({}, 1), "warning", { failAfter: 1 }, "firing warning", "eased"],
	[recovering({ level: "warning" }, 1), "critical", { failAfter: 1 }, "firing critical", "worsened"],
	[recovering({}, 1), "unknown", {}, "recovering critical 1", "-"],
	[recovering({ level: "unknown" }, 1), "unknown", {}, "firing unknown", "relapsed"],
];

test.each(
	rows.map(
		([state, level, policy, after, change]) =>
			[short(state), level, JSON.stringify(policy), after, change, state, policy] as const,
	),
)("%s, then %s %s: %s (%s)", (_, level, __, after, change, state, policy) => {
	const step = moved(state, level, policy);
	expect(short(step.state)).toBe(after);
	expect(step.transition?.change ?? "-").toBe(change);
	if (!step.transition) expect(step.state.phase).toBe(state.phase);
	else expect([step.transition.from, step.transition.to]).toEqual([state.phase, step.state.phase]);
});

describe("a gap restarts the streaks and leaves the phase as it is", () => {
	const late = T0 + 90 * SECOND + 1;
	test.each<readonly [AlertState, Level, string, Transition["change"] | "-"]>([
		[inactive(), "critical", "pending critical 1", "pending"],
		[pending(2), "critical", "pending critical 1", "-"],
		[pending(2), "ok", "inactive", "cleared"],
		[pending(2), "unknown", "pending critical 0", "-"],
		[firing(), "critical", "firing critical", "-"],
		[turning("warning", 2), "warning", "firing critical (warning 1)", "-"],
		[firing(), "ok", "recovering critical 1", "recovering"],
		[recovering({}, 1), "ok", "recovering critical 1", "-"],
		[recovering({}, 1), "critical", "firing critical", "relapsed"],
		[recovering({}, 1), "unknown", "recovering critical 0", "-"],
	])("%j, then %s: %s (%s)", (state, level, after, change) => {
		for (const at of [late, T0 - 1]) {
			const step = moved(state, level, {}, at);
			expect(short(step.state)).toBe(after);
			expect(step.transition?.change ?? "-").toBe(change);
		}
	});

	test("that is longer than allowed only: exactly three intervals are none", () => {
		expect(short(moved(pending(2), "critical", {}, late - 1).state)).toBe("firing critical");
	});

	test("and the problem, or its end, is dated from the first sample after it", () => {
		expect(moved(pending(2), "critical", {}, late).state).toMatchObject({ since: late });
		expect(moved(recovering({}, 1), "ok", {}, late).state).toMatchObject({ goodSince: late });
	});
});

describe("over several samples", () => {
	function run(
		levels: readonly Level[],
		policy: Policy,
		everyMs = 30 * SECOND,
		start: Alert = freshAlert(CHANGED, T0),
	) {
		let alert = start;
		const changes: string[] = [];
		for (const [index, level] of levels.entries()) {
			const { alert: next, step } = taken(alert, aVerdict(level), T0 + index * everyMs, policy);
			alert = next;
			if (step.transition) changes.push(step.transition.change);
		}
		return { alert, changes };
	}

	test("three bad samples fire, two good ones resolve, and the times are those of the first of each", () => {
		const { alert: down } = run(["ok", "critical", "critical", "critical"], aPolicy());
		expect(down.state).toMatchObject({ phase: "firing", since: T0 + 30 * SECOND, firedAt: T0 + 90 * SECOND });
		const { alert: up, changes } = run(["ok", "critical", "critical", "critical", "ok", "ok"], aPolicy());
		expect(changes).toEqual(["pending", "fired", "recovering", "resolved"]);
		expect(up.state).toEqual({ phase: "inactive", since: T0 + 120 * SECOND });
	});

	test("a restart loses nothing: the state goes through JSON between any two samples", () => {
		const levels: Level[] = ["critical", "critical", "critical", "warning", "ok", "critical", "ok", "ok", "critical"];
		const policy = aPolicy();
		let alert = freshAlert(CHANGED, T0);
		const changes: string[] = [];
		for (const [index, level] of levels.entries()) {
			const restored = JSON.parse(JSON.stringify(alert)) as Alert;
			const { alert: next, step } = taken(restored, aVerdict(level), T0 + index * 30 * SECOND, policy);
			alert = next;
			if (step.transition) changes.push(step.transition.change);
		}
		expect(changes).toEqual(run(levels, policy).changes);
		expect(changes).toEqual(["pending", "fired", "recovering", "relapsed", "recovering", "resolved", "pending"]);
	});

	test("one incident keeps its id through turns, relapses and gaps; the next has another", () => {
		const policy = aPolicy({ failAfter: 1, recoverAfter: 2 });
		let alert = freshAlert(CHANGED, T0);
		const ids: string[] = [];
		for (const [level, at] of [
			["critical", 0],
			["warning", 1],
			["ok", 2],
			["critical", 3],
			["ok", 60],
			["critical", 120],
			["ok", 121],
			["ok", 122],
			["critical", 123],
		] as const) {
			alert = taken(alert, aVerdict(level), T0 + at * MINUTE, policy).alert;
			if ("incident" in alert.state) ids.push(alert.state.incident);
		}
		expect(new Set(ids).size).toBe(2);
		expect(ids.at(-1)).not.toBe(ids.at(-2));
		expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
	});

	test("the same incident has the same id in whatever process, another check another one", () => {
		const id = (key: string) => step(freshAlert(key, T0), aVerdict("critical"), T0, aPolicy({ failAfter: 1 })).state;
		expect(id("design/a")).toEqual(id("design/a"));
		expect(id("design/a")).not.toEqual(id("design/b"));
	});

	test("not knowing for a while inside an outage neither ends nor feeds it", () => {
		const { alert, changes } = run(["critical", "unknown", "unknown", "critical", "unknown", "critical"], aPolicy());
		expect(changes).toEqual(["pending", "fired"]);
		expect(alert.state).toMatchObject({ since: T0, firedAt: T0 + 150 * SECOND, level: "critical" });
	});

	test("a transition says why", () => {
		expect(moved(inactive(), "critical").transition?.reason).toBe("1 of 3 bad samples");
		expect(moved(pending(2), "critical").transition?.reason).toBe("3 bad samples in a row");
		expect(moved(pending(2), "ok").transition?.reason).toBe("good again after 2 of 3 bad samples");
		expect(moved(firing(), "ok").transition?.reason).toBe("1 of 2 good samples");
		expect(moved(recovering({}, 1), "ok").transition?.reason).toBe("2 good samples in a row");
		expect(moved(recovering({}, 1), "critical").transition?.reason).toBe("bad again after 1 of 2 good samples");
		expect(moved(turning("warning", 2), "warning").transition?.reason).toBe("3 samples in a row at warning");
	});

	test("neither the alert nor the verdict given in is changed", () => {
		const frozen = Object.freeze(anAlert(Object.freeze(pending(2))));
		expect(() => step(frozen, Object.freeze(aVerdict("critical")), NEXT, Object.freeze(aPolicy()))).not.toThrow();
	});
});
