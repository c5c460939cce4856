import * as z from "zod";
import { duration } from "../model/duration.ts";
import { apiKind } from "./api-kind.ts";

export const dssKernelsOptions = z.strictObject({
	kind: z.literal("dss-kernels"),
	idle_after: duration().prefault("12h").describe("A kernel without activity for this long counts as forgotten."),
});

type DssKernelsOptions = z.output<typeof dssKernelsOptions>;

/** The Jupyter kernels that run, and those that nobody uses any more. None is ever stopped. */
export const dssKernels = apiKind<DssKernelsOptions>({
	key: "admin",
	since: "4",
	values: {
		kernels: { type: "int", summary: "Kernels that run.", blames: "kernels_many" },
		busy: { type: "int", summary: "Those that compute now." },
		forgotten: { type: "int", summary: "Those that idle for longer than idle_after.", blames: "kernels_idle" },
		longest_idle: {
			type: "double",
			unit: "s",
			summary: "Since when the longest idle one idles.",
			blames: "kernels_idle",
		},
		longest_idle_of: { type: "string", summary: "Its owner and notebook, such as alice: SALES.explore." },
		oldest: { type: "double", unit: "s", summary: "Since when the oldest one runs.", blames: "kernels_idle" },
		most_per_user: { type: "int", summary: "Kernels of the user who has most.", blames: "kernels_many" },
		most_user: { type: "string", summary: "That user." },
	},
	facts: { by_user: { type: "map<string, int>", summary: 'Kernels by user: by_user["alice"].' } },
	load: async () => (await import("./readers/kernels.ts")).readKernels,
});
