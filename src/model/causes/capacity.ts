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
	sanity_error: {
		layer: "backend",
		text: "DSS's own sanity check finds errors",
		hint: "Administration, Maintenance, Sanity check shows each message with the page that says what to do.",
	},
	sanity_warning: {
		layer: "backend",
		text: "DSS's own sanity check has something new to warn of",
		hint: "Administration, Maintenance, Sanity check shows each message with the page that says what to do.",
	},
	disk_growing: {
		layer: "backend",
		text: "the data directory grows fast",
		hint: "The evidence names the directories that grow most. Logs of jobs and scenarios are never purged by DSS itself: run its macros.",
	},
	wrong_node: {
		layer: "network",
		text: "another DSS node answers at this address",
		hint: "Look at DNS, the load balancer and the instance's url. If the node was replaced on purpose, set its id as node_id of the check.",
	},
	downgraded: {
		layer: "backend",
		text: "DSS runs an older version than before",
		hint: "A restored backup, a start from an old installation directory, or two nodes behind one address: see dss-version.json in the data directory.",
	},
	restarted_often: {
		layer: "backend",
		text: "DSS was restarted several times within a day",
		hint: "Look for OutOfMemoryError and Full GC in run/backend.log, and for run/hs_err_pid*.log, before the next one.",
	},
	kernels_idle: {
		layer: "capacity",
		text: "Jupyter kernels are left alive and idle",
		hint: "Administration, Monitoring, Running background tasks lists them. Schedule DSS's macro that kills Jupyter sessions which run or idle too long.",
	},
	kernels_many: {
		layer: "capacity",
		text: "many Jupyter kernels run at once",
		hint: "Each holds memory until it is unloaded: ask their owners, or run DSS's macro that kills Jupyter sessions.",
	},
	logins_failing: {
		layer: "capacity",
		text: "users fail to log in",
		hint: "Of several users at once it is LDAP, single sign-on or their settings (Administration, Settings, User login); of one user a forgotten password.",
	},
	objects_growing: {
		layer: "capacity",
		text: "the number of objects in DSS grows fast",
		hint: "A scenario or script that creates projects or datasets and never deletes them: look at the newest ones and who made them.",
	},
	scenarios_switched_off: {
		layer: "capacity",
		text: "scenarios were switched off",
		hint: "A bundle that was activated or a restored backup switches triggers off: compare the active scenarios of the projects (Automation monitoring).",
	},
	job_long_running: {
		layer: "capacity",
		text: "a job runs for very long",
		hint: "The evidence names it. Look at its activities in DSS: a container that cannot be scheduled stays RUNNING for ever. Abort it if it hangs.",
	},
	queue_growing: {
		layer: "capacity",
		text: "jobs wait long for a free slot",
		hint: "Administration, Settings, Flow build: limits of running jobs and activities. Otherwise too many start at once: spread the triggers of scenarios.",
	},
	activities_at_limit: {
		layer: "capacity",
		text: "nearly all activity slots are taken",
		hint: "Spread scenarios over the night, abort what hangs, or raise the limit (Administration, Settings, Flow build) if memory allows.",
	},
	task_long_running: {
		layer: "capacity",
		text: "a background task runs for very long",
		hint: "Administration, Monitoring, Running background tasks shows and aborts it.",
	},
	scenario_long_running: {
		layer: "capacity",
		text: "a scenario runs for very long",
		hint: "The evidence names it: look at its current step, and at the job that this step waits for.",
	},
	key_expiring: {
		layer: "key",
		text: "the API key of the probe expires soon",
		hint: "Create a new key in DSS (Administration, Security, API keys) with the same rights, set it, and delete the old one.",
	},
	key_too_mighty: {
		layer: "key",
		text: "the API key of the probe is an administrator's",
		hint: "Whoever finds it owns this DSS. Create a key for the canary's project alone as api_key; admin_key is there for the checks that need it.",
	},
	connection_broken: {
		layer: "capacity",
		text: "connections of DSS do not work",
		hint: "Administration, Connections, Test shows the same. Look at the credentials first (rotated, expired), then at the network between DSS and the database.",
	},
	webapp_down: {
		layer: "capacity",
		text: "a webapp's backend does not run",
		hint: "Look at the log of the webapp in its project, and start its backend there.",
	},
	webapp_crashing: {
		layer: "capacity",
		text: "a webapp's backend crashes again and again",
		hint: "Look at the log of the webapp in its project: DSS starts it anew each time until it gives up.",
	},
} as const satisfies Causes;
