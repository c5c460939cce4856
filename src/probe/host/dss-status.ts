import * as z from "zod";
import { duration } from "../../model/duration.ts";
import type { ValueTypes } from "../../model/sample.ts";
import type { Kind } from "../kind.ts";

export const dssStatusOptions = z.strictObject({
	kind: z.literal("dss-status"),
	window: duration()
		.refine((ms) => ms >= 60_000, "is below 1m")
		.prefault("1h")
		.describe("Restarts count for this long."),
});

type DssStatusOptions = z.output<typeof dssStatusOptions>;

/** The programs of DSS with values of their own, as supervisord calls them, and what they are called here. */
const PROGRAMS = {
	backend: "backend",
	nginx: "nginx",
	ipython: "jupyter",
	governserver: "govern",
	apimain: "apimain",
} as const;

function valuesOf(name: string): ValueTypes {
	return {
		[`${name}_state`]: { type: "string", summary: "Its state in the words of supervisord." },
		[`${name}_uptime`]: { type: "double", unit: "s", summary: "How long it has run." },
	};
}

/** `DATADIR/bin/dss status`: what supervisord says of the programs of DSS. */
export const dssStatus: Kind<DssStatusOptions> = {
	local: "data_dir",
	keepsNotes: true,
	values: {
		programs: { type: "int", summary: "Programs under supervisord." },
		running: { type: "int", summary: "Those in state RUNNING." },
		down: { type: "string", summary: "Those that neither run nor start, with their state." },
		down_count: { type: "int", summary: "How many of them.", blames: "program_down" },
		starting: { type: "int", summary: "Those in state STARTING." },
		youngest: { type: "string", summary: "The program that was started last." },
		youngest_uptime: { type: "double", unit: "s", summary: "How long it has run.", blames: "program_flapping" },
		restarts: {
			type: "int",
			summary: "Restarts of all programs within the window.",
			blames: "program_flapping",
		},
		restarts_max: {
			type: "int",
			summary: "Restarts of the program with the most.",
			blames: "program_flapping",
		},
		restarted: { type: "string", summary: "The programs that were restarted, with how often." },
		backend_restarted_at: { type: "double", summary: "When backend, governserver or apimain was started, Unix time." },
		...Object.assign({}, ...Object.values(PROGRAMS).map(valuesOf)),
	},
	facts: {
		table: { type: "list<dyn>", summary: "Each program with name, state, and pid, uptime where it runs." },
	},
	async measure(options, context) {
		const { lookAtStatus } = await import("./dss-status-look.ts");
		return lookAtStatus(options, context, PROGRAMS, context.host);
	},
};
