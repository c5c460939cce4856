import * as z from "zod";
import type { ValueTypes } from "../model/sample.ts";
import { apiKind } from "./api-kind.ts";

export const dssUsageOptions = z.strictObject({ kind: z.literal("dss-usage") });

type DssUsageOptions = z.output<typeof dssUsageOptions>;

const growth = (what: string): ValueTypes[string] => ({
	type: "double",
	isOptional: true,
	summary: `Growth of ${what} per day, over two weeks at most; absent until it is known, after a day and a half.`,
	blames: "objects_growing",
});

/** How much there is in DSS, and how fast it becomes more. */
export const dssUsage = apiKind<DssUsageOptions>({
	key: "admin",
	since: "9",
	keepsNotes: true,
	values: {
		projects: { type: "int", summary: "Projects." },
		datasets: { type: "int", summary: "Datasets." },
		recipes: { type: "int", summary: "Recipes." },
		notebooks: { type: "int", summary: "Notebooks, Jupyter and SQL." },
		scenarios: { type: "int", summary: "Scenarios." },
		active_scenarios: { type: "int", summary: "Scenarios that run by themselves: active, with triggers." },
		active_scenarios_change: {
			type: "int",
			summary: "Those compared with the look before; negative where some were switched off.",
			blames: "scenarios_switched_off",
		},
		projects_growth: growth("projects"),
		datasets_growth: growth("datasets"),
		recipes_growth: growth("recipes"),
		notebooks_growth: growth("notebooks"),
		scenarios_growth: growth("scenarios"),
	},
	load: async () => (await import("./readers/usage.ts")).readUsage,
});
