import { evidence } from "../dss/evidence.ts";
import { jobsOf } from "../dss/jobs.ts";
import { NO_JOB } from "../dss/rights.ts";
import type { Fault } from "../model/sample.ts";
import type { DssJobOptions } from "../probe/canary/dss-job.ts";
import { critical, type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import type { OpenClient } from "./instance-key.ts";
import { faultFinding } from "./way.ts";

/** Where the outputs of a type are listed, below the project; types that are not in it cannot be looked up. */
const LISTS: Readonly<Record<string, { readonly path: string; readonly names: readonly string[] }>> = {
	DATASET: { path: "/datasets/", names: ["name"] },
	MANAGED_FOLDER: { path: "/managedfolders/", names: ["id", "name"] },
};

/** Project, output and rights of one canary, without starting a job. */
export const canaryExamination = (options: DssJobOptions, open: OpenClient): Examination => ({
	name: `canary ${options.project}/${options.output}`,
	async examine(signal) {
		const client = open(signal);
		const { project } = options;
		const list = LISTS[options.output_type];
		const findings: Finding[] = [];
		if (list) {
			const listed = await client.get(`/projects/${encodeURIComponent(project)}${list.path}`);
			if (!listed.ok) return [projectFinding(project, listed.fault)];
			findings.push(judgeOutput(options, namesOf(listed.json, list.names)));
		} else
			findings.push(skipped(`whether ${options.output} exists: outputs of type ${options.output_type} are not listed`));

		const jobs = jobsOf(client, project);
		const shown = await jobs.status(NO_JOB);
		// Nothing is aborted: there is no such job. A key without the right is told so first.
		const aborted = await jobs.abort(NO_JOB);
		const refused = [
			...(shown.ok || !isRefused(shown.fault) ? [] : [["MONITOR_JOBS", shown.fault.text] as const]),
			...(aborted.ok || !isRefused(aborted.fault) ? [] : [["RUN_JOBS", aborted.fault.text] as const]),
		];
		if (refused.length === 0)
			findings.push(ok("READ_CONF, MONITOR_JOBS and RUN_JOBS, as far as can be seen without a job"));
		for (const [right, words] of refused) {
			const todo = `In DSS: project ${project}, Security: give the group or key of this instance ${right === "RUN_JOBS" ? "the right to run jobs" : "the right to see jobs"}.`;
			findings.push(critical(`the key lacks ${right} on ${project}: ${words}`, todo));
		}
		return findings;
	},
});

/** A refusal in words of absence is the answer that was looked for. */
function isRefused({ code, text }: Fault): boolean {
	if (text.includes(NO_JOB) && /not found|does not exist|no such/i.test(text)) return false;
	return code === "right_missing" || code === "key_rejected" || code === "project_not_visible";
}

function projectFinding(project: string, fault: Fault): Finding {
	if (isRefused(fault) || fault.code === "not_found") {
		const todo =
			"Make the project (dss-probe canary install), correct its name in the check, or give the key READ_CONF on it.";
		return critical(`project ${project} is not there, or not for this key: ${fault.text}`, todo);
	}
	return faultFinding(fault);
}

/** @param listed names of what there is of that type; undefined where the answer is no list */
function judgeOutput(
	{ project, output, output_type: type }: Pick<DssJobOptions, "project" | "output" | "output_type">,
	listed: readonly string[] | undefined,
): Finding {
	if (!listed) {
		return warning(
			`${project} does not list what it has of type ${type}`,
			"Look whether a proxy answers in the place of DSS.",
		);
	}
	if (listed.includes(output)) return ok(`project ${project} has ${output}`);
	const todo =
		"Correct output of the check, or make it, with a recipe that builds it (dss-probe canary install, docs/canary.md).";
	return critical(`project ${project} has no ${output} of type ${type}`, todo);
}

function namesOf(json: unknown, names: readonly string[]): readonly string[] | undefined {
	if (!Array.isArray(json)) return undefined;
	return json.flatMap((one: unknown) => {
		const fields = (one ?? {}) as Readonly<Record<string, unknown>>;
		return names.flatMap((name) => (typeof fields[name] === "string" ? [evidence(fields[name])] : []));
	});
}
