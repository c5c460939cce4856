import * as z from "zod";
import { evidence } from "../../dss/evidence.ts";
import { type Host, thisHost } from "../../host/host.ts";
import { type OpenDirectory, openDataDirectory } from "../../host/install.ts";
import { isClockSynchronized, readLoad, readMemory, readOpenFiles, readOpenFilesOf } from "../../host/machine.ts";
import { type NodeTree, recogniseNode } from "../../host/node-tree.ts";
import { countCgroupKills, countOomKills, type OomKill, readOomKills } from "../../host/oom.ts";
import { type Boot, listProcesses, readBoot } from "../../host/proc.ts";
import { MAIN_ROLES } from "../../host/roles.ts";
import { machineHidden } from "../../host/unit.ts";
import type { Value } from "../../model/sample.ts";
import { bytesText } from "../../model/size.ts";
import type { Finding, ProbeContext } from "../kind.ts";
import { recall } from "../recall.ts";
import { addCounts, recentCounts, sumOf } from "../recent-counts.ts";
import { lookAlone, lookAloneIn, silentFolder } from "./alone.ts";
import { blind, blindAt, dataDirOf, unfit } from "./local.ts";

/** The last process that was killed, as values name it. */
const killed = z.object({
	name: z.string(),
	pid: z.number(),
	/** Unix time, s. */
	at: z.number(),
	role: z.string().optional(),
	cgroup: z.string().optional(),
});
type Killed = Readonly<z.output<typeof killed>>;

/** What is kept between two looks. */
const memory = z.object({
	boot: z.string(),
	/** Of the machine, since the boot. */
	kills: z.number().optional(),
	cgroups: z.record(z.string(), z.number()),
	counts: recentCounts,
	killed: killed.optional(),
	/** Roles of DSS by pid: who was killed is gone when we look. */
	roles: z.record(z.string(), z.string()),
});
type Memory = Readonly<z.output<typeof memory>>;

const MOST_ROLES = 300;

/** One look at the machine. */
export async function lookAtMachine(
	options: { readonly window: number },
	context: ProbeContext,
	host: Host = thisHost,
): Promise<Finding> {
	const wrong = unfit("host-machine", host);
	if (wrong) return wrong;
	const dataDir = dataDirOf(context.instance);
	const folder = await lookAloneIn(dataDir, host, context.signal, () => openDataDirectory(dataDir));
	if (!folder) return silentFolder(dataDir);
	if (!folder.ok) return blindAt(host, dataDir, folder.reason);
	const late = { code: "prober_stalled", text: "the machine does not answer reads of /proc in time" } as const;
	const found = await lookAlone(host.proc, context.signal, () => look(folder, options.window, context, host));
	return found ?? { values: {}, fault: late };
}

async function look(folder: OpenDirectory, windowMs: number, context: ProbeContext, host: Host): Promise<Finding> {
	const { signal, notes, clock, key } = context;
	const [room, load, boot, list] = await Promise.all([
		readMemory(host),
		readLoad(host),
		readBoot(host),
		listProcesses(host, signal),
	]);
	if (!room || !load || !boot) {
		return blind((await machineHidden(host)) ?? `${host.proc}: meminfo, loadavg or uptime cannot be read`);
	}
	if (!list.ok) return blind(list.reason);
	const tree = recogniseNode(list.processes, folder.paths);
	const noteKey = `host-machine ${key}`;
	const next = await findKills(host, tree, boot, recall(notes, noteKey, memory), clock.now(), windowMs);
	notes.set(noteKey, JSON.stringify(next));
	const values: Record<string, Value> = {
		memory_total: room.total,
		memory_available: room.available,
		memory_available_percent: (100 * room.available) / room.total,
		swap_used: room.swapUsed,
		...(room.swapTotal > 0 && { swap_used_percent: (100 * room.swapUsed) / room.swapTotal }),
		cores: load.cores,
		load1: load.averages[0],
		load5: load.averages[1],
		load15: load.averages[2],
		load_per_core: load.averages[1] / load.cores,
		...(await fileValues(host, tree)),
		...killValues(next),
	};
	const isSynchronized = await isClockSynchronized(host);
	if (isSynchronized !== undefined) values["clock_synchronized"] = isSynchronized;
	return { values, seen: inWords(values) };
}

async function fileValues(host: Host, { members }: NodeTree): Promise<Record<string, Value>> {
	const values: Record<string, Value> = {};
	const all = await readOpenFiles(host);
	if (all) {
		values["files_open"] = all.open;
		values["files_used_percent"] = (100 * all.open) / all.limit;
	}
	const main = members.find(({ role }) => MAIN_ROLES.includes(role));
	const { pid } = main?.process ?? {};
	const own = pid === undefined ? undefined : await readOpenFilesOf(host, pid);
	if (own) {
		values["backend_files"] = own.open;
		values["backend_files_limit"] = own.limit;
		values["backend_files_used_percent"] = (100 * own.open) / own.limit;
	}
	return values;
}

/** Finds out what was killed since the look before, and by what it was known then. */
async function findKills(
	host: Host,
	{ members }: NodeTree,
	boot: Boot,
	note: Memory | undefined,
	now: number,
	windowMs: number,
): Promise<Memory> {
	const before = note?.boot === boot.id ? note : undefined;
	const [kills, cgroups] = await Promise.all([
		countOomKills(host),
		countCgroupKills(
			host,
			members.map(({ process: { pid } }) => pid),
		),
	]);
	const roles = Object.fromEntries(members.slice(0, MOST_ROLES).map(({ process: { pid }, role }) => [pid, role]));
	const isNew = kills === undefined || before?.kills === undefined || kills > before.kills;
	// Reading the kernel's log takes long where it is long, so only where its counter says that there is something new.
	const told = isNew ? ((await readOomKills(host)) ?? []) : [];
	const atOf = ({ uptime }: OomKill) => now / 1_000 - (boot.uptime - uptime);
	const recent = told.filter((one) => atOf(one) * 1_000 > now - windowMs);
	const counted = before ? Math.max(0, (kills ?? 0) - (before.kills ?? 0)) : recent.length;
	const inCgroups = Object.entries(cgroups).reduce(
		(sum, [path, count]) => sum + Math.max(0, count - (before?.cgroups[path] ?? (before ? 0 : count))),
		0,
	);
	const counts = addCounts(note?.counts ?? [], now, { kills: counted, cgroups: inCgroups }, windowMs);
	const last = lastKilled(recent, atOf, (pid) => before?.roles[pid] ?? roles[pid]) ?? note?.killed;
	return {
		boot: boot.id,
		...(kills !== undefined && { kills }),
		cgroups,
		counts,
		...(last && last.at * 1_000 > now - windowMs && { killed: last }),
		roles,
	};
}

/** One of DSS goes before any other. */
function lastKilled(
	kills: readonly OomKill[],
	atOf: (kill: OomKill) => number,
	roleOf: (pid: number) => string | undefined,
): Killed | undefined {
	const one = kills.findLast(({ pid }) => roleOf(pid) !== undefined) ?? kills.at(-1);
	if (!one) return undefined;
	const role = roleOf(one.pid);
	return {
		name: evidence(one.name),
		pid: one.pid,
		at: Math.round(atOf(one)),
		...(role !== undefined && { role }),
		...(one.cgroup !== undefined && { cgroup: evidence(one.cgroup) }),
	};
}

function killValues({ counts, killed: last }: Memory): Record<string, Value> {
	const sums = sumOf(counts);
	return {
		oom_kills: sums["kills"] ?? 0,
		cgroup_oom_kills: sums["cgroups"] ?? 0,
		...(last && { oom_killed: last.name, oom_killed_pid: last.pid, oom_killed_at: last.at }),
		oom_killed_role: last?.role ?? "",
		...(last?.cgroup !== undefined && { oom_cgroup: last.cgroup }),
	};
}

function inWords(values: Readonly<Record<string, Value>>): string {
	const number = (name: string) => Number(values[name] ?? 0);
	const parts = [
		`${bytesText(number("memory_available"))} of ${bytesText(number("memory_total"))} memory available`,
		`load ${number("load5").toFixed(1)} on ${number("cores")} cores`,
	];
	if (number("swap_used") > 0) parts.push(`${bytesText(number("swap_used"))} in swap`);
	if (values["backend_files"] !== undefined) {
		parts.push(`backend has ${number("backend_files")} of ${number("backend_files_limit")} files open`);
	}
	const kills = number("oom_kills");
	if (kills > 0) {
		const role = values["oom_killed_role"] === "" ? "" : `, the ${values["oom_killed_role"]}`;
		const who =
			values["oom_killed"] === undefined ? "" : `: ${values["oom_killed"]} ${values["oom_killed_pid"]}${role}`;
		parts.unshift(`${kills} killed for want of memory${who}`);
	}
	return parts.join("; ");
}
