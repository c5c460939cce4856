import { type Host, thisHost } from "../../host/host.ts";
import { type OpenDirectory, openDataDirectory, usualRoles } from "../../host/install.ts";
import { type NodeTree, recogniseNode } from "../../host/node-tree.ts";
import { type Footprint, listProcesses, readBoot, readFootprint, whyBlind } from "../../host/proc.ts";
import type { Role } from "../../host/roles.ts";
import { machineHidden } from "../../host/unit.ts";
import type { Finding, ProbeContext } from "../kind.ts";
import { recall } from "../recall.ts";
import { lookAlone, lookAloneIn, silentFolder } from "./alone.ts";
import {
	type Counted,
	countProcesses,
	mainProcess,
	type ProcessMemory,
	processMemory,
	processValues,
} from "./host-processes-values.ts";
import { blind, blindAt, dataDirOf, unfit } from "./local.ts";

/** What is asked of a look. */
interface Asked {
	/** Programs that must run. Default: by the type of the node. */
	readonly required?: readonly Role[] | undefined;
	readonly pss: boolean;
}

const HOUR_MS = 3_600_000;
/** Most processes whose CPU is remembered. */
const MOST_REMEMBERED = 500;
const MOST_RESTARTS = 60;

/** One look at the processes of the instance's node. */
export async function lookAtProcesses(options: Asked, context: ProbeContext, host: Host = thisHost): Promise<Finding> {
	const wrong = unfit("host-processes", host);
	if (wrong) return wrong;
	const dataDir = dataDirOf(context.instance);
	const folder = await lookAloneIn(dataDir, host, context.signal, () => openDataDirectory(dataDir));
	if (!folder) return silentFolder(dataDir);
	if (!folder.ok) return blindAt(host, dataDir, folder.reason);
	const late = { code: "prober_stalled", text: "the machine does not answer reads of /proc in time" } as const;
	const found = await lookAlone(host.proc, context.signal, () => look(folder, options, context, host));
	return found ?? { values: {}, fault: late };
}

async function look(folder: OpenDirectory, options: Asked, context: ProbeContext, host: Host): Promise<Finding> {
	const { signal, notes, clock, key } = context;
	const [list, boot] = await Promise.all([listProcesses(host, signal), readBoot(host)]);
	if (!list.ok) return blind(list.reason);
	if (!boot) return blind((await machineHidden(host)) ?? `${host.proc}/uptime cannot be read`);
	const tree = recogniseNode(list.processes, folder.paths);
	const required = options.required ?? usualRoles(folder.nodeType);
	const noteKey = `host-processes ${key}`;
	const note = recall(notes, noteKey, processMemory);
	const before = note?.boot === boot.id ? note : undefined;
	const missing = required.filter((role) => !tree.members.some((one) => one.role === role));
	const out = missing.length > 0 && !note?.inSight ? await outOfSight(host, list.hidden) : undefined;
	if (out !== undefined) return blind(`${missing.join(", ")} not seen, but that says nothing: ${out}`);
	const footprints = await footprintsOf(tree, host, options.pss, signal);
	const counted = countProcesses(tree, footprints, boot.uptime, before);
	const next = remember(counted, boot, before, missing.length < required.length || note?.inSight === true, clock.now());
	notes.set(noteKey, JSON.stringify(next));
	return processValues({
		counted,
		zombies: tree.zombies.length,
		missing,
		hidden: list.hidden,
		nodeType: folder.nodeType,
		restarts: next.restarts.length,
		now: clock.now(),
	});
}

/** Why programs that were not found may run all the same. */
async function outOfSight(host: Host, hidden: number): Promise<string | undefined> {
	const reason = await whyBlind(host);
	if (reason !== undefined) return reason;
	return hidden > 0 ? `the command lines of ${hidden} processes may not be read` : undefined;
}

async function footprintsOf(
	{ members }: NodeTree,
	host: Host,
	withPss: boolean,
	signal: AbortSignal,
): Promise<ReadonlyMap<number, Footprint>> {
	const found = new Map<number, Footprint>();
	for (const { process: one } of members) {
		signal.throwIfAborted();
		found.set(one.pid, await readFootprint(host, one.pid, withPss));
	}
	return found;
}

function remember(
	counted: readonly Counted[],
	boot: { readonly id: string; readonly uptime: number },
	before: ProcessMemory | undefined,
	inSight: boolean,
	now: number,
): ProcessMemory {
	const main = mainProcess(counted);
	const isAnother = main !== undefined && before?.main !== undefined && before.main !== main.id;
	const restarts = (before?.restarts ?? []).filter((at) => at > now - HOUR_MS && at <= now);
	if (isAnother) restarts.push(now);
	const last = main?.id ?? before?.main;
	return {
		boot: boot.id,
		uptime: boot.uptime,
		cpu: Object.fromEntries(counted.slice(0, MOST_REMEMBERED).map(({ id, cpuTicks }) => [id, cpuTicks])),
		...(last !== undefined && { main: last }),
		restarts: restarts.slice(-MOST_RESTARTS),
		inSight,
	};
}
