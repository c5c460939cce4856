import type { Causes } from "./entry.ts";

/** The machine that DSS runs on, seen from that machine itself. */
export const HOST = {
	process_missing: {
		layer: "host",
		text: "a program of DSS is not running on the host",
		hint: "DATADIR/bin/dss status, then the end of run/supervisord.log and of the program's own log under run/.",
	},
	processes_orphaned: {
		layer: "host",
		text: "kernels of DSS outlive the backend that started them",
		hint: "They hold memory, and the new backend does not know them: end the pids in the evidence with kill, not the backend.",
	},
	process_memory: {
		layer: "host",
		text: "processes of DSS use much of the host's memory",
		hint: "The evidence names the largest. Unload notebooks, abort jobs, or lower xmx in install.ini; see operations/memory in Dataiku's documentation.",
	},
	backend_restarting: {
		layer: "host",
		text: "the DSS backend restarts again and again",
		hint: "Look at run/supervisord.log and run/backend.log for OutOfMemoryError, at run/hs_err_pid*.log, and at dmesg for the OOM killer.",
	},
} as const satisfies Causes;
