import type { Causes } from "./entry.ts";

/** Jobs that DSS runs. */
export const WORK = {
	job_refused: {
		layer: "job",
		text: "DSS refused to start the canary job",
		hint: "Check that the canary's project and output exist and that a recipe builds the output.",
	},
	no_free_jek: {
		layer: "jek",
		text: "job accepted, but no job kernel starts it",
		hint: "All JEKs or activity slots are taken: look at running jobs and at the concurrency limits.",
	},
	job_failed: {
		layer: "job",
		text: "canary job failed in its recipe",
		hint: "The evidence holds the error of the failed activity; DSS itself accepted and ran the job.",
	},
	output_not_rebuilt: {
		layer: "job",
		text: "canary job is DONE, but its output was not rebuilt",
		hint: "Read the job's log: did a recipe run, and does it write this output? A full disk or a changed recipe can look like this.",
	},
	jobs_pile_up: {
		layer: "job",
		text: "old jobs pile up in the canary's project",
		hint: 'Let the macro "Clear job logs" run in that project by a scenario: each job keeps a folder under jobs/ in the data directory.',
	},
	job_aborted: {
		layer: "job",
		text: "canary job was aborted by somebody else",
		hint: "A person or a clean-up aborted it in DSS.",
	},
	job_too_long: {
		layer: "job",
		text: "canary job did not end in time",
		hint: "The job started but hung: a container that cannot be scheduled, a slow connection, an overloaded host. The evidence says whether its abort was taken.",
	},
	job_overlap: {
		layer: "job",
		text: "another job that builds the canary's output is still not final",
		hint: "An earlier one of the canary was aborted, and DSS has not ended it: kill its JEK on the host. One that somebody else started is only waited for: nothing else should build this output.",
	},
	task_failed: {
		layer: "job",
		text: "a background task of DSS failed",
		hint: "The evidence holds its error; the stack trace is in run/backend.log. What the task would have found stays unknown.",
	},
	task_too_long: {
		layer: "job",
		text: "a background task of DSS did not end in time and was aborted",
		hint: "Give the check a longer timeout, or run it at a quieter time.",
	},
} as const satisfies Causes;
