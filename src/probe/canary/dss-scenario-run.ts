import * as z from "zod";
import { duration } from "../../model/duration.ts";
import type { ValueTypes } from "../../model/sample.ts";
import type { Kind } from "../kind.ts";

/** The scenario as a canary: runs it, and tells how long DSS took to take the order, to start the run and to run it. */
export const dssScenarioRunOptions = z.strictObject({
	kind: z.literal("dss-scenario-run"),
	project: z.string().min(1, "is empty").describe("Key of the project, best one of its own for the canary."),
	scenario: z.string().min(1, "is empty").describe("Id of the scenario. Nothing else should run it."),
	start_within: duration()
		.optional()
		.describe("How long DSS may take to start the run. Default: half of the time that is left."),
	poll_every: duration()
		.refine((ms) => ms >= 100, "is below 100ms")
		.prefault("1s")
		.describe("Pause between two looks at the run. The first looks follow each other more quickly."),
	abort_wait: duration()
		.optional()
		.describe("Part of the timeout kept for the end of a run that was aborted. Default: a fifth, at most 30s."),
});

type DssScenarioRunOptions = z.output<typeof dssScenarioRunOptions>;

const scenarioRunValues = {
	fire: {
		type: "double",
		unit: "s",
		summary: "From sending the order until DSS took it.",
		blames: "backend_slow",
	},
	start: {
		type: "double",
		unit: "s",
		summary: "From then until the run started, or so far.",
		blames: "scenario_not_started",
	},
	run: {
		type: "double",
		unit: "s",
		summary: "From the start of the run to its end, or so far.",
		blames: "scenario_too_long",
	},
	total: { type: "double", unit: "s", summary: "From sending the order until the end was seen, or the wait given up." },
	latency: { type: "double", unit: "s", summary: "The same as total." },
	state: {
		type: "string",
		summary: "SUCCESS, WARNING, FAILED, ABORTED; RUNNING, or FIRED before the run started; CANCELLED.",
		blames: "scenario_warning",
	},
	run_id: { type: "string", summary: "The id of the run in DSS; that of its firing where none started." },
	aborted: { type: "bool", summary: "Whether this look aborted the run." },
	dss_version: { type: "string", summary: "Version of the backend that answered." },
} as const satisfies ValueTypes;

export const dssScenarioRun: Kind<DssScenarioRunOptions> = {
	values: scenarioRunValues,
	facts: {},
	startsWork: true,
	expect: [{ that: 'state == "SUCCESS"', else: "warning" }],
	async measure(options, context) {
		const { runScenario } = await import("./dss-scenario-run-look.ts");
		return await runScenario(options, context);
	},
};
