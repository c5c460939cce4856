import { readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "./host.ts";
import { codeOf, isForbidden, readText, reasonOf } from "./read.ts";
import { signOf } from "./roles.ts";
import { machineHidden } from "./unit.ts";

/** Linux tells CPU times and starts in hundredths of a second, whatever the kernel's own tick is (USER_HZ). */
export const TICKS_A_SECOND = 100;

/** One process of the machine, as far as everybody may read it. */
export interface Process {
	readonly pid: number;
	readonly parent: number;
	/** Name of the program, at most 15 characters. */
	readonly name: string;
	/** One letter: R, S, D, Z (zombie) … */
	readonly state: string;
	/** CPU used so far, in ticks. */
	readonly cpuTicks: number;
	/** Start, in ticks since the machine was booted; with the pid it is unique until the next boot. */
	readonly startTicks: number;
	/** The command line; empty for a zombie, or where it may not be read. */
	readonly args: readonly string[];
	/** Working folder, only looked for where the command line is one of DSS, and where readable. */
	readonly cwd?: string;
}

/** All processes of the machine, or why they cannot be listed. */
export type ProcessList =
	| {
			readonly ok: true;
			readonly processes: readonly Process[];
			/** Processes whose command line we may not read. */
			readonly hidden: number;
	  }
	| { readonly ok: false; readonly reason: string };

/** Reads every process once. Those that end meanwhile are left out; so are the kernel's own threads. */
export async function listProcesses({ proc }: Host, signal: AbortSignal): Promise<ProcessList> {
	let names: readonly string[];
	try {
		names = await readdir(proc);
	} catch (error) {
		return { ok: false, reason: `${proc}: ${reasonOf(error)}` };
	}
	const pids = names.filter((name) => /^\d+$/.test(name));
	if (pids.length === 0) return { ok: false, reason: `${proc} shows no process` };
	const processes: Process[] = [];
	let hidden = 0;
	// One after the other: a read that hangs on a stuck process must not take all threads of the pool with it.
	for (const pid of pids) {
		signal.throwIfAborted();
		const found = await readProcess(join(proc, pid));
		if (found === "hidden") hidden += 1;
		if (typeof found === "object") processes.push(found);
	}
	return { ok: true, processes, hidden };
}

const KERNEL_THREADS = 2;

async function readProcess(folder: string): Promise<Process | "hidden" | undefined> {
	const stat = await readText(join(folder, "stat"));
	if (!stat.ok) return isForbidden(stat.code) ? "hidden" : undefined;
	const head = parseStat(stat.text);
	if (!head || head.pid === KERNEL_THREADS || head.parent === KERNEL_THREADS) return undefined;
	if (head.state === "Z") return { ...head, args: [] };
	const cmdline = await readText(join(folder, "cmdline"));
	if (!cmdline.ok) return isForbidden(cmdline.code) ? "hidden" : undefined;
	const args = splitArguments(cmdline.text);
	if (!signOf(args)) return { ...head, args };
	const cwd = await readWorkingFolder(folder);
	// The number may have been given to another process between two reads.
	const again = await readText(join(folder, "stat"));
	if (!again.ok || parseStat(again.text)?.startTicks !== head.startTicks) return undefined;
	return { ...head, args, ...(cwd !== undefined && { cwd }) };
}

async function readWorkingFolder(folder: string): Promise<string | undefined> {
	try {
		return await readlink(join(folder, "cwd"));
	} catch {
		return undefined;
	}
}

/** Splits a command line at its NUL bytes. A server that rewrote its title left blanks instead. */
export function splitArguments(text: string): readonly string[] {
	const bare = text.replace(/\0+$/, "");
	if (bare === "") return [];
	return /^nginx: /.test(bare) ? bare.replaceAll("\0", " ").split(/ +/) : bare.split("\0");
}

/** Reads /proc/PID/stat. The name stands in brackets and may hold any character, brackets and line feeds included. */
export function parseStat(text: string): Omit<Process, "args" | "cwd"> | undefined {
	const open = text.indexOf("(");
	const close = text.lastIndexOf(")");
	const fields = text.slice(close + 2).split(" ");
	const [pid, parent, user, system, start] = [text.slice(0, open), fields[1], fields[11], fields[12], fields[19]].map(
		Number,
	);
	if (open < 1 || close < open || !pid || [parent, user, system, start].some((one) => !Number.isFinite(one))) {
		return undefined;
	}
	return {
		pid,
		parent: parent as number,
		name: text.slice(open + 1, close),
		state: fields[0] ?? "",
		cpuTicks: (user as number) + (system as number),
		startTicks: start as number,
	};
}

/** Memory of a process, bytes. */
export interface Footprint {
	readonly rss?: number;
	/** Shared pages counted by their share; only where we are the same user or root. */
	readonly pss?: number;
}

/**
 * Reads how much memory a process holds; nothing where it is gone.
 *
 * @param withPss the kernel walks through the whole memory map for it, and holds it meanwhile
 */
export async function readFootprint({ proc }: Host, pid: number, withPss: boolean): Promise<Footprint> {
	const status = await readText(join(proc, String(pid), "status"));
	const rss = status.ok ? kibibytes(status.text, "VmRSS") : undefined;
	const rollup = withPss ? await readText(join(proc, String(pid), "smaps_rollup")) : undefined;
	const pss = rollup?.ok ? kibibytes(rollup.text, "Pss") : undefined;
	return { ...(rss !== undefined && { rss }), ...(pss !== undefined && { pss }) };
}

/** A line such as `VmRSS:   1616 kB` in bytes. */
export function kibibytes(text: string, key: string): number | undefined {
	const found = new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(text);
	return found ? Number(found[1]) * 1_024 : undefined;
}

/** When the machine was started. */
export interface Boot {
	/** Different after every boot. */
	readonly id: string;
	/** Seconds since then. */
	readonly uptime: number;
}

export async function readBoot({ proc }: Host): Promise<Boot | undefined> {
	const [uptime, id] = await Promise.all([
		readText(join(proc, "uptime")),
		readText(join(proc, "sys/kernel/random/boot_id")),
	]);
	if (!uptime.ok) return undefined;
	const seconds = Number.parseFloat(uptime.text);
	return Number.isFinite(seconds) ? { uptime: seconds, id: id.ok ? id.text.trim() : "" } : undefined;
}

/** Why processes of other users, or of the machine, may be out of sight here; undefined where nothing speaks for it. */
export async function whyBlind(host: Host): Promise<string | undefined> {
	const hidden = await machineHidden(host);
	if (hidden !== undefined) return hidden;
	const { proc } = host;
	const mounts = await readText(join(proc, "self/mounts"));
	const hide = mounts.ok ? /^\S+ \/proc proc \S*\bhidepid=(\w+)/m.exec(mounts.text)?.[1] : undefined;
	if (hide !== undefined && hide !== "0" && hide !== "off") {
		return `/proc is mounted with hidepid=${hide}: run dss-probe as the user of DSS, in a unit of systemd with host.conf (docs/host.md)`;
	}
	try {
		const space = await readlink(join(proc, "self/ns/pid"));
		if (space !== MACHINE_SPACE) return "dss-probe runs in a container that does not see the machine's processes";
	} catch (error) {
		if (codeOf(error) !== "ENOENT") return undefined;
	}
	return undefined;
}

/** The PID namespace that a machine starts with has a fixed number (PROC_PID_INIT_INO). */
const MACHINE_SPACE = "pid:[4026531836]";
