import * as z from "zod";
import { size } from "../model/size.ts";
import { apiKind } from "./api-kind.ts";

export const dssFootprintOptions = z.strictObject({
	kind: z.literal("dss-footprint"),
	of: z
		.enum(["all", "global", "unknown"])
		.default("all")
		.describe("all directories; global without projects; unknown: files that DSS does not own."),
	project: z.string().min(1, "is empty").optional().describe("Key of one project: only its directories."),
	capacity: size().optional().describe("What may be used at most, such as 500GB: gives days_until_full."),
});

type DssFootprintOptions = z.output<typeof dssFootprintOptions>;

/** How much of the disk DSS uses, by directory, and how fast that grows. It walks the disk: daily at most. */
export const dssFootprint = apiKind<DssFootprintOptions>({
	key: "admin",
	since: "14.2",
	keepsNotes: true,
	values: {
		used: { type: "double", unit: "B", summary: "All that was counted." },
		files: { type: "int", summary: "Number of files." },
		unreadable: { type: "int", summary: "Files and folders that DSS could not read." },
		growth: {
			type: "double",
			unit: "B",
			summary: "Growth per day over the looks so far; absent before the sixth.",
			blames: "disk_growing",
		},
		days_until_full: {
			type: "double",
			unit: "d",
			summary: "Days until `capacity` is reached at this pace; absent where nothing grows or no capacity is given.",
			blames: "disk_filling",
		},
		largest: { type: "string", summary: "The largest directory, with dots for slashes: projects.managedDatasets." },
		fastest: { type: "string", summary: "The directory that grows most." },
		fastest_growth: { type: "double", unit: "B", summary: "Its growth per day.", blames: "disk_growing" },
	},
	facts: {
		sizes: { type: "map<string, double>", summary: 'Bytes by directory: sizes["logs"].' },
		growths: { type: "map<string, double>", summary: "Growth per day by directory, bytes; once it is known." },
	},
	load: async () => (await import("./readers/footprint.ts")).readFootprint,
});
