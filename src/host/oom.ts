import { closeSync, constants, openSync, readSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Host } from "./host.ts";
import { codeOf, readText } from "./read.ts";

/** A process that the kernel killed for want of memory. */
export interface OomKill {
	readonly pid: number;
	readonly name: string;
	/** Seconds since the boot. */
	readonly uptime: number;
	/** Where a limit of a cgroup was reached, its path. */
	readonly cgroup?: string;
}

/** How many processes the kernel has killed since the boot; cgroups included. Kernels before 4.13 do not say. */
export async function countOomKills({ proc }: Host): Promise<number | undefined> {
	const read = await readText(join(proc, "vmstat"));
	const found = read.ok ? /^oom_kill (\d+)$/m.exec(read.text)?.[1] : undefined;
	return found === undefined ? undefined : Number(found);
}

/** Larger than any record of the kernel's log, bytes. */
const RECORD_BYTES = 16_384;
const MOST_RECORDS = 50_000;
/** Records between two pauses for the rest of the program. */
const BUNCH = 500;

/** Reads who was killed from the kernel's log, oldest first; undefined where it may not be read. */
export async function readOomKills({ kmsg }: Host): Promise<readonly OomKill[] | undefined> {
	let file: number;
	try {
		file = openSync(kmsg, constants.O_RDONLY | constants.O_NONBLOCK);
	} catch {
		return undefined;
	}
	try {
		const buffer = Buffer.alloc(RECORD_BYTES);
		let text = "";
		for (let count = 0; count < MOST_RECORDS; count++) {
			const bytes = readRecord(file, buffer);
			if (bytes === 0) break;
			const record = bytes === undefined ? "" : buffer.toString("utf8", 0, bytes);
			if (/oom-kill:|ut of memory: Kill/.test(record)) text += record;
			if (count % BUNCH === BUNCH - 1) await setImmediate();
		}
		return parseOomKills(text);
	} finally {
		closeSync(file);
	}
}

/** @returns 0 at the end, undefined for a record that was overwritten before it was read */
function readRecord(file: number, buffer: Buffer): number | undefined {
	try {
		return readSync(file, buffer, 0, buffer.length, null);
	} catch (error) {
		return codeOf(error) === "EPIPE" ? undefined : 0;
	}
}

/** Reads records such as `4,1234,98765432,-;Out of memory: Killed process 42 (java) total-vm:…`; the third field is µs since boot. */
export function parseOomKills(text: string): readonly OomKill[] {
	const cgroups = new Map<number, string>();
	const kills: OomKill[] = [];
	for (const line of text.split("\n")) {
		const [, micros, words = ""] = /^\d+,\d+,(\d+),[^;]*;(.*)$/.exec(line) ?? [];
		if (micros === undefined) continue;
		const why = /^oom-kill:.*\btask_memcg=([^,]+),.*\bpid=(\d+)\b/.exec(words);
		if (why) cgroups.set(Number(why[2]), why[1] as string);
		const killed = /ut of memory: Kill(?:ed)? process (\d+) \((.*?)\)(?=$|,? (?:total-vm|score|vpid|UID))/.exec(words);
		if (!killed) continue;
		const pid = Number(killed[1]);
		const cgroup = words.startsWith("Memory cgroup") ? cgroups.get(pid) : undefined;
		kills.push({
			pid,
			name: killed[2] as string,
			uptime: Number(micros) / 1e6,
			...(cgroup !== undefined && { cgroup }),
		});
	}
	return kills;
}

/** Most cgroups that are asked. */
const MOST_CGROUPS = 500;

/**
 * How many processes were killed in the cgroups of DSS since these were made, by cgroup: those that DSS itself makes below
 * `DSS`, and those that its processes run in otherwise.
 *
 * @param pids of the node's processes
 */
export async function countCgroupKills(host: Host, pids: readonly number[]): Promise<Readonly<Record<string, number>>> {
	const root = join(host.sys, "fs/cgroup");
	const counts: Record<string, number> = {};
	const take = async (folder: string, file: string) => {
		const read = await readText(join(folder, file));
		const found = read.ok ? /^oom_kill (\d+)$/m.exec(read.text)?.[1] : undefined;
		if (found !== undefined) counts[folder] = Number(found);
	};
	// Version 2 counts what is below as well; version 1 does not.
	await take(join(root, "DSS"), "memory.events");
	let left = MOST_CGROUPS;
	const queue = [join(root, "memory/DSS")];
	for (let folder = queue.pop(); folder !== undefined && left > 0; folder = queue.pop()) {
		left -= 1;
		await take(folder, "memory.oom_control");
		const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
		for (const entry of entries) if (entry.isDirectory()) queue.push(join(folder, entry.name));
	}
	const own = new Set<string>();
	for (const pid of pids.slice(0, MOST_CGROUPS)) {
		const read = await readText(join(host.proc, String(pid), "cgroup"));
		const path = read.ok ? /^0::(\/.+)$/m.exec(read.text)?.[1] : undefined;
		if (path !== undefined && path !== "/DSS" && !path.startsWith("/DSS/")) own.add(path);
	}
	for (const path of own) await take(join(root, path), "memory.events");
	return counts;
}
