import { expect, test } from "vitest";
import { apiSchemas, checkDetailReply, statusReply } from "../../src/web/api.ts";
import { toCheckDetailReply, toStatusReply } from "../../src/web/replies.ts";
import type { StatusView } from "../../src/web/view.ts";
import { MONDAY_MORNING } from "../support/clock.ts";
import { checkView, firing, recentSamples, statusView } from "../support/web-view.ts";

const bad = checkView("design/bad", firing("critical", 60_000), "backend_down", {
	advice: "Look at the log.",
	runbook: "https://wiki.example",
	muted: { reason: "maintenance window", until: MONDAY_MORNING + 60_000 },
});
const { alert: _alert, durationMs: _durationMs, everyMs: _everyMs, ...unseen } = checkView("design/nightly");
const base = statusView({ design: [bad, checkView("design/fine"), { ...unseen, cron: "0 3 * * *" }] });
const full: StatusView = {
	...base,
	channels: [
		...base.channels,
		{
			name: "ops-slack",
			type: "slack",
			pending: 2,
			dead: 1,
			lastError: { at: MONDAY_MORNING, text: "HTTP 503" },
			deferredUntil: MONDAY_MORNING + 5_000,
			disabled: "HTTP 410",
		},
	],
	prober: {
		...base.prober,
		configError: "alerts.yaml:3",
		store: { file: "x.db", error: "disk full" },
		gaps: [{ at: MONDAY_MORNING, kind: "stalled", ms: 7_000 }],
	},
};

test("the status keeps to its documented shape, with ISO times and base units", () => {
	const reply = toStatusReply(full, { ok: false, reasons: ["disk full"] }, MONDAY_MORNING);
	expect(statusReply.parse(JSON.parse(JSON.stringify(reply)))).toEqual(reply);
	expect(reply).toMatchObject({ generated_at: "2026-01-05T08:00:00Z", mood: "critical", firing: 1, checks: 3 });
	expect(reply.instances[0]?.checks[0]).toMatchObject({
		state: "firing",
		level: "critical",
		since: "2026-01-05T07:59:00Z",
		fired_at: "2026-01-05T07:59:10Z",
		incident: "incident-1",
		cause: { code: "backend_down", layer: "backend" },
		muted: { reason: "maintenance window", until: "2026-01-05T08:01:00Z" },
		every_seconds: 30,
		duration_seconds: 0.041,
	});
	expect(reply.instances[0]?.checks[2]).toMatchObject({ state: "new", cron: "0 3 * * *" });
	expect(reply.prober.gaps).toEqual([{ at: "2026-01-05T08:00:00Z", kind: "stalled", seconds: 7 }]);
});

test("one check is told with its newest samples", () => {
	const reply = toCheckDetailReply("design", bad, recentSamples(1));
	expect(checkDetailReply.parse(JSON.parse(JSON.stringify(reply)))).toEqual(reply);
	expect(reply.recent.at(-1)).toEqual({ at: "2026-01-05T07:59:30Z", level: "critical", duration_seconds: 0.107 });
});

test("the shape is there as JSON Schema, with every field allowed by name only", () => {
	expect(apiSchemas()).toMatchObject({
		status: { type: "object", additionalProperties: false, properties: { headline: { type: "string" } } },
		check: { type: "object", additionalProperties: false },
	});
});
