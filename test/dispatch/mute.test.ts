import { describe, expect, test } from "vitest";
import { inMaintenance, underParent } from "../../src/dispatch/mute.ts";
import type { ParentView } from "../../src/dispatch/view.ts";
import type { Alert, BadLevel } from "../../src/model/alert.ts";
import {
	anAlert,
	aParent,
	aView,
	aWindow,
	firing,
	HOUR,
	inactive,
	MINUTE,
	pending,
	recovering,
	SECOND,
	T0,
} from "../support/builders.ts";

const CONFIRM = 30 * SECOND;

describe("maintenance", () => {
	const labels = { instance: "design", check: "api", severity: "critical" };

	test("mutes what its match takes while it is open, until its end", () => {
		const windows = [aWindow({ name: "restart", match: { instance: "design" } })];
		expect(inMaintenance(windows, labels, T0)).toEqual({
			kind: "maintenance",
			reason: 'maintenance window "restart"',
			until: T0 + 2 * HOUR,
		});
		expect(inMaintenance(windows, { ...labels, instance: "auto" }, T0)).toBeUndefined();
		expect(inMaintenance(windows, labels, T0 - 1)).toBeUndefined();
		expect(inMaintenance(windows, labels, T0 + 2 * HOUR)).toBeUndefined();
	});

	test("the first open window that matches is named; closed ones and others are passed over", () => {
		const windows = [
			aWindow({ name: "closed", cron: "0 3 * * *" }),
			aWindow({ name: "others", match: { check: "job" } }),
			aWindow({ name: "this" }),
			aWindow({ name: "later" }),
		];
		expect(inMaintenance(windows, labels, T0)?.reason).toContain('"this"');
		expect(inMaintenance([], labels, T0)).toBeUndefined();
	});
});

describe("a parent", () => {
	/** The child fired at T0 + 30 s; its first bad sample was at T0. */
	const state = (level: BadLevel = "critical") => firing({ incident: "c", since: T0, firedAt: T0 + CONFIRM, level });
	const parent = (state: Alert["state"], given: Partial<Alert> = {}): ParentView =>
		aParent(anAlert(state, { key: "design/front", sampledAt: T0 + MINUTE, ...given }), CONFIRM);
	const mutedBy = (parents: readonly ParentView[], now: number, level?: BadLevel, sampledAt = T0 + CONFIRM) => {
		const child = anAlert(state(level), { key: "design/api", sampledAt });
		return underParent(aView(child, { parents, confirmMs: 20 * SECOND }), state(level), now);
	};

	test("that fires or is just recovering mutes for as long as it does", () => {
		const mute = { kind: "parent", reason: "parent design/front is firing" };
		expect(mutedBy([parent(firing())], T0 + HOUR)).toEqual(mute);
		expect(mutedBy([parent(recovering())], T0 + HOUR)).toEqual(mute);
		expect(mutedBy([parent(firing({ level: "warning" }))], T0 + HOUR, "warning")).toEqual(mute);
	});

	test("that is merely slow hides no child that is worse than itself", () => {
		expect(mutedBy([parent(firing({ level: "warning" }))], T0 + HOUR, "critical")).toBeUndefined();
		expect(mutedBy([parent(firing({ level: "critical" }))], T0 + HOUR, "warning")?.kind).toBe("parent");
	});

	test("of which nothing is known explains a child of which nothing is known, but hides none that is bad", () => {
		const unknown = parent(firing({ level: "unknown" }));
		expect(mutedBy([unknown], T0 + HOUR, "unknown")?.kind).toBe("parent");
		expect(mutedBy([unknown], T0 + HOUR, "critical")).toBeUndefined();
		expect(mutedBy([unknown], T0 + HOUR, "warning")).toBeUndefined();
	});

	test("that is well and was looked at since does not mute", () => {
		expect(mutedBy([parent(inactive())], T0 + CONFIRM)).toBeUndefined();
		expect(mutedBy([parent(inactive(), { resolvedAt: T0 - 1 })], T0 + CONFIRM)).toBeUndefined();
	});

	test("that is pending mutes until it could have become firm, counted from the later of the two beginnings", () => {
		for (const since of [T0 - MINUTE, T0]) {
			const unsure = parent(pending(1, "critical", since));
			expect(mutedBy([unsure], T0 + CONFIRM - 1)).toEqual({
				kind: "waiting",
				reason: "parent design/front is not sure yet",
				until: T0 + CONFIRM,
			});
			expect(mutedBy([unsure], T0 + CONFIRM)).toBeUndefined();
		}
		expect(mutedBy([parent(pending(1, "critical", T0 + MINUTE))], T0 + MINUTE)?.until).toBe(T0 + MINUTE + CONFIRM);
	});

	test("that was not looked at since the child went bad mutes until it should have been", () => {
		const unseen = parent(inactive(), { sampledAt: T0 - 1 });
		expect(mutedBy([unseen], T0 + 2 * CONFIRM - 1)).toEqual({
			kind: "waiting",
			reason: "parent design/front was not looked at since",
			until: T0 + 2 * CONFIRM,
		});
		expect(mutedBy([unseen], T0 + 2 * CONFIRM)).toBeUndefined();
		expect(mutedBy([parent(inactive(), { sampledAt: T0 })], T0 + CONFIRM)).toBeUndefined();
	});

	test("that has just recovered gives the child the time to come back, too, and one more look", () => {
		const back = parent(inactive(), { resolvedAt: T0 + MINUTE });
		const settled = T0 + MINUTE + 20 * SECOND;
		expect(mutedBy([back], settled)).toEqual({
			kind: "waiting",
			reason: "parent design/front has just recovered",
			until: settled + 20 * SECOND,
		});
		// Looked at again after that time and still bad: it has a problem of its own.
		expect(mutedBy([back], settled, "critical", settled)).toBeUndefined();
		// Never looked at again: told all the same, only later.
		expect(mutedBy([back], settled + 20 * SECOND)).toBeUndefined();
	});

	test("among several, the first that mutes is named, and one is enough", () => {
		const [well, down] = [parent(inactive()), { ...parent(firing()), key: "design/nginx" }];
		expect(mutedBy([well, down], T0 + HOUR)?.reason).toBe("parent design/nginx is firing");
		expect(mutedBy([well], T0 + HOUR)).toBeUndefined();
		expect(mutedBy([], T0 + HOUR)).toBeUndefined();
	});
});
