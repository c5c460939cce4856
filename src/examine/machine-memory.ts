import { type Examination, type Finding, ok, warning } from "./examination.ts";
import type { Patient } from "./patient.ts";
import { sizeText } from "./words.ts";

/** The program itself, and what each check adds, bytes. */
const BASE_BYTES = 120e6;
const EACH_CHECK_BYTES = 20e3;

/** @param isRunning a daemon that runs has its memory already */
export function judgeMemory(freeBytes: number, checks: number, isRunning: boolean): Finding {
	const needed = BASE_BYTES + checks * EACH_CHECK_BYTES;
	const seen = `${sizeText(freeBytes)} free, dss-probe takes about ${sizeText(needed)}`;
	if (freeBytes >= needed * (isRunning ? 0.25 : 1)) return ok(seen);
	return warning(seen, "Free some memory or give the machine more: the system ends programs when it runs out.");
}

export const memoryExamination = (patient: Patient): Examination => ({
	name: "memory",
	async examine() {
		const isRunning = (await patient.daemon()).result === "answered";
		return [judgeMemory(patient.machine.freeMemory, patient.config?.checks.length ?? 0, isRunning)];
	},
});
