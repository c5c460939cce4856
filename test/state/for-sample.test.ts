import { expect, test } from "vitest";
import { forSample } from "../../src/state/for-sample.ts";
import { anAlert, aPolicy, firing, inactive, pending, SECOND, T0 } from "../support/builders.ts";

const POLICY = aPolicy({ failAfter: 1, faultAfter: 2, flapping: true });
const own = anAlert(firing({ since: T0 }));

test("a look that broke off takes as many as it must, a measurement as many as fail_after says", () => {
	expect(forSample(POLICY, true, own, [])).toMatchObject({ failAfter: 2, flapping: true });
	expect(forSample(POLICY, false, own, [])).toBe(POLICY);
	expect(forSample(aPolicy({ failAfter: 3, faultAfter: 2 }), true, own, [])).toMatchObject({ failAfter: 3 });
});

test("a turn that a parent explains is no going to and fro: while it is bad, and when both have come back", () => {
	const flapping = (...parents: Parameters<typeof forSample>[3]) => forSample(POLICY, false, own, parents).flapping;
	expect(flapping(anAlert(pending(1)))).toBe(false);
	expect(flapping(anAlert(firing()))).toBe(false);
	expect(flapping(anAlert(inactive()), anAlert(inactive(), { resolvedAt: T0 + SECOND }))).toBe(false);
	expect(flapping(anAlert(inactive(), { resolvedAt: T0 - SECOND }))).toBe(true);
	// What a parent had long ago explains nothing that begins now.
	const calm = anAlert(inactive(T0));
	expect(forSample(POLICY, false, calm, [anAlert(inactive(), { resolvedAt: T0 + SECOND })]).flapping).toBe(true);
});
