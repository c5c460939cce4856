import * as z from "zod";
import { createDssClient } from "../../dss/client.ts";
import { type JobOutput, jobsOf } from "../../dss/jobs.ts";
import { lastBuildOf } from "../../dss/last-build.ts";
import { noting } from "../../dss/noting.ts";
import { duration } from "../../model/duration.ts";
import type { Kind } from "../kind.ts";
import { alone } from "./alone.ts";
import { FAREWELL_MS, runCanary } from "./canary.ts";
import { JOBS_BODY, jobsKept } from "./dss-job-kept.ts";
import { type Verified, verifyBuild } from "./dss-job-verify.ts";
import { buildCraft, buildOf, jobValues } from "./dss-job-work.ts";
import { noteBook } from "./note.ts";
import { planRun } from "./run.ts";

/** The types of output that the official client knows. */
const OUTPUT_TYPES = [
	"DATASET",
	"MANAGED_FOLDER",
	"SAVED_MODEL",
	"STREAMING_ENDPOINT",
	"MODEL_EVALUATION_STORE",
	"KNOWLEDGE_BANK",
	"RETRIEVABLE_KNOWLEDGE",
] as const;

/** The canary: builds one small output, and tells how long it took to accept, start and run the job. */
export const dssJobOptions = z
	.strictObject({
		kind: z.literal("dss-job"),
		project: z.string().min(1, "is empty").describe("Key of the project, best one of its own for the canary."),
		output: z.string().min(1, "is empty").describe("Name or id of what is built. No other job should build it."),
		output_type: z.enum(OUTPUT_TYPES).default("DATASET").describe("What the output is, in the words of DSS."),
		partition: z
			.string()
			.min(1, "is empty")
			.optional()
			.describe("Partition to build, where the output is partitioned."),
		verify: z
			.boolean()
			.default(false)
			.describe(
				"Whether a job that is DONE must also have rebuilt the dataset. Reads the dataset's last build before and after.",
			),
		start_within: duration()
			.optional()
			.describe("How long the job may wait for a job kernel. Default: half of the time that is left."),
		poll_every: duration()
			.refine((ms) => ms >= 100, "is below 100ms")
			.prefault("1s")
			.describe("Pause between two looks at the job. The first looks follow each other more quickly."),
		abort_wait: duration()
			.optional()
			.describe("Part of the timeout kept for the end of a job that was aborted. Default: a fifth, at most 30s."),
	})
	.refine(({ verify, output_type: type }) => !verify || type === "DATASET", {
		path: ["verify"],
		error: "works with datasets only: DSS tells no last build of other outputs",
	});

export type DssJobOptions = z.output<typeof dssJobOptions>;

/** A count that has less time is not begun, ms. */
const FAIR_COUNT_MS = 250;

export const dssJob: Kind<DssJobOptions> = {
	values: jobValues,
	facts: {},
	startsWork: true,
	async measure(options, context) {
		const { instance, clock, signal, timeoutMs, notes } = context;
		const { project, output } = options;
		const key = `dss-job ${instance.name} ${project}/${output}`;
		const busy = { code: "job_overlap", text: `${project}/${output} is already being probed` } as const;
		const seen: { version?: string } = {};
		const built: JobOutput = {
			id: output,
			type: options.output_type,
			...(options.partition !== undefined && { partition: options.partition }),
		};
		const clientFor = (limitMs: number, until: AbortSignal) => {
			const around = { signal: until, clock, timeoutMs: limitMs, maxBody: JOBS_BODY };
			return noting(createDssClient(instance, around), seen, clock);
		};
		const open = (limitMs: number, until: AbortSignal) => buildOf(jobsOf(clientFor(limitMs, until), project), built);
		const plan = planRun(clock.monotonic(), timeoutMs, options.abort_wait);
		return alone(key, busy, async () => {
			const verify = options.verify ? await verifier() : undefined;
			const found = await runCanary(
				{
					craft: buildCraft(output, verify),
					work: (limitMs) => open(limitMs, signal),
					book: noteBook(notes, key),
					clock,
					signal,
					plan,
					pollEveryMs: options.poll_every,
					startWithinMs: options.start_within,
				},
				() => open(FAREWELL_MS, new AbortController().signal),
			);
			const kept = "job_id" in found.values ? await countKept() : undefined;
			const { version } = seen;
			const more = {
				...(kept !== undefined && { jobs_kept: kept }),
				...(version !== undefined && { dss_version: version }),
			};
			return { ...found, values: { ...found.values, ...more } };
		});

		/** Looks at what was built before, and gives what tells a build of this run from it. */
		async function verifier(): Promise<(id: string) => Promise<Verified>> {
			const ask = () => {
				const left = Math.max(1, Math.min(plan.requestMs, plan.endBy - clock.monotonic()));
				return lastBuildOf(clientFor(left, signal), project, output, options.partition);
			};
			const before = await ask();
			return (id) => verifyBuild({ project, output, id }, before, ask, { clock, signal, until: plan.endBy });
		}

		/** In what is left of the time; a count that fails says nothing about the canary. */
		async function countKept(): Promise<number | undefined> {
			const leftMs = Math.min(plan.requestMs, plan.endBy - clock.monotonic());
			if (signal.aborted || leftMs < FAIR_COUNT_MS) return undefined;
			return jobsKept(jobsOf(clientFor(leftMs, signal), project), notes, key, clock);
		}
	},
};
