import { type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import { textOf } from "./files.ts";
import { aboutDaemon, type Patient } from "./patient.ts";

/** Probes in flight, connections of the page and its readers, the store, libraries; with room to spare. */
const BASE_FILES = 256;
/** Connections that one channel may have open. */
const EACH_CHANNEL = 4;

/**
 * How many files and connections a daemon may have open at once: those that checks keep between two looks come on top.
 *
 * @param checks of these, all may keep a connection
 */
export function filesNeeded(checks: number, channels: number): number {
	return BASE_FILES + checks + channels * EACH_CHANNEL;
}

/** @param of whose limit it is */
export function judgeFiles(limit: number | undefined, needed: number, of: string): Finding {
	if (limit === undefined) return skipped("this system does not tell how many files may be open");
	const seen = `${limit === Number.POSITIVE_INFINITY ? "any number of" : limit} files may be open (${of}), ${needed} are needed at most`;
	if (limit >= needed) return ok(seen);
	return warning(
		seen,
		`Raise it: LimitNOFILE=65536 in the systemd unit, or ulimit -n in the script that starts dss-probe.`,
	);
}

/** The soft limit in a text such as /proc/self/limits. */
export function openFilesIn(limits: string | undefined): number | undefined {
	const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(limits ?? "") ?? [];
	return soft === undefined ? undefined : soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
}

export const filesExamination = (patient: Patient): Examination => ({
	name: "open files",
	async examine() {
		const { config } = patient;
		const needed = filesNeeded(config?.checks.length ?? 0, config?.channels.size ?? 0);
		// What counts is the daemon's own limit; a shell often has another one.
		const pid = (await aboutDaemon(patient))?.pid;
		const daemons = pid === undefined ? undefined : openFilesIn(textOf(`/proc/${pid}/limits`));
		if (daemons !== undefined) return [judgeFiles(daemons, needed, "the daemon")];
		return [judgeFiles(openFilesIn(textOf("/proc/self/limits")), needed, "this shell")];
	},
});
