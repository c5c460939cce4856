import type { RouteOptions } from "../../src/dispatch/route.ts";
import type { AlertView, ParentView } from "../../src/dispatch/view.ts";
import type { WindowOptions } from "../../src/dispatch/window.ts";
import { compileRules, type Rules } from "../../src/evaluate/evaluate.ts";
import type { Expectation, Threshold } from "../../src/evaluate/rules.ts";
import type { Alert, AlertState, BadLevel, Incident } from "../../src/model/alert.ts";
import { type CauseCode, cause } from "../../src/model/cause.ts";
import type { Sample, Values, ValueTypes } from "../../src/model/sample.ts";
import type { Level, Verdict } from "../../src/model/verdict.ts";
import type { Policy } from "../../src/state/policy.ts";
import { freshAlert, step } from "../../src/state/state.ts";
import type { Step } from "../../src/state/step.ts";
import { MONDAY_MORNING } from "./clock.ts";

/** Monday, 5 January 2026, 08:00 UTC: the beginning of most stories. */
export const T0 = MONDAY_MORNING;
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export function aVerdict(level: Level, code: CauseCode = "backend_down"): Verdict {
	const summary = level === "ok" ? "HTTP 200" : "HTTP 502";
	return level === "ok"
		? { level, summary, failed: [] }
		: { level, cause: cause(code), summary, failed: ["status == 200"] };
}

export function aPolicy(given: Partial<Policy> = {}): Policy {
	return { failAfter: 3, recoverAfter: 2, gapMs: 90 * SECOND, ...given };
}

/** The alert after a verdict, as the pipeline remembers it, and what the verdict did. */
export function taken(before: Alert, verdict: Verdict, at: number, policy: Policy): { alert: Alert; step: Step } {
	const moved = step(before, verdict, at, policy);
	const { cause: _before, ...rest } = before;
	const blamed = verdict.cause ?? before.cause;
	const resolvedAt = moved.transition?.change === "resolved" ? at : before.resolvedAt;
	const alert: Alert = {
		...rest,
		state: moved.state,
		sampledAt: at,
		level: verdict.level,
		summary: verdict.summary,
		failed: verdict.failed,
		...(blamed && moved.state.phase !== "inactive" && { cause: blamed }),
		...(resolvedAt !== undefined && { resolvedAt }),
	};
	return { alert, step: moved };
}

export function anAlert(state: AlertState, given: Partial<Alert> = {}): Alert {
	const isOpen = state.phase === "firing" || state.phase === "recovering";
	return {
		...freshAlert("design/get-configuration", T0),
		state,
		sampledAt: T0,
		level: state.phase === "firing" || state.phase === "pending" ? state.level : "ok",
		summary: isOpen ? "HTTP 502" : "HTTP 200",
		...(state.phase !== "inactive" && { cause: cause("backend_down") }),
		...given,
	};
}

function anIncident(given: Partial<Incident> = {}): Incident {
	return { incident: "i1", since: T0, firedAt: T0, level: "critical", ...given };
}

export const firing = (given: Partial<Incident> = {}) => ({ phase: "firing" as const, ...anIncident(given) });

export const recovering = (given: Partial<Incident> = {}, good = 1, goodSince = T0) => ({
	phase: "recovering" as const,
	...anIncident(given),
	good,
	goodSince,
});

export const pending = (bad: number, level: BadLevel = "critical", since = T0) => ({
	phase: "pending" as const,
	since,
	level,
	bad,
});

export const inactive = (since = T0) => ({ phase: "inactive" as const, since });

export function aView(alert: Alert, given: Partial<AlertView> = {}): AlertView {
	const [instance = "", check = ""] = alert.key.split("/");
	return {
		alert,
		instance,
		check,
		about: "The DSS backend answers.",
		labels: {},
		units: {},
		url: "https://dss.example",
		parents: [],
		confirmMs: 30 * SECOND,
		...given,
	};
}

export function aParent(alert: Alert, confirmMs = 30 * SECOND): ParentView {
	return { key: alert.key, alert, confirmMs };
}

export function aRoute(given: Partial<RouteOptions> = {}): RouteOptions {
	return { match: {}, continue: false, ...given };
}

/** By default every Monday from 08:00 UTC on, for two hours: open at T0. */
export function aWindow(given: Partial<WindowOptions> = {}): WindowOptions {
	return { name: "restart", match: {}, cron: "0 8 * * MON", for: 2 * HOUR, timezone: "UTC", ...given };
}

/** A small catalogue of values and facts, like the one of an HTTP check. */
export const VALUES: ValueTypes = {
	status: { type: "int", summary: "HTTP status." },
	latency: { type: "double", unit: "s", summary: "Until the last byte.", blames: "backend_slow" },
	size: { type: "int", unit: "B", summary: "Size of the body." },
	free: { type: "double", summary: "Free places." },
	state: { type: "string", summary: "State of the job." },
};
export const FACTS: ValueTypes = {
	json: { type: "dyn", summary: "The body." },
	headers: { type: "map<string, string>", summary: "Headers." },
};

export function aSample(values: Values, given: Partial<Sample> = {}): Sample {
	return { startedAt: T0, durationMs: 12, values, ...given };
}

/** Compiled rules; a rule that is refused is a mistake of the test. */
export function theRules(
	expect: readonly (Expectation | string)[],
	thresholds: Readonly<Record<string, Partial<Threshold>>> = {},
): Rules {
	const { rules, problems } = compileRules(
		{
			expect: expect.map((one) => (typeof one === "string" ? { that: one, else: "critical" } : one)),
			thresholds: Object.fromEntries(
				Object.entries(thresholds).map(([name, given]) => [name, { bad: "above" as const, ...given } as Threshold]),
			),
		},
		VALUES,
		FACTS,
	);
	if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
	return rules;
}
