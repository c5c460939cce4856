import { readRuns } from "../dss/scenario-status.ts";
import { critical, type Examination, ok, warning } from "./examination.ts";
import type { OpenClient } from "./instance-key.ts";
import { faultFinding } from "./way.ts";

const REFUSED: readonly string[] = ["right_missing", "project_not_visible", "key_rejected", "not_found"];

/** Whether a scenario that a canary runs is there, and whether the key may see its runs, without running it. */
export const scenarioExamination = (
	{ project, scenario }: { readonly project: string; readonly scenario: string },
	open: OpenClient,
): Examination => ({
	name: `canary ${project}/${scenario}`,
	async examine(signal) {
		const client = open(signal);
		const path = `/projects/${encodeURIComponent(project)}/scenarios/${encodeURIComponent(scenario)}`;
		const light = await client.get(`${path}/light`);
		if (!light.ok) {
			const { code, text } = light.fault;
			if (!REFUSED.includes(code)) return [faultFinding(light.fault)];
			const todo = "Correct project and scenario of the check, or give the key MONITOR_JOBS on the project.";
			return [critical(`scenario ${project}/${scenario} is not there, or not for this key: ${text}`, todo)];
		}
		const there = ok(`project ${project} has the scenario ${scenario}`);
		// DSS asks for the right to run scenarios already to show their runs.
		const runs = await client.get(`${path}/get-last-runs`, { limit: 1, onlyFinishedRuns: false });
		if (!runs.ok) {
			const { code, text } = runs.fault;
			if (!REFUSED.includes(code)) return [there, faultFinding(runs.fault)];
			const todo = `In DSS: project ${project}, Security: give the group or key of this instance the right to run scenarios.`;
			return [there, critical(`the key lacks RUN_JOBS on ${project}: ${text}`, todo)];
		}
		if (readRuns(runs.json)) return [there, ok("MONITOR_JOBS and RUN_JOBS, as far as can be seen without a run")];
		return [there, warning("DSS lists no runs of it", "Look whether a proxy answers in the place of DSS.")];
	},
});
