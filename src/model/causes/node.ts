import type { Causes } from "./entry.ts";

/** DSS itself: its backend, what it says of the key, its licence. */
export const NODE = {
	backend_down: {
		layer: "backend",
		text: "nginx up, DSS backend down or starting",
		hint: "On the host: DATADIR/bin/dss status, then the end of run/backend.log. supervisord restarts a crashed backend within a minute.",
	},
	backend_hanging: {
		layer: "backend",
		text: "DSS backend accepts, but does not answer",
		hint: "Long Full GC pauses or exhausted threads: look at run/backend.log, take a thread dump before a restart.",
	},
	backend_slow: {
		layer: "backend",
		text: "DSS backend slow",
		hint: "Look at load, memory and Full GC in run/backend.log; compare with running jobs.",
	},
	backend_error: {
		layer: "backend",
		text: "DSS backend answers with an error",
		hint: "The evidence holds its words; the stack trace is in run/backend.log.",
	},
	api_down: {
		layer: "backend",
		text: "DSS backend up, its public API fails",
		hint: "The bootstrap endpoint answers, the public API does not: look at run/backend.log and at the proxy's rules for /public/api.",
	},
	disk_full: {
		layer: "backend",
		text: "DSS reports a full disk",
		hint: "Free space in the data directory (job and scenario logs first), then restart DSS if transactions failed.",
	},
	key_missing: {
		layer: "key",
		text: "no API key was given",
		hint: "Set api_key of the instance.",
	},
	key_rejected: {
		layer: "key",
		text: "API key rejected, DSS is up",
		hint: "The key is unknown, revoked or expired: create a new one in DSS and set it.",
	},
	right_missing: {
		layer: "right",
		text: "API key lacks a right, DSS is up",
		hint: "The canary needs READ_CONF, RUN_JOBS and MONITOR_JOBS on its project; administration calls need an admin key.",
	},
	project_not_visible: {
		layer: "right",
		text: "project not visible to the API key, DSS is up",
		hint: "The project was deleted or renamed, or the key lost READ_CONF on it.",
	},
	licence: {
		layer: "licence",
		text: "DSS refuses for want of a valid licence",
		hint: "Install a valid licence in DSS; on the host it is config/license.json.",
	},
} as const satisfies Causes;
