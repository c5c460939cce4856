import type { Clock } from "../clock.ts";
import { createDssClient } from "../dss/client.ts";
import { evidence } from "../dss/evidence.ts";
import type { Instance } from "../dss/instance.ts";
import { jobsOf } from "../dss/jobs.ts";
import { critical, type Examination, type Finding, ok, type Section, warning } from "../examine/examination.ts";
import { canaryExamination } from "../examine/instance-canary.ts";
import { clientOf, keyExamination, type OpenClient } from "../examine/instance-key.ts";
import { hintFor, layerOf } from "../model/cause.ts";
import type { Fault, Values } from "../model/sample.ts";
import { type DssJobOptions, dssJob } from "../probe/canary/dss-job.ts";
import { JOBS_BODY } from "../probe/canary/dss-job-kept.ts";
import { fleetingNotes } from "../probe/recall.ts";
import { isOurs, readMetadata, rowsIn } from "./flow.ts";

/** DSS's own sanity check advises to purge projects with more jobs. */
const MANY_JOBS = 1_000;
/** A long list takes its time, ms. */
const COUNT_MS = 10_000;
const CLEAR =
	'Let the macro "Clear job logs" run in that project, best by a scenario of its own every week: each job keeps a folder on disk.';

/** Project, output, recipe and rights of a canary, with the key that it runs with; and one real run. */
export function canaryCheck(
	instance: Instance,
	options: DssJobOptions,
	around: { readonly clock: Clock; readonly signal: AbortSignal; readonly timeoutMs: number },
): readonly Section[] {
	const open = clientOf(instance, around.clock);
	return [
		{
			name: `canary ${options.project} on instance ${instance.name}`,
			examinations: [
				keyExamination(instance, open),
				projectExamination(options.project, open),
				vital(rightsExamination(options, open)),
				recipeExamination(options, open),
				runExamination(instance, options, around),
			],
		},
	];
}

/** As `doctor` looks at it, under the name of this section. */
export function rightsExamination(options: DssJobOptions, open: OpenClient): Examination {
	return { ...canaryExamination(options, open), name: "rights" };
}

/** A run would only repeat what was found. */
function vital(examination: Examination): Examination {
	return { ...examination, isVital: true };
}

const projectExamination = (project: string, open: OpenClient): Examination => ({
	name: "project",
	async examine(signal) {
		const answer = await open(signal).get(`/projects/${encodeURIComponent(project)}/metadata`);
		if (!answer.ok) return [troubled(answer.fault, `project ${project}`)];
		if (isOurs(readMetadata(answer.json))) return [ok(`${project} was made by dss-probe`)];
		return [ok(`${project} is there; it was made by hand, so "canary remove" leaves it alone`)];
	},
});

const recipeExamination = ({ project, output }: DssJobOptions, open: OpenClient): Examination => ({
	name: "recipe",
	async examine(signal) {
		const answer = await open(signal).get(`/projects/${encodeURIComponent(project)}/recipes/`);
		if (!answer.ok) return [troubled(answer.fault, `recipes of ${project}`)];
		const writing = rowsIn(answer.json).filter(({ outputs }) => JSON.stringify(outputs ?? {}).includes(`"${output}"`));
		const names = writing.map(({ name, type }) => evidence(`${String(name)} (${String(type)})`));
		if (names.length > 0) return [ok(`${output} is written by ${names.join(", ")}`)];
		return [
			warning(
				`no recipe that this key sees writes ${output}`,
				"If the run below fails: make a recipe that writes it, or run dss-probe canary install again.",
			),
		];
	},
});

/** One job, from its order to its end. Of all examinations the only one that starts something. */
const runExamination = (
	instance: Instance,
	options: DssJobOptions,
	{ clock, signal: stop, timeoutMs }: Parameters<typeof canaryCheck>[2],
): Examination => ({
	name: "run",
	async examine(signal) {
		const found = await dssJob.measure(options, {
			key: `${instance.name}/canary check`,
			instance,
			signal: AbortSignal.any([signal, stop]),
			timeoutMs,
			clock,
			// Nobody takes them up: a job that this run leaves is one that somebody else started, for the next canary.
			notes: fleetingNotes(),
		});
		const { values, fault } = found;
		const phases = "job_id" in values ? [seen(values)] : [];
		const counted = values["jobs_kept"] ?? (await countJobs(instance, options.project, { clock, signal }));
		const kept = typeof counted === "number" ? [judgeKept(options.project, counted)] : [];
		if (fault) return [troubled(fault, phases.join("")), ...kept];
		const rebuilt = values["rebuilt"] === true ? [ok(`${options.output} was rebuilt by it`)] : [];
		return [...phases.map(ok), ...rebuilt, ...kept];
	},
});

/** How many jobs DSS keeps of a project, as far as that matters here; undefined where it does not say. */
export async function countJobs(
	instance: Instance,
	project: string,
	around: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<number | undefined> {
	const client = createDssClient(instance, { ...around, timeoutMs: COUNT_MS, maxBody: JOBS_BODY });
	const list = await jobsOf(client, project).list(MANY_JOBS + 1);
	return list.ok ? list.value.length : undefined;
}

function judgeKept(project: string, kept: number): Finding {
	const words = `DSS keeps ${kept} ${kept === 1 ? "job" : "jobs"} of ${project}, each with a folder`;
	return kept > MANY_JOBS ? warning(words, CLEAR) : ok(words);
}

function seen(values: Values): string {
	const time = (name: string, words: string) =>
		typeof values[name] === "number" ? [`${words} ${values[name].toFixed(1)} s`] : [];
	const phases = [...time("accept", "accepted in"), ...time("queue", "queued"), ...time("run", "ran")];
	return evidence(`job ${values["job_id"]} ${values["state"] ?? ""}: ${phases.join(", ")}`);
}

/** What is wrong with DSS is critical; what says nothing about it is a warning. */
function troubled(fault: Fault, about: string): Finding {
	const words = about === "" ? fault.text : `${about}: ${fault.text}`;
	const isBlind = layerOf(fault.code) === "prober" || fault.code === "unsupported";
	return (isBlind ? warning : critical)(words, hintFor(fault.code));
}
