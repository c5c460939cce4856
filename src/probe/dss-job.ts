import * as z from "zod";
import { createDssClient } from "../dss/client.ts";
import { type JobOutput, jobsOf } from "../dss/jobs.ts";
import { noting } from "../dss/noting.ts";
import { duration } from "../model/duration.ts";
import { runCanary } from "./canary/canary.ts";
import { noteBook } from "./canary/note.ts";
import { planRun } from "./canary/run.ts";
import { buildCraft, buildOf, jobValues } from "./dss-job-work.ts";
import type { Kind } from "./kind.ts";

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
export const dssJobOptions = z.strictObject({
	kind: z.literal("dss-job"),
	project: z.string().min(1, "is empty").describe("Key of the project, best one of its own for the canary."),
	output: z.string().min(1, "is empty").describe("Name or id of what is built. No other job should build it."),
	output_type: z.enum(OUTPUT_TYPES).default("DATASET").describe("What the output is, in the words of DSS."),
	partition: z.string().min(1, "is empty").optional().describe("Partition to build, where the output is partitioned."),
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
});

export type DssJobOptions = z.output<typeof dssJobOptions>;

/** The last abort of a stopping program is given so long, ms: the run is abandoned soon after. */
const FAREWELL_MS = 150;

/** Canaries that are under way in this process. */
const underWay = new Set<string>();

export const dssJob: Kind<DssJobOptions> = {
	values: jobValues,
	facts: {},
	async measure(options, context) {
		const { instance, clock, signal, timeoutMs, notes } = context;
		const { project, output } = options;
		// By what it builds, not by the name of the check: two checks on one output are one canary.
		const key = `dss-job ${instance.name} ${project}/${output}`;
		if (underWay.has(key)) {
			return { values: {}, fault: { code: "job_overlap", text: `${project}/${output} is already being probed` } };
		}
		underWay.add(key);
		const seen: { version?: string } = {};
		const built: JobOutput = {
			id: output,
			type: options.output_type,
			...(options.partition !== undefined && { partition: options.partition }),
		};
		const open = (limitMs: number, until: AbortSignal) => {
			const client = noting(createDssClient(instance, { signal: until, clock, timeoutMs: limitMs }), seen);
			return buildOf(jobsOf(client, project), built);
		};
		try {
			const found = await runCanary(
				{
					craft: buildCraft(output),
					work: (limitMs) => open(limitMs, signal),
					book: noteBook(notes, key),
					clock,
					signal,
					plan: planRun(clock.monotonic(), timeoutMs, options.abort_wait),
					pollEveryMs: options.poll_every,
					startWithinMs: options.start_within,
				},
				() => open(FAREWELL_MS, new AbortController().signal),
			);
			const { version } = seen;
			return version === undefined ? found : { ...found, values: { ...found.values, dss_version: version } };
		} finally {
			underWay.delete(key);
		}
	},
};
