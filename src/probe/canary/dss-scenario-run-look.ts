import { createDssClient } from "../../dss/client.ts";
import { evidence } from "../../dss/evidence.ts";
import { noting } from "../../dss/noting.ts";
import { scenarioRunsOf } from "../../dss/scenario-runs.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Finding, ProbeContext } from "../kind.ts";
import { alone } from "./alone.ts";
import { FAREWELL_MS, runCanary } from "./canary.ts";
import { noteBook } from "./note.ts";
import { type Craft, planRun } from "./run.ts";

/** The options of the kind. Times in ms. */
interface Asked {
	readonly project: string;
	readonly scenario: string;
	readonly start_within?: number | undefined;
	readonly poll_every: number;
	readonly abort_wait?: number | undefined;
}

/** DSS starts the run of a firing after a few seconds; after so long it is known whether a lost order made one, ms. */
const LATE_RUN_MS = 15_000;

/** A firing that has not become a run after so long was lost with a restart of DSS, ms. */
const LOST_AFTER_MS = 15 * 60_000;

/** One run of the canary. */
export function runScenario(options: Asked, context: ProbeContext): Promise<Finding> {
	const { instance, clock, signal, timeoutMs, notes } = context;
	const { project, scenario } = options;
	const key = `dss-scenario-run ${instance.name} ${project}/${scenario}`;
	const busy = { code: "scenario_overlap", text: `${project}/${scenario} is already being probed` } as const;
	const seen: { version?: string } = {};
	const going = new Set<string>();
	const open = (limitMs: number, until: AbortSignal) => {
		const client = noting(createDssClient(instance, { signal: until, clock, timeoutMs: limitMs }), seen, clock);
		return scenarioRunsOf(client, { project, scenario }, going);
	};
	return alone(key, busy, async () => {
		const found = await runCanary(
			{
				craft: scenarioCraft(scenario),
				work: (limitMs) => open(limitMs, signal),
				book: noteBook(notes, key),
				clock,
				signal,
				plan: planRun(clock.monotonic(), timeoutMs, options.abort_wait),
				pollEveryMs: options.poll_every,
				startWithinMs: options.start_within,
			},
			() => open(FAREWELL_MS, new AbortController().signal),
		);
		const { version } = seen;
		return version === undefined ? found : { ...found, values: { ...found.values, dss_version: version } };
	});
}

/** What a canary that runs `scenario` says and measures. */
export function scenarioCraft(scenario: string): Craft {
	return {
		noun: "scenario run",
		task: `run ${scenario}`,
		causes: { overlap: "scenario_overlap", notStarted: "scenario_not_started", tooLong: "scenario_too_long" },
		lateMs: LATE_RUN_MS,
		lostAfterMs: LOST_AFTER_MS,
		judgeEnd(id, { state, shownAs = id, failure }) {
			const why = failure === undefined ? "" : `: ${failure}`;
			switch (state) {
				case "SUCCESS":
				// A warning is no fault: it is for the check to say what it is worth.
				case "WARNING":
					return undefined;
				case "CANCELLED": {
					const text = `DSS cancelled the start of ${scenario} (${id}): it was running already, or another trigger was first`;
					return { code: "scenario_cancelled", text: evidence(text) };
				}
				case "ABORTED":
					return {
						code: "scenario_aborted",
						text: evidence(`run ${shownAs} of ${scenario} was aborted, not by dss-probe${why}`),
					};
				default:
					return {
						code: "scenario_failed",
						text: evidence(`run ${shownAs} of ${scenario} is ${state}${why || ": DSS names no reason"}`),
					};
			}
		},
		valuesOf: ({ id, phases: { accept, queue, run, total }, aborted, status }) => ({
			fire: accept,
			start: queue,
			...(run !== undefined && { run }),
			total,
			latency: total,
			run_id: status?.shownAs ?? id,
			aborted,
			...(status && { state: status.state }),
		}),
		seenOf({ phases, status }) {
			// No fault tells the step that warned.
			if (status?.state !== "WARNING" || status.failure === undefined) return undefined;
			return evidence(`WARNING in ${formatDuration(phases.total * 1_000)}: ${status.failure}`);
		},
	};
}
