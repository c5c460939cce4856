import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "./host.ts";
import { kibibytes } from "./proc.ts";
import { readText } from "./read.ts";

/** Memory of the machine, bytes. */
export interface Memory {
	readonly total: number;
	/** What programs can still get without swapping. */
	readonly available: number;
	readonly swapTotal: number;
	readonly swapUsed: number;
}

export async function readMemory({ proc }: Host): Promise<Memory | undefined> {
	const read = await readText(join(proc, "meminfo"));
	if (!read.ok) return undefined;
	const of = (key: string) => kibibytes(read.text, key);
	const [total, available, swapTotal = 0, swapFree = 0] = [
		of("MemTotal"),
		of("MemAvailable"),
		of("SwapTotal"),
		of("SwapFree"),
	];
	if (total === undefined || available === undefined) return undefined;
	return { total, available, swapTotal, swapUsed: swapTotal - swapFree };
}

/** Load of the machine. */
export interface Load {
	readonly cores: number;
	/** Over 1, 5 and 15 minutes. */
	readonly averages: readonly [number, number, number];
}

export async function readLoad({ proc }: Host): Promise<Load | undefined> {
	const [load, times] = await Promise.all([readText(join(proc, "loadavg")), readText(join(proc, "stat"))]);
	if (!load.ok || !times.ok) return undefined;
	const [one, five, fifteen] = load.text.split(" ").map(Number);
	const cores = [...times.text.matchAll(/^cpu\d+ /gm)].length;
	if (one === undefined || five === undefined || fifteen === undefined || cores === 0) return undefined;
	return { cores, averages: [one, five, fifteen] };
}

/** Open files and how many there may be. */
export interface OpenFiles {
	readonly open: number;
	readonly limit: number;
}

/** Of the whole machine. */
export async function readOpenFiles({ proc }: Host): Promise<OpenFiles | undefined> {
	const read = await readText(join(proc, "sys/fs/file-nr"));
	const [open, , limit] = read.ok ? read.text.trim().split(/\s+/).map(Number) : [];
	return open === undefined || limit === undefined || !(limit > 0) ? undefined : { open, limit };
}

/** Of one process; nothing where we are neither its user nor root. */
export async function readOpenFilesOf({ proc }: Host, pid: number): Promise<OpenFiles | undefined> {
	const folder = join(proc, String(pid));
	const [names, limits] = await Promise.all([
		readdir(join(folder, "fd")).catch(() => undefined),
		readText(join(folder, "limits")),
	]);
	const limit = limits.ok ? /^Max open files\s+(\d+)/m.exec(limits.text)?.[1] : undefined;
	return names && limit !== undefined ? { open: names.length, limit: Number(limit) } : undefined;
}

/** Whether systemd's time service has set the clock by a server; undefined where another service, or none, does it. */
export async function isClockSynchronized({ run }: Host): Promise<boolean | undefined> {
	const isThere = (path: string) =>
		stat(join(run, path)).then(
			() => true,
			() => false,
		);
	if (await isThere("systemd/timesync/synchronized")) return true;
	return (await isThere("systemd/timesync")) ? false : undefined;
}
