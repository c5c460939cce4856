import * as z from "zod";
import { duration } from "../model/duration.ts";
import { apiKind } from "./api-kind.ts";

const key = z.string().min(1, "is empty");
/** One text, or a list of them; a list comes out. */
const oneOrMore = () =>
	z.union([key.transform((one) => [one]), z.array(key).min(1, "is empty")], { error: "is neither a text nor a list" });

export const dssScenariosOptions = z
	.strictObject({
		kind: z.literal("dss-scenarios"),
		project: oneOrMore().describe("Key of the project, or a list of keys."),
		scenario: oneOrMore()
			.optional()
			.describe("Id of a scenario, or a list; the end of its address in DSS. Default: all of the project."),
		tag: oneOrMore().optional().describe("Only scenarios with this tag, or with one of a list."),
		name: key.optional().describe("Only scenarios whose id or name fits: * is any text, ? one character."),
		expected_within: duration()
			.optional()
			.describe("The last run that went through may be so old. Default: by each scenario's own rhythm."),
		longest_run: duration()
			.optional()
			.describe("A run may take so long. Default: three times what is usual for the scenario, at least 10m."),
		at_most: z.int().min(1).max(500).default(100).describe("So many scenarios are looked at; each takes one call."),
		check_users: z
			.boolean()
			.default(false)
			.describe("Whether the users that scenarios run as are looked up. Needs admin_key of the instance."),
	})
	.refine(({ scenario, tag, name }) => scenario === undefined || (tag === undefined && name === undefined), {
		error: "says already which scenarios are meant: take tag and name away",
		path: ["scenario"],
	});

type DssScenariosOptions = z.output<typeof dssScenariosOptions>;

/** The scenarios of projects, by what DSS remembers of their runs. Starts nothing. */
export const dssScenarios = apiKind<DssScenariosOptions>({
	key: "any",
	since: "5",
	values: {
		count: { type: "int", summary: "Scenarios that were looked at." },
		left_out: {
			type: "int",
			summary: "Scenarios beyond at_most, which were not looked at.",
			blames: "expectation_failed",
		},
		missing: {
			type: "int",
			summary: "Scenarios that the check names and DSS does not have.",
			blames: "scenario_missing",
		},
		failed: { type: "int", summary: "Scenarios whose last run failed.", blames: "scenario_failed" },
		warning: { type: "int", summary: "Scenarios whose last run ended with a warning.", blames: "scenario_warning" },
		aborted: { type: "int", summary: "Scenarios whose last run was aborted.", blames: "scenario_aborted" },
		overdue: {
			type: "int",
			summary: "Scenarios whose last run that went through is older than it should be.",
			blames: "scenario_overdue",
		},
		long_running: { type: "int", summary: "Scenarios that run for longer than usual.", blames: "scenario_too_long" },
		never_ran: {
			type: "int",
			summary: "Active scenarios of which no run is remembered.",
			blames: "scenario_never_ran",
		},
		unscheduled: {
			type: "int",
			summary: "Active scenarios that ran by time, and have no next run.",
			blames: "scenario_unscheduled",
		},
		inactive: { type: "int", summary: "Scenarios that are switched off.", blames: "scenario_inactive" },
		user_disabled: {
			type: "int",
			summary: "Scenarios whose last run was as a user who is disabled; absent without check_users.",
			isOptional: true,
			blames: "scenario_user_disabled",
		},
		running: { type: "int", summary: "Scenarios that run now." },
		oldest_success: {
			type: "double",
			unit: "s",
			summary: "Age of the last run that went through, of the scenario where it is oldest; absent without any.",
			isOptional: true,
			blames: "scenario_overdue",
		},
		longest_running: {
			type: "double",
			unit: "s",
			summary: "How long the longest of the runs that go on now has been running; absent without any.",
			isOptional: true,
			blames: "scenario_too_long",
		},
		run_time: {
			type: "double",
			unit: "s",
			summary: "How long the last finished run took, of the scenario where it took longest; absent without any.",
			isOptional: true,
			blames: "scenario_too_long",
		},
		worst: { type: "string", summary: "The worst, each with what is wrong; empty while all is well." },
	},
	facts: {
		scenarios: {
			type: "dyn",
			summary:
				"For each: project, id, name, active, running, outcome, step, error, success_age, run_time (seconds), troubles.",
		},
	},
	expect: [
		{ that: "count + missing > 0", else: "unknown" },
		{ that: "missing == 0", else: "critical" },
		{ that: "failed == 0", else: "critical" },
		{ that: "overdue == 0", else: "critical" },
		{ that: "aborted == 0", else: "warning" },
		{ that: "long_running == 0", else: "warning" },
		{ that: "warning == 0", else: "warning" },
	],
	load: async () => (await import("./readers/scenarios.ts")).readScenarios,
});
