import * as z from "zod";
import { duration } from "../../model/duration.ts";
import type { Kind } from "../kind.ts";

export const backupOptions = z.strictObject({
	kind: z.literal("backup"),
	folder: z
		.string()
		.regex(/^\/[^\0]+$/, "is not the absolute path of a folder")
		.describe("Where the backups lie, one file or folder each."),
	match: z
		.string()
		.regex(/^[^/\0]+$/, "is no pattern for names: it has a slash, or is empty")
		.default("*")
		.describe("Names of backups; * stands for any text, ? for one character."),
	of: z.enum(["files", "folders"]).default("files").describe("What a backup is."),
	marker: z
		.string()
		.regex(/^[^/\0]+$/, "is no name of a file")
		.optional()
		.describe(
			"A backup counts once this is there: beside a file, its name with this at the end; in a folder, this file.",
		),
	quiet_for: duration()
		.prefault("5m")
		.describe("What was changed within this time, or has grown since the look before, is not finished."),
	max_entries: z.int().min(1).default(200_000).describe("Most files that are looked at inside of folders, each time."),
});

type BackupOptions = z.output<typeof backupOptions>;

/** Whether backups are made: the newest is fresh and of the usual size, and there is more than one. */
export const backup: Kind<BackupOptions> = {
	local: "anywhere",
	keepsNotes: true,
	values: {
		age: { type: "double", unit: "s", summary: "Age of the newest finished backup.", blames: "backup_stale" },
		newest: { type: "string", summary: "Its name." },
		size: { type: "int", unit: "B", summary: "Its size.", blames: "backup_too_small" },
		size_ratio: {
			type: "double",
			summary: "Its size against the median of up to ten before it; 1 is as usual.",
			blames: "backup_too_small",
		},
		generations: { type: "int", summary: "Finished backups.", blames: "backup_missing" },
		unfinished: { type: "int", summary: "Backups that still grow, or lack their marker." },
	},
	facts: {},
	async measure(options, context) {
		const { lookAtBackups } = await import("./backup-look.ts");
		return lookAtBackups(options, context, context.host);
	},
};
