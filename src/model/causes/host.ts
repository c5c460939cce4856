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
	program_down: {
		layer: "host",
		text: "a supervised program of DSS does not run",
		hint: "BACKOFF and FATAL mean that it ends right after its start: read its log under DATADIR/run, then DATADIR/bin/dss restart.",
	},
	program_flapping: {
		layer: "host",
		text: "a supervised program of DSS ends and is started again and again",
		hint: "Look at run/supervisord.log for how it ends, then at the program's own log and at dmesg for the OOM killer.",
	},
	supervisord_down: {
		layer: "host",
		text: "supervisord of DSS does not run, so DSS is stopped",
		hint: "DATADIR/bin/dss start as the user of DSS, or its systemd service. See run/supervisord.log for why it ended.",
	},
	supervisord_hanging: {
		layer: "host",
		text: "supervisord of DSS does not answer",
		hint: "The host is overloaded, or its disk hangs: look at load, memory and run/supervisord.log.",
	},
	backend_out_of_memory: {
		layer: "host",
		text: "DSS ran out of Java memory",
		hint: "See what ran then in run/backend.log. Raise backend.xmx in install.ini (12 to 20 GB are usual), run dssadmin regenerate-config and restart.",
	},
	backend_gc: {
		layer: "host",
		text: "DSS stands still for garbage collection",
		hint: "The heap is nearly full: find the large query, notebook or dataset in run/backend.log, or raise backend.xmx in install.ini.",
	},
	jvm_crashed: {
		layer: "host",
		text: "a Java process of DSS crashed",
		hint: "The newest run/hs_err_pid*.log names the library and thread: keep it for Dataiku's support.",
	},
	log_errors: {
		layer: "host",
		text: "unusual lines in the log of DSS",
		hint: "The evidence holds the newest one; look around its time in the log under DATADIR/run.",
	},
	disk_nearly_full: {
		layer: "host",
		text: "the disk of DSS is nearly full",
		hint: "Clear job and scenario logs (macros in an administration project), old exports and model versions; DSS never purges them by itself.",
	},
	disk_filling: {
		layer: "host",
		text: "the disk of DSS will soon be full",
		hint: "Let the check add up folders (jobs, scenarios, databases) to see what grows, and schedule the clean-up macros.",
	},
	inodes_nearly_out: {
		layer: "host",
		text: "the disk of DSS has few inodes left",
		hint: "Many small files: clear job and scenario folders; code environments and caches are the next largest.",
	},
	disk_read_only: {
		layer: "host",
		text: "the disk of DSS is mounted read-only",
		hint: "The kernel does that after disk errors: look at dmesg, repair the file system, mount it again and restart DSS.",
	},
	disk_failing: {
		layer: "host",
		text: "the disk of DSS does not answer",
		hint: "Look at dmesg, at the storage and, for NFS, at its server. Processes in state D wait for it.",
	},
	database_large: {
		layer: "host",
		text: "an internal database of DSS is very large",
		hint: "Clear the internal databases, or move the runtime databases to PostgreSQL; see operations/runtime-databases.",
	},
	too_many_open_files: {
		layer: "host",
		text: "too many open files on the host of DSS",
		hint: "Raise the limit of open files for the user of DSS to 65535 or more (limits.conf or LimitNOFILE) and restart DSS.",
	},
	host_memory_low: {
		layer: "host",
		text: "the host of DSS is short of memory",
		hint: "Unload notebooks, abort jobs, end left over kernels. Backend, JEKs and kernels together must fit: see the processes by size.",
	},
	host_swapping: {
		layer: "host",
		text: "the host of DSS uses much swap",
		hint: "A Java heap in swap makes every garbage collection last minutes: free memory first, then look at who is largest.",
	},
	host_overloaded: {
		layer: "host",
		text: "the host of DSS is overloaded",
		hint: "More work than cores, or processes that wait for the disk: look at running jobs, and at top for state D.",
	},
	oom_killed: {
		layer: "host",
		text: "the kernel killed processes for want of memory",
		hint: "dmesg names the process and its cgroup. Lower xmx or the number of concurrent jobs, or raise the limit of the cgroup.",
	},
	backup_stale: {
		layer: "host",
		text: "the newest backup is too old",
		hint: "Look at the log of the backup job, at room in its target, and whether the target is mounted.",
	},
	backup_too_small: {
		layer: "host",
		text: "the newest backup is smaller than usual",
		hint: "It may have ended half way, or left a folder out: compare it with the one before, and try to restore it.",
	},
	backup_missing: {
		layer: "host",
		text: "too few finished backups",
		hint: "A single generation is lost together with its disk or its mistake: keep several. See what the folder holds.",
	},
} as const satisfies Causes;
