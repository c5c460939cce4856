import * as z from "zod";
import { duration } from "../../model/duration.ts";
import type { Kind } from "../kind.ts";

export const hostMachineOptions = z.strictObject({
	kind: z.literal("host-machine"),
	window: duration()
		.refine((ms) => ms >= 60_000, "is below 1m")
		.prefault("1h")
		.describe("Processes that the kernel killed count for this long."),
});

type HostMachineOptions = z.output<typeof hostMachineOptions>;

/** The machine that DSS runs on: memory, load, open files, and what the kernel killed for want of memory. */
export const hostMachine: Kind<HostMachineOptions> = {
	local: "data_dir",
	keepsNotes: true,
	values: {
		memory_total: { type: "int", unit: "B", summary: "Memory of the machine." },
		memory_available: {
			type: "int",
			unit: "B",
			summary: "What programs can still get without swapping.",
			blames: "host_memory_low",
		},
		memory_available_percent: { type: "double", summary: "The same in percent.", blames: "host_memory_low" },
		swap_used: { type: "int", unit: "B", summary: "Swap in use.", blames: "host_swapping" },
		swap_used_percent: { type: "double", summary: "The same in percent; with swap.", blames: "host_swapping" },
		cores: { type: "int", summary: "CPU cores." },
		load1: { type: "double", summary: "Load over one minute.", blames: "host_overloaded" },
		load5: { type: "double", summary: "Load over five minutes.", blames: "host_overloaded" },
		load15: { type: "double", summary: "Load over fifteen minutes.", blames: "host_overloaded" },
		load_per_core: { type: "double", summary: "load5 by core.", blames: "host_overloaded" },
		files_open: { type: "int", summary: "Open files of the machine.", blames: "too_many_open_files" },
		files_used_percent: { type: "double", summary: "The same of its limit.", blames: "too_many_open_files" },
		backend_files: { type: "int", summary: "Open files of the backend.", blames: "too_many_open_files" },
		backend_files_limit: { type: "int", summary: "How many it may open.", blames: "too_many_open_files" },
		backend_files_used_percent: {
			type: "double",
			summary: "Open files of the backend in percent of its limit.",
			blames: "too_many_open_files",
		},
		oom_kills: { type: "int", summary: "Processes that the kernel killed within the window.", blames: "oom_killed" },
		cgroup_oom_kills: { type: "int", summary: "Those in cgroups of DSS.", blames: "oom_killed" },
		oom_killed: { type: "string", summary: "Name of the last one." },
		oom_killed_pid: { type: "int", summary: "Its pid." },
		oom_killed_role: { type: "string", summary: "What it was to DSS, where it was seen before: backend, jek …" },
		oom_killed_at: { type: "double", summary: "When, Unix time." },
		oom_cgroup: { type: "string", summary: "The cgroup whose limit was reached." },
		clock_synchronized: { type: "bool", summary: "Whether systemd's time service has set the clock." },
	},
	facts: {},
	async measure(options, context) {
		const { lookAtMachine } = await import("./host-machine-look.ts");
		return lookAtMachine(options, context, context.host);
	},
};
