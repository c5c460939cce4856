import { type Examination, type Finding, ok, warning } from "./examination.ts";
import type { Machine } from "./patient.ts";

/** Whether Node is one that gets fixes for years. Older ones than dss-probe needs never get here: the entry turns them away. */
export function judgeNode({ nodeVersion, programVersion }: Pick<Machine, "nodeVersion" | "programVersion">): Finding {
	const seen = `dss-probe ${programVersion} on Node ${nodeVersion}`;
	const major = Number.parseInt(nodeVersion, 10);
	if (major % 2 === 0) return ok(seen);
	return warning(`${seen}, which gets no long support`, `Use Node ${major + 1} or another even version.`);
}

export const nodeExamination = (machine: Machine): Examination => ({
	name: "Node",
	examine: () => [judgeNode(machine)],
});
