import { expect, test } from "vitest";
import { restate } from "../../src/dispatch/clock-set.ts";
import { anAlert, firing, HOUR, recovering, SECOND, T0 } from "../support/builders.ts";
import { snapshot } from "../support/notifications.ts";

test("all remembered moments move with a clock that was set back", () => {
	const now = T0 - HOUR + 10 * SECOND;
	const open = firing({ since: T0 - 60 * SECOND, firedAt: T0 - 50 * SECOND });
	const flapping = { since: T0 - 40 * SECOND, firm: "bad" as const, firmSince: T0 - 30 * SECOND, against: 1 };
	const moved = restate(-HOUR, now).alert(anAlert({ ...open, flapping }, { sampledAt: T0, resolvedAt: T0 - 2 * HOUR }));
	expect(moved).toMatchObject({
		sampledAt: T0 - HOUR,
		resolvedAt: T0 - 3 * HOUR,
		state: {
			since: T0 - HOUR - 60 * SECOND,
			firedAt: T0 - HOUR - 50 * SECOND,
			flapping: { since: T0 - HOUR - 40 * SECOND, firmSince: T0 - HOUR - 30 * SECOND, against: 1 },
		},
	});
});

test("what the clock stamped after it was set, and before that was noticed, stays as it is", () => {
	const now = T0 - HOUR;
	const alert = anAlert(recovering({ since: T0 - 60 * SECOND }, 1, now - SECOND), { sampledAt: now - SECOND });
	const moved = restate(-HOUR, now).alert(alert);
	expect(moved.sampledAt).toBe(now - SECOND);
	expect(moved.state).toMatchObject({ since: T0 - HOUR - 60 * SECOND, goodSince: now - SECOND });
});

test("what channels were told moves, too, and what was measured does not", () => {
	const alert = snapshot({ since: T0, values: { since: 5, at: T0 } });
	const entry = { channel: "ops", alert, notification: "n", at: T0 + SECOND, group: "", groupWaitMs: 0 };
	const now = T0 + HOUR + 30 * SECOND;
	expect(restate(HOUR, now).told(entry)).toEqual({
		...entry,
		at: T0 + HOUR + SECOND,
		alert: { ...alert, since: T0 + HOUR },
	});
	expect(restate(HOUR, now).told({ ...entry, overAt: T0 }).overAt).toBe(T0 + HOUR);
});
