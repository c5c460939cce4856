import { describe, expect, test } from "vitest";
import { createKin } from "../../src/dispatch/kin.ts";
import { type Looked, looksAfter } from "../../src/dispatch/looks.ts";
import type { Alert, Transition } from "../../src/model/alert.ts";
import { anAlert, firing, inactive, pending, recovering, SECOND, T0 } from "../support/builders.ts";

const check = (name: string, ...parents: string[]): Looked & { instance: { name: string } } => ({
	key: `a/${name}`,
	retryEveryMs: 5 * SECOND,
	confirmMs: 20 * SECOND,
	labels: { layer: name },
	parents: parents.map((parent) => `a/${parent}`),
	instance: { name: "a" },
});
const CHECKS = [check("backend"), check("api", "backend"), check("job", "api")];

function looks(
	name: string,
	state: Alert["state"],
	given: {
		change?: Transition["change"];
		others?: Readonly<Record<string, Alert>>;
		now?: number;
		sampledAt?: number;
	} = {},
) {
	const own = CHECKS.find(({ key }) => key === `a/${name}`) as Looked;
	const alert = anAlert(state, { key: own.key, sampledAt: given.sampledAt ?? T0 });
	const around = {
		kin: createKin(CHECKS),
		peers: [],
		check: (key: string) => CHECKS.find((one) => one.key === key),
		alert: (key: string) => given.others?.[key],
	};
	return looksAfter(own, alert, given.change, around, given.now ?? T0);
}
const other = (name: string, state: Alert["state"], given: Partial<Alert> = {}) => ({
	[`a/${name}`]: anAlert(state, { key: `a/${name}`, ...given }),
});

describe("a check is looked at again soon", () => {
	test("while it is pending, recovering or turning, one retry after its sample", () => {
		const soon = { key: "a/backend", inMs: 3 * SECOND };
		const later = { now: T0 + 2 * SECOND, others: other("api", inactive()) };
		expect(looks("backend", pending(1), later)).toContainEqual(soon);
		expect(looks("backend", recovering(), later)).toEqual([soon]);
		expect(looks("backend", { ...firing(), turning: { level: "warning", count: 1 } }, later)).toEqual([soon]);
	});

	test("at once where that moment has passed, and not at all where it is sure", () => {
		expect(looks("job", recovering(), { now: T0 + 60 * SECOND })).toEqual([{ key: "a/job", inMs: 0 }]);
		expect(looks("backend", firing())).toEqual([]);
		expect(looks("backend", inactive())).toEqual([]);
	});

	test("once more when its parent has come back and it had its own time to", () => {
		const back = { others: other("backend", inactive(), { resolvedAt: T0 + 10 * SECOND }), now: T0 + 12 * SECOND };
		expect(looks("api", firing(), back)).toEqual([{ key: "a/api", inMs: 18 * SECOND }]);
		expect(looks("api", firing(), { ...back, sampledAt: T0 + 30 * SECOND })).toEqual([]);
		expect(looks("api", firing({ since: T0 + 11 * SECOND }), back)).toEqual([]);
	});
});

describe("others are looked at at once", () => {
	test("where they were not looked at since the trouble began, except a job, which is too dear", () => {
		const others = {
			...other("backend", inactive(), { sampledAt: T0 - 60 * SECOND }),
			...other("job", inactive(), { sampledAt: 0 }),
		};
		const found = looks("api", pending(1), { others });
		expect(found.filter(({ key }) => key !== "a/api")).toEqual([{ key: "a/backend", inMs: 0 }]);
		expect(looks("api", firing(), { others, change: "fired" })).toContainEqual({ key: "a/backend", inMs: 0 });
	});

	test("not a detail inside DSS: it names no culprit, and may be a walk over the whole disk", () => {
		const all = [...CHECKS, check("detail", "api")];
		const around = {
			kin: createKin(all),
			peers: [],
			check: (key: string) => all.find((one) => one.key === key),
			alert: () => undefined,
		};
		const own = all.find(({ key }) => key === "a/api") as Looked;
		const found = looksAfter(own, anAlert(pending(1), { key: own.key, sampledAt: T0 }), undefined, around, T0);
		expect(found.map(({ key }) => key)).toEqual(["a/api", "a/backend"]);
	});

	test("not where they were looked at just now", () => {
		expect(looks("api", firing(), { others: other("backend", inactive()), change: "fired" })).toEqual([]);
	});

	test("below one that has just recovered, where they are open: perhaps they are back, too", () => {
		const others = { ...other("api", firing()), ...other("job", inactive()) };
		expect(looks("backend", inactive(), { others, change: "resolved" })).toEqual([{ key: "a/api", inMs: 0 }]);
	});
});
