import type { Causes } from "./entry.ts";

/** Scenarios: the runs that DSS makes by itself, and the one that a canary asks for. */
export const SCENARIO = {
	scenario_failed: {
		layer: "scenario",
		text: "scenario failed",
		hint: "The step that failed and its error are named: open the last run of the scenario in DSS and the log of that step.",
	},
	scenario_warning: {
		layer: "scenario",
		text: "scenario ended with a warning",
		hint: "It went through, but a step warned: look at the last run of the scenario, at its checks and data quality rules.",
	},
	scenario_aborted: {
		layer: "scenario",
		text: "scenario was aborted",
		hint: "A person, a clean-up or a restart of DSS ended the run: see who did, and run it again where its work is missing.",
	},
	scenario_overdue: {
		layer: "scenario",
		text: "scenario has not succeeded for too long",
		hint: "Look at its triggers and its last runs: it fails, waits for another run, or nothing triggers it any more.",
	},
	scenario_too_long: {
		layer: "scenario",
		text: "scenario runs much longer than usual",
		hint: "See which step it is in: a job that waits for a kernel or a container, a slow connection, a lock. Abort it only if it hangs.",
	},
	scenario_inactive: {
		layer: "scenario",
		text: "scenario is switched off",
		hint: "Its triggers are off, so it does not run by itself: switch it on again in DSS, or take it out of this check.",
	},
	scenario_unscheduled: {
		layer: "scenario",
		text: "scenario has no next run",
		hint: "It used to run by time, but DSS foresees no next run: look at its time triggers, which may be off or removed.",
	},
	scenario_never_ran: {
		layer: "scenario",
		text: "scenario has never run",
		hint: "It is on, but DSS remembers no run of it: look at its triggers, or run it once by hand.",
	},
	scenario_missing: {
		layer: "scenario",
		text: "scenario does not exist",
		hint: "It was deleted or renamed, or a new version of the project lacks it: correct the id in the check, which is the end of its address in DSS.",
	},
	scenario_user_disabled: {
		layer: "scenario",
		text: "scenario runs as a user who is disabled",
		hint: "Choose another user under Run as in the settings of the scenario: its steps lose their rights with that user.",
	},
	scenario_refused: {
		layer: "scenario",
		text: "DSS refused to start the scenario",
		hint: "Check that project and scenario exist, and that the key has RUN_JOBS on the project.",
	},
	scenario_cancelled: {
		layer: "scenario",
		text: "DSS cancelled the start of the scenario, as another run was first",
		hint: "Nothing else should run the canary's scenario: take its triggers away, or leave it to one check.",
	},
	scenario_not_started: {
		layer: "scenario",
		text: "scenario triggered, but its run does not start",
		hint: "DSS accepted the trigger and starts no run: the backend is overloaded, or too many scenarios run at once.",
	},
	scenario_overlap: {
		layer: "scenario",
		text: "another run of the canary's scenario is still not over",
		hint: "An earlier one of the canary was aborted, and DSS has not ended it: look at its step in DSS. One that somebody else started is only waited for: nothing else should run this scenario.",
	},
} as const satisfies Causes;
