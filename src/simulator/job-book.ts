import type { Clock } from "../clock.ts";
import type { Board } from "./board.ts";
import type { Dataset } from "./catalogue.ts";
import { History } from "./history.ts";
import { type Failure, isFinal, type JobMoment, type JobRun, jobAt, released } from "./job-run.ts";
import { freeMoment, jobTime } from "./time-id.ts";

/**
 * How many jobs of one project are remembered, those of its scenarios apart: many canaries must not make the run of
 * a scenario lose its job.
 */
const JOB_LIMIT = 500;

/** What somebody wants built. */
export interface JobOrder {
	readonly projectKey: string;
	readonly dataset: Dataset & Required<Pick<Dataset, "build">>;
	readonly type: string;
	readonly initiator: string;
	readonly triggeredFrom: JobRun["triggeredFrom"];
	/** ms since 1970; a scenario plans its job ahead. */
	readonly at: number;
	/** A failure that the caller imposes. */
	readonly failure?: Failure;
	/** It starts and goes on until it is aborted. */
	readonly isHeld?: boolean;
	/** From before the simulator began: no fault acts on it. */
	readonly isPast?: boolean;
}

/** The jobs of every project, past, present and planned. */
export interface JobBook {
	start(order: JobOrder): JobRun;
	/** The abort takes effect at `at`, whatever the faults say. A job that is final by then stays as it is. */
	abort(job: JobRun, at: number): void;
	/** Somebody asks for an abort now; a fault may delay it or swallow it. */
	requestAbort(job: JobRun): void;
	get(projectKey: string, id: string): JobRun | undefined;
	/** Newest first, without those that are only planned. */
	list(projectKey: string): JobRun[];
	/** Everything that runs ends now, as when the backend dies. */
	abortAll(at: number): void;
	forget(projectKey: string): void;
	/** The newest job that wrote this dataset, and when that began and ended, ms. */
	lastBuild(projectKey: string, dataset: string): { readonly job: JobRun; readonly moment: JobMoment } | undefined;
	count(): number;
}

export function createJobBook(clock: Clock, board: Board): JobBook {
	const books = new Map<string, History<JobRun>>();
	const origins = ["API", "SCHEDULER"] as const;
	const keyOf = (projectKey: string, origin: JobRun["triggeredFrom"]) => `${projectKey}/${origin}`;
	const bookOf = (projectKey: string, origin: JobRun["triggeredFrom"]): History<JobRun> => {
		const key = keyOf(projectKey, origin);
		const book = books.get(key) ?? new History(JOB_LIMIT, (job: JobRun) => isFinal(jobAt(job, clock.now()).state));
		books.set(key, book);
		return book;
	};
	const booksOf = (projectKey: string) => origins.flatMap((origin) => books.get(keyOf(projectKey, origin)) ?? []);
	const jobsOf = (projectKey: string) => booksOf(projectKey).flatMap((book) => book.all());
	board.listen((change, { fault }, at) => {
		if (change !== "ended" || (fault !== "job_stuck" && fault !== "job_queued")) return;
		const state = fault === "job_stuck" ? "RUNNING" : "NOT_STARTED";
		for (const book of books.values()) book.update((job) => (job.heldIn === state ? released(job, at) : job));
	});

	const start = (order: JobOrder): JobRun => {
		const book = bookOf(order.projectKey, order.triggeredFrom);
		const label = order.triggeredFrom === "API" ? `Build_${order.dataset.name}` : "sched_build";
		const moment = freeMoment(order.at, (at) => book.get(`${label}_${jobTime(at)}`) !== undefined);
		const job = planned(order, `${label}_${jobTime(moment)}`, jobsOf(order.projectKey), board);
		book.put(job);
		return job;
	};

	const abort = (job: JobRun, at: number): void => {
		if (job.abortsAt === undefined || job.abortsAt > at)
			bookOf(job.projectKey, job.triggeredFrom).put({ ...job, abortsAt: at });
	};

	return {
		start,
		abort,
		requestAbort(job) {
			const now = clock.now();
			if (isFinal(jobAt(job, now).state)) return;
			const ignored = board.take("abort_ignored");
			if (!ignored) abort(job, now);
			else if (ignored.ms !== undefined) abort(job, now + ignored.ms);
		},
		get(projectKey, id) {
			for (const book of booksOf(projectKey)) {
				const job = book.get(id);
				if (job) return job;
			}
			return undefined;
		},
		list: (projectKey) =>
			jobsOf(projectKey)
				.filter((job) => job.createdAt <= clock.now())
				.sort((one, other) => other.createdAt - one.createdAt),
		abortAll(at) {
			for (const book of books.values()) {
				book.update((job) => (isFinal(jobAt(job, at).state) ? job : { ...job, abortsAt: at }));
			}
		},
		forget(projectKey) {
			for (const origin of origins) books.delete(keyOf(projectKey, origin));
		},
		lastBuild(projectKey, dataset) {
			const now = clock.now();
			return jobsOf(projectKey)
				.filter((job) => job.output === dataset && job.createdAt <= now && !job.isIdle && !job.isHollow)
				.map((job) => ({ job, moment: jobAt(job, now) }))
				.filter(({ moment }) => moment.state === "DONE")
				.reduce<{ job: JobRun; moment: JobMoment } | undefined>(
					(last, one) => (last && last.moment.endedAt >= one.moment.endedAt ? last : one),
					undefined,
				);
		},
		count: () => books.values().reduce((sum, book) => sum + book.size, 0),
	};
}

/** Works out, with the faults in force, how a job will go. */
function planned(order: JobOrder, id: string, others: readonly JobRun[], board: Board): JobRun {
	const { projectKey, dataset, type, initiator, triggeredFrom, at } = order;
	const same = others.filter((job) => job.output === dataset.name);
	const busy = same.find((job) => job.createdAt <= at && !isFinal(jobAt(job, at).state));
	const isBuilt = same.some((job) => jobAt(job, at).state === "DONE");
	const base = {
		id,
		projectKey,
		output: dataset.name,
		recipe: `compute_${dataset.name}`,
		type,
		initiator,
		triggeredFrom,
		createdAt: at,
		isIdle: isBuilt && (type === "RECURSIVE_BUILD" || type === "RECURSIVE_MISSING_ONLY_BUILD"),
	};
	if (busy) {
		const message = `Dataset ${projectKey}.${dataset.name} is already being built by job ${busy.id}`;
		const failure = { message, clazz: "com.dataiku.dip.exceptions.DSSIllegalArgumentException" };
		return { ...base, isIdle: false, queueMs: 0, runMs: 0, failure };
	}
	if (base.isIdle) return { ...base, queueMs: dataset.build.queueMs, runMs: 0 };
	const imposed = order.isPast ? undefined : board.take("job_fails");
	const failure = order.failure ?? imposed ?? dataset.build.failure;
	const heldIn = order.isHeld ? "RUNNING" : order.isPast ? undefined : held(board);
	return {
		...base,
		queueMs: dataset.build.queueMs,
		runMs: dataset.build.runMs,
		...(failure ? { failure: { message: failure.message, clazz: failure.clazz } } : {}),
		...(heldIn ? { heldIn } : {}),
		...(!order.isPast && board.take("output_not_rebuilt") ? { isHollow: true as const } : {}),
	};
}

/** Where a fault stops it. */
function held(board: Board): JobRun["heldIn"] {
	if (board.take("job_queued")) return "NOT_STARTED";
	return board.take("job_stuck") ? "RUNNING" : undefined;
}
