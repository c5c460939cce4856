import * as z from "zod";
import { duration } from "../../model/duration.ts";
import { size } from "../../model/size.ts";
import type { Kind } from "../kind.ts";

const LONGEST_PATTERN = 500;

const pattern = z
	.string()
	.min(1, "is empty")
	.max(LONGEST_PATTERN, `is longer than ${LONGEST_PATTERN} characters`)
	.superRefine((text, context) => {
		try {
			new RegExp(text, "u");
		} catch (error) {
			const words = (error as Error).message.replace(/^Invalid regular expression: /, "");
			context.issues.push({ code: "custom", input: text, message: `is no regular expression: ${words}` });
		}
	});

export const hostLogOptions = z.strictObject({
	kind: z.literal("host-log"),
	file: z
		.string()
		.min(1, "is empty")
		.default("run/backend.log")
		.describe("The log; a relative path starts at the data directory."),
	window: duration()
		.refine((ms) => ms >= 60_000, "is below 1m")
		.prefault("15m")
		.describe("What is counted counts for this long."),
	long_pause: duration().prefault("3s").describe("A full garbage collection of at least this length is a long one."),
	patterns: z
		.record(z.string().regex(/^[a-z]\w{0,39}$/, "is no name: small letters, digits and _"), pattern)
		.default({})
		.describe("Regular expressions of your own, by name. Lines are cut at 4,096 characters."),
	max_read: size().default(50_000_000).describe("Most that is read at once, such as 50MB; what is more is skipped."),
});

type HostLogOptions = z.output<typeof hostLogOptions>;

/** The log of the backend: known signs of trouble, restarts, and patterns of the user's own, among what is new. */
export const hostLog: Kind<HostLogOptions> = {
	local: "data_dir",
	keepsNotes: true,
	values: {
		lines: { type: "int", summary: "Lines since the look before." },
		errors: { type: "int", summary: "Lines of level ERROR within the window.", blames: "log_errors" },
		fatals: { type: "int", summary: "Lines of level FATAL within the window.", blames: "log_errors" },
		error_rate: { type: "double", summary: "Both together a minute.", blames: "log_errors" },
		out_of_memory: { type: "int", summary: "Lines with OutOfMemoryError.", blames: "backend_out_of_memory" },
		full_gc: { type: "int", summary: "Full garbage collections.", blames: "backend_gc" },
		full_gc_long: { type: "int", summary: "Those of at least long_pause.", blames: "backend_gc" },
		full_gc_longest: { type: "double", unit: "s", summary: "The longest since the look before.", blames: "backend_gc" },
		no_space: { type: "int", summary: "Lines with No space left on device.", blames: "disk_full" },
		too_many_files: { type: "int", summary: "Lines with Too many open files.", blames: "too_many_open_files" },
		startups: { type: "int", summary: "Starts of DSS.", blames: "backend_restarting" },
		startup_at: { type: "double", summary: "The newest start that was read, Unix time." },
		matches: { type: "int", summary: "Matches of your own patterns.", blames: "log_errors" },
		crash_files: { type: "int", summary: "New hs_err_pid files beside the log.", blames: "jvm_crashed" },
		crash_file: { type: "string", summary: "The newest of them." },
		line: { type: "string", summary: "The newest telling line within the window, without credentials." },
		line_at: { type: "double", summary: "Its time, Unix time." },
		slow_patterns: { type: "string", summary: "Your patterns that took too long and were left out." },
		skipped: { type: "int", unit: "B", summary: "Left out this time, because it was too much." },
		behind: { type: "int", unit: "B", summary: "Left for the next look, because time was over." },
		gap: { type: "bool", summary: "The place of the look before is in no file any more: lines may be lost." },
	},
	facts: { patterns: { type: "map<string, dyn>", summary: "Matches within the window, by pattern." } },
	async measure(options, context) {
		const { lookAtLog } = await import("./host-log-look.ts");
		return lookAtLog(options, context, context.host);
	},
};
