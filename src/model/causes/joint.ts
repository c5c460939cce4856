import type { Causes } from "./entry.ts";

/** Outages that only show whole when they are seen from two sides: from outside, and on the host of DSS. */
export const JOINT = {
	backend_oom_killed: {
		layer: "host",
		text: "backend killed by the OOM killer",
		hint: "The kernel ended it for want of memory: dmesg lists who had most. Lower xmx or the number of concurrent jobs and kernels, or add memory.",
	},
	backend_restarted: {
		layer: "host",
		text: "backend was started a moment ago and is not ready yet",
		hint: "Give it a minute or two. Where nobody restarted it, the end of run/supervisord.log and of run/backend.log tell why it ended.",
	},
	backend_gone: {
		layer: "host",
		text: "backend process is not running",
		hint: "DATADIR/bin/dss status, then the end of run/supervisord.log and run/backend.log.",
	},
	backend_gave_up: {
		layer: "host",
		text: "backend does not start, and supervisord has given up",
		hint: "Read the end of run/backend.log, mend what it says, then DATADIR/bin/dss restart.",
	},
	nginx_gone: {
		layer: "host",
		text: "nginx process of DSS is not running",
		hint: "DATADIR/bin/dss status, then run/nginx.log; often a port that is in use or a certificate that cannot be read.",
	},
	dss_stopped: {
		layer: "host",
		text: "DSS is stopped on its host",
		hint: "Start it as the user of DSS with DATADIR/bin/dss start, or by its systemd service.",
	},
	backend_deaf: {
		layer: "host",
		text: "backend process runs, but gives nginx no answer",
		hint: "It hangs: take a thread dump (jstack PID) for Dataiku's support, look for Full GC in run/backend.log, then restart it.",
	},
} as const satisfies Causes;
