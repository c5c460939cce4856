import * as z from "zod";
import { apiKind } from "./api-kind.ts";

export const dssWebappsOptions = z.strictObject({
	kind: z.literal("dss-webapps"),
	projects: z
		.array(z.string().min(1, "is empty"))
		.min(1, "needs at least one project")
		.max(50)
		.describe("Keys of the projects whose webapps are looked at."),
	expected: z
		.array(z.string().regex(/^[^.\s]+\.\S+$/, "is no PROJECT.WEBAPP_ID"))
		.optional()
		.describe("Webapps whose backend should run. Default: every one that ran within the last 24 hours."),
});

type DssWebappsOptions = z.output<typeof dssWebappsOptions>;

/** The backends of webapps: which should run and do not, and which crash. */
export const dssWebapps = apiKind<DssWebappsOptions>({
	key: "any",
	since: "6",
	keepsNotes: true,
	values: {
		webapps: { type: "int", summary: "Webapps of the projects." },
		running: { type: "int", summary: "Those whose backend runs." },
		down: { type: "int", summary: "Those whose backend should run and does not.", blames: "webapp_down" },
		down_names: { type: "string", summary: "Their projects and names." },
		crashes: {
			type: "int",
			summary: "Crashes of backends within the last hour; counted since DSS 11.4.",
			blames: "webapp_crashing",
		},
	},
	expect: [{ that: "down == 0", else: "critical" }],
	load: async () => (await import("./readers/webapps.ts")).readWebapps,
});
