import type { Causes } from "./entry.ts";

/** What can be wrong with a feed of metrics and with the list of those that serve it. */
export const FEED = {
	feed_refused: {
		layer: "key",
		text: "the feed refuses the key or token, its server is up",
		hint: "Check auth and authorization of the check; JupyterHub wants `token …` with the scope read:metrics or list:users.",
	},
	feed_failed: {
		layer: "check",
		text: "the server of the feed answers with an error",
		hint: "The evidence shows the answer. Ask for the address with curl; a 404 is most often a wrong path.",
	},
	feed_unreadable: {
		layer: "check",
		text: "the answer is no feed of metrics",
		hint: "The evidence names the line. Look at the address with curl and at the check's format, metric and json.",
	},
	feed_too_large: {
		layer: "check",
		text: "the feed has more series than the check allows",
		hint: "Raise max_series, or pick fewer with where; a feed that grows without end is a fault of its server.",
	},
	targets_down: {
		layer: "check",
		text: "none of the targets gives its metrics",
		hint: "The evidence names each with its reason. Look at the workers themselves and at the way to them.",
	},
	no_targets: {
		layer: "check",
		text: "the list of targets is empty",
		hint: "Look at the file of targets, or for running containers with the labels that the check names.",
	},
	prober_targets: {
		layer: "prober",
		text: "dss-probe cannot read the list of targets",
		hint: "Correct the file, or give the user of dss-probe the right to read it or the Docker socket.",
	},
} as const satisfies Causes;
