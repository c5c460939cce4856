import type { Causes } from "./entry.ts";

/** What the check itself asks for. */
export const CHECK = {
	not_found: {
		layer: "check",
		text: "DSS does not know what was asked for",
		hint: "Check the project, dataset or path that the check names.",
	},
	unsupported: {
		layer: "check",
		text: "not supported by this DSS",
		hint: "This version of DSS lacks the endpoint: remove the check for this instance, or correct its path.",
	},
	reply_unknown: {
		layer: "check",
		text: "DSS answers in a shape that dss-probe does not know",
		hint: "A newer or older DSS than is known here: the evidence names what is missing. Nothing is said about the health of DSS.",
	},
	expectation_failed: {
		layer: "check",
		text: "an expectation of the check failed",
		hint: "The evidence names the condition and what was seen.",
	},
	threshold_exceeded: {
		layer: "check",
		text: "a threshold of the check is exceeded",
		hint: "The evidence names the value and its threshold.",
	},
} as const satisfies Causes;
