import type { Clock } from "../../src/clock.ts";

/** How one job goes. All times in ms; Infinity for never. */
export interface Course {
	readonly queueMs?: number;
	readonly runMs?: number;
	readonly end?: string;
	/** firstFailure.message of its activity. */
	readonly failure?: string;
	/** How long an abort takes to have an effect. */
	readonly abortMs?: number;
	/** A state in passing that is shown instead of RUNNING. */
	readonly passing?: string;
}

/** What goes wrong with one call. `effect`: whether DSS does what it was told nevertheless, or so many ms later. */
export interface Trouble {
	readonly answer: "cut" | "hang" | { readonly status: number; readonly body?: string; readonly type?: string };
	readonly effect: boolean | number;
}

export interface Call {
	readonly name: "start" | "list" | "status" | "abort" | "log";
	/** How many calls of this name there were before. */
	readonly nth: number;
	/** The job's id; empty for the calls about all jobs. */
	readonly id: string;
}

interface FakeJob {
	readonly id: string;
	readonly output: string;
	readonly body: unknown;
	readonly createdAt: number;
	readonly course: Course;
	aborts: number;
	abortAt: number;
	readonly triggeredFrom: string;
}

interface FakeAnswer {
	readonly status: number;
	readonly type: string;
	readonly body: string;
}

export interface FakeDss {
	/** Newest last. */
	readonly jobs: FakeJob[];
	/** Names of the calls, in order. */
	readonly calls: string[];
	/** Pairs of unfinished jobs for one output, found when the second was made. */
	readonly overlaps: string[];
	/** How the next jobs go. */
	course: Course;
	/** Asked before each call. */
	trouble: (call: Call) => Trouble | undefined;
	shape: { state: "state" | "status"; list: "nested" | "flat" };
	log: string;
	key: string | undefined;
	unfinished(): readonly FakeJob[];
	stateOf(job: FakeJob): string;
	/** Somebody else starts or aborts a job, or DSS makes one. */
	make(output: string, triggeredFrom?: string): FakeJob;
	handle(method: string, url: string, body: string, authorization?: string): FakeAnswer | "cut" | "hang";
}

const GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>";

export const badGateway = (effect: Trouble["effect"] = false): Trouble => ({
	answer: { status: 502, body: GATEWAY, type: "text/html" },
	effect,
});

/** DSS's own error object. */
export const dssError = (status: number, errorType: string, message: string): Trouble => ({
	answer: { status, body: JSON.stringify({ errorType, message, detailedMessage: message }) },
	effect: false,
});

/**
 * A DSS that knows one project's jobs, as the documentation and the official client describe them. Its clock runs
 * `skewMs` ahead of the given one. What happens to a job is computed from the time, so nothing runs by itself.
 */
export function fakeDss(clock: Clock, skewMs = 0): FakeDss {
	const counts = new Map<string, number>();
	const now = () => clock.now() + skewMs;

	function phases(job: FakeJob) {
		const { queueMs = 0, runMs = 0, end = "DONE", abortMs = 0, passing = "RUNNING" } = job.course;
		const start = job.createdAt + queueMs;
		const cutAt = job.abortAt + abortMs;
		const isCut = cutAt < start + runMs;
		const over = isCut ? cutAt : start + runMs;
		const at = now();
		const hasStarted = at >= start && start < over + (isCut ? 0 : 1);
		const isOver = at >= over;
		return {
			state: isOver ? (isCut ? "ABORTED" : end) : hasStarted ? passing : "NOT_STARTED",
			isOver,
			startedAt: hasStarted ? start : 0,
			endedAt: isOver && hasStarted ? over : 0,
		};
	}

	function definition(job: FakeJob) {
		return {
			projectKey: "CANARY",
			id: job.id,
			name: `Build ${job.output} (NP)`,
			type: "NON_RECURSIVE_FORCED_BUILD",
			initiator: "api:AbCd12",
			triggeredFrom: job.triggeredFrom,
			initiationTimestamp: job.createdAt,
			outputs: [
				{ type: "DATASET", targetDataset: job.output, targetDatasetProjectKey: "CANARY", targetPartition: "NP" },
			],
		};
	}

	function statusOf(job: FakeJob) {
		const { state, isOver, startedAt, endedAt } = phases(job);
		const isFailed = isOver && job.course.failure !== undefined;
		return {
			baseStatus: {
				[fake.shape.state]: state,
				def: definition(job),
				jobStartTime: startedAt,
				jobEndTime: endedAt,
				activities: {
					[`compute_${job.output}_NP`]: {
						state,
						startTime: startedAt,
						endTime: endedAt,
						...(isFailed && { firstFailure: { message: job.course.failure, clazz: "java.lang.Exception" } }),
					},
				},
			},
			globalState: { total: 1 },
		};
	}

	function rowOf(job: FakeJob) {
		const { state, isOver, startedAt, endedAt } = phases(job);
		if (fake.shape.list === "flat") return { projectKey: "CANARY", jobId: job.id, state };
		return { def: definition(job), state, startTime: startedAt, endTime: endedAt, stableState: isOver };
	}

	function make(output: string, triggeredFrom = "API", body?: unknown): FakeJob {
		for (const other of fake.unfinished()) {
			if (other.output === output) fake.overlaps.push(`${other.id} while another one is made`);
		}
		const stamp = new Date(now()).toISOString().slice(0, 23).replaceAll(":", "-");
		const job: FakeJob = {
			id: `Build_${output}_${stamp}${fake.jobs.length}`,
			output,
			body,
			createdAt: now(),
			course: fake.course,
			aborts: 0,
			abortAt: Number.POSITIVE_INFINITY,
			triggeredFrom,
		};
		fake.jobs.push(job);
		return job;
	}

	function json(value: unknown, status = 200): FakeAnswer {
		return { status, type: "application/json;charset=utf-8", body: JSON.stringify(value) };
	}

	function missing(what: string): FakeAnswer {
		const message = `${what} does not exist`;
		return json({ errorType: "com.dataiku.dip.server.controllers.NotFoundException", message }, 404);
	}

	function answer(name: Call["name"], id: string, query: URLSearchParams, body: string): FakeAnswer {
		if (name === "start") {
			const order = JSON.parse(body) as { readonly outputs: readonly { readonly id: string }[] };
			const job = make(order.outputs[0]?.id ?? "", "API", order);
			return json({ projectKey: "CANARY", id: job.id, name: `Build ${job.output} (NP)` });
		}
		if (name === "list") {
			const limit = Number(query.get("limit") ?? 0) || fake.jobs.length;
			return json(fake.jobs.toReversed().slice(0, limit).map(rowOf));
		}
		const job = fake.jobs.find((one) => one.id === id);
		if (!job) return missing(`job ${id}`);
		if (name === "status") return json(statusOf(job));
		if (name === "log") return { status: 200, type: "text/plain", body: fake.log };
		job.aborts += 1;
		if (!phases(job).isOver) job.abortAt = Math.min(job.abortAt, now());
		return json({ msg: `Job ${id} aborted` });
	}

	const fake: FakeDss = {
		jobs: [],
		calls: [],
		overlaps: [],
		course: {},
		trouble: () => undefined,
		shape: { state: "state", list: "nested" },
		log: "",
		key: undefined,
		unfinished: () => fake.jobs.filter((job) => !phases(job).isOver),
		stateOf: (job) => phases(job).state,
		make: (output, triggeredFrom) => make(output, triggeredFrom),
		handle(method, url, body, authorization) {
			const { pathname, searchParams } = new URL(url, "http://dss");
			const found = /^\/(?:public\/api|dip\/publicapi)\/projects\/([^/]+)\/jobs\/(?:([^/]+)\/(abort|log)?)?$/.exec(
				pathname.replaceAll(/\/\/+/g, "/"),
			);
			if (!found || decodeURIComponent(found[1] as string) !== "CANARY") return missing("project or route");
			if (fake.key !== undefined && authorization !== `Basic ${Buffer.from(`${fake.key}:`).toString("base64")}`) {
				return json(
					{ errorType: "com.dataiku.dip.exceptions.NotAuthenticatedException", message: "Unknown API Key" },
					401,
				);
			}
			const id = found[2] === undefined ? "" : decodeURIComponent(found[2]);
			const name = id === "" ? (method === "POST" ? "start" : "list") : ((found[3] ?? "status") as Call["name"]);
			const nth = counts.get(name) ?? 0;
			counts.set(name, nth + 1);
			fake.calls.push(name);
			const trouble = fake.trouble({ name, nth, id });
			if (!trouble) return answer(name, id, searchParams, body);
			if (trouble.effect === true) answer(name, id, searchParams, body);
			else if (trouble.effect !== false) clock.after(trouble.effect, () => answer(name, id, searchParams, body));
			if (typeof trouble.answer === "string") return trouble.answer;
			const { status, body: text = "", type = "application/json;charset=utf-8" } = trouble.answer;
			return { status, type, body: text };
		},
	};
	return fake;
}
