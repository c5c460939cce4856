import type { Causes } from "./entry.ts";

/** What DSS runs short of. */
export const CAPACITY = {
	licence_expiring: {
		layer: "licence",
		text: "licence expires soon",
		hint: "Ask for the new licence now; it is installed in DSS under Administration, Licensing.",
	},
	seats_over_quota: {
		layer: "licence",
		text: "more users than licensed seats",
		hint: "Disable users who left or move them to another profile: Administration, Security, Users.",
	},
} as const satisfies Causes;
