import { expect, test } from "vitest";
import { createCounters } from "../../src/app/counters.ts";
import { aSample, T0 } from "../support/builders.ts";

test("samples are counted by level, and a blind check is known until it sees again", () => {
	const counters = createCounters();
	const fault = { code: "prober_resolver" as const, text: "no resolver" };
	counters.sampled("design/boot", "unknown", aSample({}, { fault, durationMs: 7 }));
	expect(counters.blind.get("design/boot")).toEqual({ ...fault, at: T0 });
	expect(counters.durations.get("design/boot")).toBe(7);
	counters.sampled("design/boot", "critical", aSample({}, { fault: { code: "backend_down", text: "502" } }));
	expect(counters.blind.size).toBe(0);
	counters.sampled("design/boot", "ok", aSample({}));
	expect(counters.samples).toEqual({ ok: 1, unknown: 1, warning: 0, critical: 1 });
});

test("deliveries are counted by channel and outcome, with the time of the last success and the last error", () => {
	const counters = createCounters();
	counters.delivered("ops", "retried", T0, "HTTP 500");
	counters.delivered("ops", "sent", T0 + 1);
	counters.delivered("ops", "dead", T0 + 2, "HTTP 410");
	expect(counters.channels.get("ops")).toMatchObject({
		counts: { sent: 1, retried: 1, dead: 1 },
		sentAt: T0 + 1,
		lastError: { at: T0 + 2, text: "HTTP 410" },
	});
	expect(counters.channels.get("other")).toBeUndefined();
});

test("the newest gaps are shown, all are summed up", () => {
	const counters = createCounters();
	for (let n = 0; n < 30; n++) counters.gap({ at: T0 + n, kind: n % 2 === 0 ? "stalled" : "suspended", ms: 10 });
	expect(counters.gaps).toHaveLength(10);
	expect(counters.gaps.at(-1)).toEqual({ at: T0 + 29, kind: "suspended", ms: 10 });
	expect(counters.gapTotals.get("stalled")).toEqual({ count: 15, ms: 150 });
});

test("checks that are no longer watched are forgotten", () => {
	const counters = createCounters();
	const fault = { code: "prober_files" as const, text: "too many open files" };
	for (const key of ["a/x", "a/y"]) counters.sampled(key, "unknown", aSample({}, { fault }));
	counters.only(new Set(["a/y"]));
	expect([...counters.blind.keys(), ...counters.durations.keys()]).toEqual(["a/y", "a/y"]);
});
