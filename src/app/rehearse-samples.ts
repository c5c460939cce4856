import type { Check } from "../config/checks.ts";
import type { TimelineEvent } from "../config/timeline.ts";
import { evaluate, type Rules } from "../evaluate/evaluate.ts";
import { type CauseCode, layerOf } from "../model/cause.ts";
import type { Sample, Values } from "../model/sample.ts";
import { kinds } from "../probe/probe.ts";

/** What a run finds, and how long it takes. */
export type Outcome = Pick<Sample, "values" | "fault" | "durationMs">;

const LATENCY_S = 0.05;
const VERSION = "14.0.0";

/** Faults that are only known when the time is up. */
const SLOW_FAULTS: ReadonlySet<CauseCode> = new Set([
	"connect_timeout",
	"backend_hanging",
	"job_too_long",
	"no_free_jek",
	"scenario_too_long",
	"scenario_not_started",
]);

/** What each kind of probe measures while all is well. */
function usualValues({ probe, instance, rules: { types } }: Check): Values {
	// A look at the machine has values that only the machine has; a timeline gives those that it is about.
	if (kinds[probe.kind].local) return {};
	if (probe.kind === "dss-job") {
		const total = { total: 6, latency: 6 };
		return { accept: 0.2, queue: 1, run: 4.8, ...total, state: "DONE", aborted: false, dss_version: VERSION };
	}
	if (probe.kind === "dss-scenario-run") {
		const total = { total: 6, latency: 6 };
		return { fire: 0.2, start: 1.5, run: 4.3, ...total, state: "SUCCESS", aborted: false, dss_version: VERSION };
	}
	if (probe.kind === "dss-scenarios") {
		const counts = Object.entries(types).filter(([, { type, isOptional }]) => type === "int" && !isOptional);
		const none = Object.fromEntries(counts.map(([name]) => [name, 0]));
		return { ...none, count: 1, worst: "", latency: LATENCY_S, dss_version: VERSION };
	}
	if (probe.kind === "feed") {
		const there = Object.keys(types).filter((name) => name.startsWith("has_"));
		const found = { targets_up: 1, targets_down: 0, down: "", stale_list: "", slowest: LATENCY_S, samples: 1 };
		return { ...Object.fromEntries(there.map((name) => [name, true])), ...found };
	}
	const isTls =
		probe.kind === "http" && probe.url !== undefined ? probe.url.startsWith("https") : instance.url.startsWith("https");
	return {
		status: 200,
		...slowness(LATENCY_S),
		dns: 0,
		connect: 0,
		tls: 0,
		transfer: 0,
		size: 1_000,
		content_type: "application/json",
		dss_version: VERSION,
		...(isTls && { tls_days_left: 365 }),
		...(probe.kind === "http" && probe.json !== undefined && { json_ok: true }),
		...(probe.kind === "dss-api" && { count: 1 }),
	};
}

const slowness = (seconds: number) => ({ latency: seconds, first_byte: seconds, total: seconds });

/** A check with what it sees while all is well. */
export interface Actor {
	/** Without the rules that only real answers can meet. */
	readonly check: Check;
	readonly usual: Outcome;
	/** Conditions that were left out, as the user wrote them. */
	readonly untold: readonly string[];
}

/**
 * Finds a good sample for a check. A condition that it does not meet, most often one about the body of an answer, is left
 * out: what a timeline does not say cannot be judged.
 */
export function actorOf(check: Check, own: Values | undefined): Actor {
	const values = { ...usualValues(check), ...own };
	const seconds = values["latency"];
	const usual = { values, durationMs: typeof seconds === "number" ? seconds * 1_000 : LATENCY_S * 1_000 };
	const sample = { startedAt: 0, ...usual };
	const expect = check.rules.expect.filter(({ condition }) => {
		const held = condition.test(values);
		return "held" in held && held.held;
	});
	const thresholds = check.rules.thresholds.filter(
		(threshold) => evaluate(sample, { ...check.rules, expect: [], thresholds: [threshold] }, {}).verdict.level === "ok",
	);
	const rules: Rules = { ...check.rules, expect, thresholds };
	const untold = [
		...check.rules.expect.filter((one) => !expect.includes(one)).map(({ condition }) => condition.that),
		...check.rules.thresholds.filter((one) => !thresholds.includes(one)).map(({ name }) => `threshold of ${name}`),
	];
	return { check: { ...check, rules }, usual, untold };
}

/** What a check finds while an event lasts. */
export function outcomeOf({ check, usual }: Actor, event: TimelineEvent): Outcome {
	const { latency, fault, values } = event;
	// What is answered over the network concerns nobody who looks at the machine itself.
	const status = kinds[check.probe.kind].local ? undefined : event.status;
	if (fault !== undefined && isElsewhere(fault, check, event)) return usual;
	if (fault !== undefined) return faulty(fault, check, { ...values });
	if (latency !== undefined && latency >= check.timeoutMs) return faulty("backend_hanging", check, { ...values });
	const measured = {
		...usual.values,
		...(latency !== undefined && slowness(latency / 1_000)),
		...(status !== undefined && "status" in check.rules.types && { status }),
		...values,
	};
	const durationMs = latency ?? usual.durationMs;
	const code = status === undefined || check.probe.kind === "http" ? undefined : statusFault(status, check.probe.kind);
	if (code === undefined) return { values: measured, durationMs };
	return { values: measured, durationMs, fault: { code, text: `HTTP ${status}` } };
}

/** A fault of the network or of DSS that an event gives to a whole instance is none of its machine's. */
function isElsewhere(fault: CauseCode, { probe }: Check, { instance }: TimelineEvent): boolean {
	return instance !== undefined && kinds[probe.kind].local !== undefined && layerOf(fault) !== "host";
}

function faulty(code: CauseCode, { timeoutMs }: Check, values: Values): Outcome {
	const durationMs = SLOW_FAULTS.has(code) ? timeoutMs : LATENCY_S * 1_000;
	return { values, durationMs, fault: { code, text: "as the timeline says" } };
}

/** What the public API, or a job that it is asked for, makes of a status. */
function statusFault(status: number, kind: Exclude<Check["probe"]["kind"], "http">): CauseCode | undefined {
	if (status >= 200 && status < 300) return undefined;
	if (status === 502 || status === 503 || status === 504) return "backend_down";
	if (status >= 500) return "backend_error";
	if (status === 401) return "key_rejected";
	if (status === 403) return "right_missing";
	if (status === 404) return kinds[kind].startsWork ? "not_found" : "unsupported";
	if (status === 429) return "rate_limited";
	return "redirected";
}
