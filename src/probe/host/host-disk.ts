import * as z from "zod";
import { DAY_MS, duration } from "../../model/duration.ts";
import type { Kind } from "../kind.ts";

export const hostDiskOptions = z.strictObject({
	kind: z.literal("host-disk"),
	path: z
		.string()
		.min(1, "is empty")
		.default(".")
		.describe("Any file or folder on the disk; a relative one starts at the data directory. Default: that itself."),
	trend_over: duration()
		// What is foretold compares a day with the day before.
		.refine((ms) => ms >= 2 * DAY_MS, "is below 2d")
		.prefault("7d")
		.describe("Growth is told from the samples of this time."),
	folders: z
		.array(z.string().min(1, "is empty"))
		.default([])
		.describe("Folders or files whose sizes are added up, such as jobs or databases/*.mv.db. Default: none."),
	folders_every: duration()
		.refine((ms) => ms >= 60_000, "is below 1m")
		.prefault("6h")
		.describe("How often that is done: it reads every folder below."),
	max_entries: z
		.int()
		.min(1)
		.max(100_000_000)
		.default(500_000)
		.describe("Most files and folders that are looked at each time."),
});

type HostDiskOptions = z.output<typeof hostDiskOptions>;

/** Room on the disk of the data directory: how full, how fast it fills up, and what fills it. */
export const hostDisk: Kind<HostDiskOptions> = {
	local: "data_dir",
	keepsNotes: true,
	values: {
		space_used_percent: {
			type: "double",
			summary: "Used of what ordinary users can have, as df counts.",
			blames: "disk_nearly_full",
		},
		space_free: { type: "int", unit: "B", summary: "Free for ordinary users.", blames: "disk_nearly_full" },
		space_total: { type: "int", unit: "B", summary: "Size of the file system." },
		inodes_used_percent: { type: "double", summary: "Used inodes.", blames: "inodes_nearly_out" },
		inodes_free: { type: "int", summary: "Free inodes.", blames: "inodes_nearly_out" },
		growth_per_day: { type: "int", unit: "B", summary: "Growth in a day; negative where it empties." },
		days_until_full: {
			type: "double",
			unit: "d",
			summary: "Days until it is full at that growth; 3650 where it does not grow.",
			blames: "disk_filling",
		},
		mount: { type: "string", summary: "Where the file system is mounted." },
		filesystem: { type: "string", summary: "Its type." },
		folders_bytes: { type: "int", unit: "B", summary: "All of the folders together.", blames: "disk_nearly_full" },
		folder_largest: { type: "string", summary: "The largest of them." },
		folder_largest_bytes: { type: "int", unit: "B", summary: "Its size.", blames: "disk_nearly_full" },
		database_largest_bytes: {
			type: "int",
			unit: "B",
			summary: "The largest file of an internal database among them.",
			blames: "database_large",
		},
		folders_whole: { type: "bool", summary: "Whether all of it was counted, and no bound ended it." },
		folders_measured_at: { type: "double", summary: "When the sizes were added up, Unix time." },
	},
	facts: { folders: { type: "map<string, dyn>", summary: "Size of each folder or file, by its path." } },
	async measure(options, context) {
		const { lookAtDisk } = await import("./host-disk-look.ts");
		return lookAtDisk(options, context, context.host);
	},
};
