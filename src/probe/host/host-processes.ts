import * as z from "zod";
import { ROLES, type Role } from "../../host/roles.ts";
import type { ValueTypes } from "../../model/sample.ts";
import type { Kind } from "../kind.ts";

export const hostProcessesOptions = z.strictObject({
	kind: z.literal("host-processes"),
	required: z
		.array(z.enum(ROLES))
		.min(1, "is empty")
		.optional()
		.describe("Programs that must run. Default: by the type of the node, as its install.ini says."),
	pss: z
		.boolean()
		.default(false)
		.describe("Also count shared pages by their share. The kernel holds the memory map of each process meanwhile."),
});

type HostProcessesOptions = z.output<typeof hostProcessesOptions>;

function valuesOf(role: Role): ValueTypes {
	return {
		[`${role}_count`]: { type: "int", summary: `Processes of the role ${role}.`, blames: "process_missing" },
		[`${role}_rss`]: { type: "int", unit: "B", summary: "Memory of all of them.", blames: "process_memory" },
		[`${role}_rss_max`]: { type: "int", unit: "B", summary: "Memory of the largest.", blames: "process_memory" },
		[`${role}_pss`]: { type: "int", unit: "B", summary: "The same by share; with pss.", blames: "process_memory" },
		[`${role}_cpu`]: { type: "double", summary: "CPU cores in use since the look before." },
		[`${role}_age`]: { type: "double", unit: "s", summary: "Age of the oldest." },
	};
}

/** The processes of a DSS node on this machine: which run, how many, how large, how old, and which are left over. */
export const hostProcesses: Kind<HostProcessesOptions> = {
	local: "data_dir",
	keepsNotes: true,
	values: {
		node_type: { type: "string", summary: "Type of the node, as install.ini says." },
		missing: { type: "string", summary: "Programs that must run and do not.", blames: "process_missing" },
		missing_count: { type: "int", summary: "How many of them.", blames: "process_missing" },
		process_count: { type: "int", summary: "All processes of the node." },
		total_rss: { type: "int", unit: "B", summary: "Memory of all processes of the node.", blames: "process_memory" },
		total_pss: { type: "int", unit: "B", summary: "The same by share; with pss.", blames: "process_memory" },
		total_cpu: { type: "double", summary: "CPU cores in use by the node since the look before." },
		largest: { type: "string", summary: "Role and pid of the one with the most memory." },
		largest_rss: { type: "int", unit: "B", summary: "Its memory.", blames: "process_memory" },
		jek_busy: { type: "int", summary: "Job kernels with a child or with CPU use." },
		jek_idle: { type: "int", summary: "The other job kernels, started ahead." },
		orphans: {
			type: "int",
			summary: "Kernels whose backend or notebook server is gone.",
			blames: "processes_orphaned",
		},
		orphan_rss: { type: "int", unit: "B", summary: "Their memory.", blames: "processes_orphaned" },
		orphan_pids: { type: "string", summary: "Their roles and pids, at most ten." },
		zombies: { type: "int", summary: "Dead children that their parent does not collect." },
		unreadable: { type: "int", summary: "Processes of the machine whose command line may not be read." },
		backend_pid: { type: "int", summary: "Pid of the youngest backend, governserver or apimain." },
		backend_restarted_at: { type: "double", summary: "When it was started, Unix time." },
		backend_restarts: {
			type: "int",
			summary: "How often it was another one than at the look before, within an hour.",
			blames: "backend_restarting",
		},
		...Object.assign({}, ...ROLES.map(valuesOf)),
	},
	facts: {
		processes: {
			type: "list<dyn>",
			summary: "All processes of the node, each with pid, role, age, rss, orphan, busy, and pss, cpu where known.",
		},
	},
	async measure(options, context) {
		const { lookAtProcesses } = await import("./host-processes-look.ts");
		return lookAtProcesses(options, context, context.host);
	},
};
