import * as z from "zod";
import type { NodeTree } from "../../host/node-tree.ts";
import { type Footprint, TICKS_A_SECOND } from "../../host/proc.ts";
import { MAIN_ROLES, ROLES, type Role } from "../../host/roles.ts";
import { formatDuration } from "../../model/duration.ts";
import type { Value } from "../../model/sample.ts";
import { bytesText } from "../../model/size.ts";
import type { Finding } from "../kind.ts";

/**
 * What is kept between two looks. In the notes and not in the program, so that single runs know rates too, and a restart of
 * dss-probe hides no restart of DSS.
 */
export const processMemory = z.object({
	/** Of the machine: pids and ticks mean nothing after a boot. */
	boot: z.string(),
	/** Seconds since the boot. */
	uptime: z.number(),
	/** CPU ticks used so far, by pid and start. */
	cpu: z.record(z.string(), z.number()),
	/** Pid and start of the main program, where it ran. */
	main: z.string().optional(),
	/** When it was another one than before, our wall clock, ms. */
	restarts: z.array(z.number()),
	/** A program of this node was seen from here, so its processes are in sight. */
	inSight: z.boolean(),
});
export type ProcessMemory = Readonly<z.output<typeof processMemory>>;

/** A job kernel that uses more CPU than this runs something, cores. */
const BUSY_CORES = 0.1;
/** Rates over less time than this say nothing, s. */
const SHORTEST = 1;

/** One process of the node with its numbers. */
export interface Counted {
	/** Pid and start: unique until the next boot. */
	readonly id: string;
	readonly pid: number;
	readonly role: Role;
	readonly isOrphan: boolean;
	readonly isBusy: boolean;
	/** Seconds. */
	readonly age: number;
	readonly cpuTicks: number;
	/** Cores since the look before; unknown for one that was not seen then. */
	readonly cpu?: number;
	readonly rss?: number;
	readonly pss?: number;
}

/** Puts numbers to the processes. Pure. */
export function countProcesses(
	{ members }: NodeTree,
	footprints: ReadonlyMap<number, Footprint>,
	uptime: number,
	before: ProcessMemory | undefined,
): readonly Counted[] {
	const seconds = before ? uptime - before.uptime : 0;
	return members.map(({ process: one, role, isOrphan, hasChild }) => {
		const id = `${one.pid}:${one.startTicks}`;
		const age = Math.max(0, uptime - one.startTicks / TICKS_A_SECOND);
		// What is younger than the look before has used all of its CPU since.
		const used = before?.cpu[id] ?? (before && age < seconds ? 0 : undefined);
		const cpu =
			used === undefined || seconds < SHORTEST
				? undefined
				: Math.max(0, (one.cpuTicks - used) / TICKS_A_SECOND / seconds);
		return {
			id,
			pid: one.pid,
			role,
			isOrphan,
			isBusy: hasChild || (cpu ?? 0) > BUSY_CORES,
			age,
			cpuTicks: one.cpuTicks,
			...(cpu !== undefined && { cpu }),
			...footprints.get(one.pid),
		};
	});
}

/** The youngest of the programs whose restart is the node's. */
export function mainProcess(counted: readonly Counted[]): Counted | undefined {
	const mains = counted.filter(({ role }) => MAIN_ROLES.includes(role));
	return mains.reduce<Counted | undefined>((found, one) => (found && found.age <= one.age ? found : one), undefined);
}

interface Seen {
	readonly counted: readonly Counted[];
	readonly zombies: number;
	readonly missing: readonly Role[];
	readonly hidden: number;
	readonly nodeType: string | undefined;
	readonly restarts: number;
	/** Wall clock, ms. */
	readonly now: number;
}

/** The values and facts of a look. Pure. */
export function processValues(seen: Seen): Finding {
	const { counted, zombies, missing, hidden, nodeType, restarts, now } = seen;
	const values: Record<string, Value> = {
		missing: missing.join(", "),
		missing_count: missing.length,
		process_count: counted.length,
		zombies,
		unreadable: hidden,
		backend_restarts: restarts,
	};
	if (nodeType !== undefined) values["node_type"] = nodeType;
	const put = (name: string, value: number | undefined) => {
		if (value !== undefined) values[name] = value;
	};
	put("total_rss", sum(counted, "rss"));
	put("total_pss", sum(counted, "pss"));
	put("total_cpu", sum(counted, "cpu"));
	const largest = largestOf(counted);
	if (largest) values["largest"] = `${largest.role} ${largest.pid}`;
	put("largest_rss", largest?.rss);
	const jeks = counted.filter(({ role }) => role === "jek");
	const busy = jeks.filter(({ isBusy }) => isBusy).length;
	values["jek_busy"] = busy;
	values["jek_idle"] = jeks.length - busy;
	const orphans = counted.filter(({ isOrphan }) => isOrphan);
	values["orphans"] = orphans.length;
	values["orphan_rss"] = sum(orphans, "rss") ?? 0;
	values["orphan_pids"] = namesOf(orphans);
	const main = mainProcess(counted);
	put("backend_pid", main?.pid);
	put("backend_restarted_at", main && Math.round(now / 1_000 - main.age));
	for (const role of ROLES) {
		const all = counted.filter((one) => one.role === role);
		values[`${role}_count`] = all.length;
		if (all.length === 0) continue;
		put(`${role}_rss`, sum(all, "rss"));
		put(`${role}_rss_max`, largestOf(all)?.rss);
		put(`${role}_pss`, sum(all, "pss"));
		put(`${role}_cpu`, sum(all, "cpu"));
		put(`${role}_age`, Math.max(...all.map(({ age }) => age)));
	}
	return { values, seen: inWords(seen), facts: { processes: counted.map(asFact) } };
}

function sum(all: readonly Counted[], name: "rss" | "pss" | "cpu"): number | undefined {
	const known = all.map((one) => one[name]).filter((value) => value !== undefined);
	return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

function largestOf(all: readonly Counted[]): Counted | undefined {
	return all.reduce<Counted | undefined>(
		(found, one) => ((one.rss ?? -1) > (found?.rss ?? -1) ? one : found),
		undefined,
	);
}

function namesOf(all: readonly Counted[]): string {
	return all
		.slice(0, 10)
		.map(({ role, pid }) => `${role} ${pid}`)
		.join(", ");
}

function asFact({ pid, role, age, rss, pss, cpu, isOrphan, isBusy }: Counted) {
	return {
		pid,
		role,
		age,
		rss: rss ?? 0,
		orphan: isOrphan,
		busy: isBusy,
		...(pss !== undefined && { pss }),
		...(cpu !== undefined && { cpu }),
	};
}

function inWords({ counted, missing }: Seen): string {
	const parts: string[] = missing.length > 0 ? [`not running: ${missing.join(", ")}`] : [];
	const main = mainProcess(counted);
	if (main) parts.push(`${main.role} up ${formatDuration(main.age * 1_000)}`);
	const several = (["jek", "fek", "kernel", "webapp"] as const).flatMap((role) => {
		const count = counted.filter((one) => one.role === role).length;
		return count > 0 ? [`${count} ${role}`] : [];
	});
	if (several.length > 0) parts.push(several.join(", "));
	const orphans = counted.filter(({ isOrphan }) => isOrphan);
	if (orphans.length > 0) parts.push(`left over: ${namesOf(orphans)}`);
	const rss = sum(counted, "rss");
	if (rss !== undefined) parts.push(`${bytesText(rss)} in memory`);
	return parts.join("; ") || "no process of the node";
}
