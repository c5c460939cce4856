import { type Examination, type Finding, ok, warning } from "./examination.ts";
import type { Machine } from "./patient.ts";

/** So many runnable programs for each core, and looks begin late. */
const BUSY = 3;

export function judgeCpu({ cores, load }: Pick<Machine, "cores" | "load">): Finding {
	const seen = `${cores} ${cores === 1 ? "core" : "cores"}, load ${load.toFixed(1)}`;
	if (load <= BUSY * cores) return ok(seen);
	return warning(
		`${seen}: more than the machine can do`,
		"See with top who takes it. Looks of an overloaded prober begin late, and what they time is too long.",
	);
}

export const cpuExamination = (machine: Machine): Examination => ({ name: "CPU", examine: () => [judgeCpu(machine)] });
