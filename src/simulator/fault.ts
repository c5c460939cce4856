import * as z from "zod";

const span = {
	for_ms: z.int().positive().optional().describe("Ends by itself after this many ms."),
};
const counted = {
	...span,
	times: z.int().positive().optional().describe("Ends by itself after it acted this many times."),
};
const scoped = {
	...counted,
	path: z
		.string()
		.regex(/^\//, "does not start with /")
		.optional()
		.describe("Only requests whose path starts so. /public/api and /dip/publicapi stand for each other."),
	method: z.enum(["GET", "POST", "PUT", "DELETE"]).optional().describe("Only requests with this method."),
};
const waitMs = z.int().positive();
const text = z.string().min(1);
const dottedVersion = z.string().regex(/^\d+(\.\d+)*$/, "is not a version such as 14.3.1");

const rights = ["READ_CONF", "WRITE_CONF", "READ_DATA", "WRITE_DATA", "RUN_JOBS", "MONITOR_JOBS", "ADMIN"] as const;

/** Rights that a key may have on a project. */
export type Right = (typeof rights)[number];

/** One fault mode: its name, its own fields, when and where it acts, and a sentence for the control API's answer. */
const fault = <Name extends string, Fields extends z.ZodRawShape>(name: Name, about: string, fields: Fields) =>
	z.strictObject({ fault: z.literal(name), ...fields }).describe(about);

/** On the wire and in front of DSS: network, load balancer, proxy, nginx. */
const front = [
	fault(
		"refuse",
		"Closes the listening socket and every connection: nginx is not up. Lift it at the control address.",
		span,
	),
	fault("reset", "Takes the request and cuts the connection without an answer.", scoped),
	fault("hang", "Takes the request and never answers.", scoped),
	fault("slow", "Answers after `ms`.", { ms: waitMs, ...scoped }),
	fault("trickle", "Sends the answer a few bytes a second.", {
		bytes_per_second: z.number().positive().max(1_000).default(1),
		...scoped,
	}),
	fault("redirect", "Sends everybody to a login host.", {
		status: z.literal([301, 302, 303, 307, 308]).default(302),
		location: z.url().default("https://login.example.com/sso?from=dss"),
		...scoped,
	}),
	fault("login_page", "Answers 200 with the HTML sign-in page of a proxy.", scoped),
	fault("unavailable", "Answers 503 with Retry-After, as a load balancer does.", {
		retry_after: z.union([z.int().nonnegative(), text]).default(30).describe("Seconds, or a date as HTTP writes it."),
		...scoped,
	}),
	fault("gateway", "nginx's HTML page on everything but `/`: nginx is up, the backend is not.", {
		status: z.literal([502, 503, 504]).default(502),
		...scoped,
	}),
	fault("huge_body", "Answers 200 with a JSON text of this many bytes.", {
		bytes: z.int().min(16).default(500_000_000),
		...scoped,
	}),
	fault("truncated_json", "Sends the first half of the answer: as a whole reply (body) or cut off (connection).", {
		cut: z.enum(["body", "connection"]).default("body"),
		...scoped,
	}),
] as const;

/** In the backend: keys, rights, errors, restarts, versions. */
const backend = [
	fault("key_revoked", "401 Unknown API Key.", { key: z.enum(["api", "admin", "all"]).default("all"), ...counted }),
	fault("key_expiring", "The list of keys says that one ends in `days`.", {
		key: z.enum(["api", "admin"]).default("api"),
		days: z.number().positive().default(5),
		...span,
	}),
	fault("right_missing", "403 on whatever needs this right (INSTANCE_ADMIN: the admin endpoints); absent: any right.", {
		right: z.enum([...rights, "CREATE_PROJECTS", "INSTANCE_ADMIN"]).optional(),
		...span,
	}),
	fault("coded_error", "500 with a documented error code on API calls.", {
		code: text.default("ERR_MISC_ENOSPC"),
		message: text.default("No space left on device"),
		...scoped,
	}),
	fault("restart", "The backend restarts: 502 for `down_ms`, then a new startup time and possibly another version.", {
		down_ms: z.int().nonnegative().default(0),
		version: dottedVersion.optional(),
	}),
	fault("old_version", "Answers as this DSS: 404 HTML for endpoints that it did not have.", {
		version: dottedVersion.default("8.0.7"),
		...span,
	}),
] as const;

/** In the work that DSS does. */
const work = [
	fault(
		"job_stuck",
		"Jobs start, stay RUNNING, and go on when the fault ends; once its `times` are used up: never.",
		counted,
	),
	fault(
		"job_queued",
		"Jobs are accepted and stay NOT_STARTED until the fault ends (its `times` used up: for ever): no free job kernel (JEK).",
		counted,
	),
	fault("job_fails", "Jobs go FAILED with a firstFailure.", {
		message: text.default("Simulated failure of the recipe"),
		clazz: text.default("com.dataiku.dip.exceptions.CodedException"),
		...counted,
	}),
	fault("output_not_rebuilt", "Jobs end DONE and leave their output as it was.", counted),
	fault("old_jobs", "So many jobs of former days, which nobody has cleared, besides those that are remembered.", {
		count: z.int().positive().max(100_000).default(1_200),
		...span,
	}),
	fault("job_refused", "The POST that starts a job is answered with an error, and no job exists.", {
		status: z.int().min(400).max(599).default(500),
		message: text.default("Cannot start the job"),
		...counted,
	}),
	fault("job_answer_lost", "The POST starts a job, and the connection is cut before the answer.", counted),
	fault("abort_ignored", "Aborts of jobs and scenarios are accepted and take effect after `ms`; absent: never.", {
		ms: waitMs.optional(),
		...counted,
	}),
	fault("scenario_cancelled", "Firings of scenarios are cancelled.", counted),
	fault("scenario_outcome", "Runs of scenarios end so.", {
		outcome: z.enum(["WARNING", "FAILED", "ABORTED"]),
		message: text.default("Simulated outcome of the scenario"),
		step: text.optional().describe("Name of the step that is to blame. Absent: the step that builds."),
		...counted,
	}),
	fault(
		"scenario_hangs",
		"Each scenario with a schedule has been running for `hours`, and goes on until the fault ends.",
		{
			hours: z.number().positive().max(1_000).default(5),
			...span,
		},
	),
	fault("triggers_off", "No scenario was started by its schedule in the last `hours`, nor is from now on.", {
		hours: z.number().nonnegative().max(10_000).default(48),
		...span,
	}),
	fault("future_fails", "Background tasks die: 500 when their result is fetched.", counted),
	fault("slow_footprint", "Computing a disk footprint takes `ms`.", { ms: waitMs, ...counted }),
] as const;

/** In what the instance reports of itself. */
const reports = [
	fault("licence_expiring", "The licence ends in `days`.", { days: z.number().positive().default(5), ...span }),
	fault("licence_expired", "The licence ended `days` ago.", { days: z.number().positive().default(1), ...span }),
	fault("licence_over_quota", "More users than seats in a profile.", {
		profile: z.enum(["DESIGNER", "READER"]).default("DESIGNER"),
		by: z.int().positive().default(3),
		...span,
	}),
	fault("kernels", "Idle Jupyter kernels that nobody stops, more of them every minute.", {
		count: z.int().min(0).max(10_000).default(40),
		per_minute: z.number().nonnegative().max(10_000).default(0),
		idle_hours: z.number().nonnegative().default(30),
		...span,
	}),
	fault("logins_fail", "The last login of every enabled user failed, just now.", span),
	fault("sanity_message", "The sanity check finds this.", {
		code: text.default("ERR_MISC_DISK_FULL"),
		severity: z.enum(["INFO", "WARNING", "ERROR"]).default("ERROR"),
		title: text.default("Disk is almost full"),
		...span,
	}),
	fault("connection_broken", "The test of a connection fails.", { name: text.default("postgres"), ...span }),
	fault("webapp_down", "The backend of the webapp crashed.", {
		crash_count: z.int().nonnegative().default(3),
		...span,
	}),
] as const;

/** In what only some types of node have. */
const nodes = [
	fault("deployment_health", "A deployment on the Deployer is in this health.", {
		deployment: text.default("sales-prod"),
		health: z.enum(["WARNING", "UNHEALTHY", "OUT_OF_SYNC", "ERROR", "UNKNOWN"]).default("UNHEALTHY"),
		message: text.default("Simulated trouble of the deployment"),
		failed_scenarios: z.array(text).default([]),
		...span,
	}),
	fault("node_drained", "The API node says that it is not alive, as with apinode-not-alive.txt.", counted),
	fault("query_fails", "Queries to the API node are answered 500.", {
		message: text.default("Simulated failure of the endpoint"),
		...counted,
	}),
	fault("fleet_instance", "An instance of the Fleet Manager is not provisioned, or nobody answers at its address.", {
		instance: text.default("i-design"),
		state: z.enum(["not_provisioned", "not_responding"]).default("not_responding"),
		address: z.url().default("http://127.0.0.1:1"),
		...span,
	}),
] as const;

/** Every fault mode, as data. Unknown names and fields are refused. */
export const faultOptions = z.discriminatedUnion("fault", [...front, ...backend, ...work, ...reports, ...nodes]);

export type Fault = z.output<typeof faultOptions>;
/** What a caller writes: fields with a default may be left out. */
export type FaultInput = z.input<typeof faultOptions>;
export type FaultName = Fault["fault"];
export type FaultOf<Name extends FaultName> = Extract<Fault, { fault: Name }>;

/** Every fault with its sentence, in the order above: for the control API's own documentation. */
export const faultGuide: readonly { readonly fault: FaultName; readonly about: string }[] = faultOptions.options.map(
	(option) => ({ fault: option.shape.fault.value, about: option.description ?? "" }),
);

export const isFaultName = (name: string): name is FaultName => faultGuide.some(({ fault }) => fault === name);
