import type { Causes } from "./entry.ts";

/** dss-probe and the machine it runs on; nothing of it is said of the target. */
export const PROBER = {
	prober_resolver: {
		layer: "prober",
		text: "the prober's own name resolution fails",
		hint: "Look at the resolver of the machine dss-probe runs on. Nothing is said about the target.",
	},
	prober_store: {
		layer: "prober",
		text: "the prober's own database fails",
		hint: "Look at disk space and permissions of the store. Probing and telling go on from memory.",
	},
	prober_stalled: {
		layer: "prober",
		text: "the prober itself was stalled",
		hint: "The machine dss-probe runs on was suspended or overloaded. Nothing is said about the target.",
	},
	prober_files: {
		layer: "prober",
		text: "the prober ran out of files, ports or memory",
		hint: "Raise the limits of the machine or unit dss-probe runs on (LimitNOFILE).",
	},
	prober_delivery: {
		layer: "prober",
		text: "the prober cannot deliver its messages",
		hint: "See dss-probe's log for the channel and its error.",
	},
	prober_misconfigured: {
		layer: "prober",
		text: "the prober lacks something it was configured to use",
		hint: "A file or an option that the check needs is missing or unreadable on the machine dss-probe runs on.",
	},
	prober_bug: {
		layer: "prober",
		text: "the prober made a mistake",
		hint: "Please report it with the log line. Nothing is said about the target.",
	},
} as const satisfies Causes;
