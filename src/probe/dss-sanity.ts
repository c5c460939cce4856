import * as z from "zod";
import { apiKind } from "./api-kind.ts";

const code = z.string().regex(/^[A-Z0-9_]+$/, "is no code such as WARN_JOBS_NO_LIMIT");

export const dssSanityOptions = z.strictObject({
	kind: z.literal("dss-sanity"),
	ignore: z
		.array(code)
		.default([])
		.describe("Codes of messages that are known and accepted; DSS does not look for them."),
});

type DssSanityOptions = z.output<typeof dssSanityOptions>;

/** The sanity check that DSS makes of itself: seconds to minutes of work, so hourly at most. */
export const dssSanity = apiKind<DssSanityOptions>({
	key: "admin",
	since: "12",
	keepsNotes: true,
	values: {
		errors: { type: "int", summary: "Messages of severity ERROR.", blames: "sanity_error" },
		warnings: { type: "int", summary: "Messages of severity WARNING.", blames: "sanity_warning" },
		infos: { type: "int", summary: "Messages of severity INFO." },
		new: {
			type: "int",
			summary: "Codes of errors and warnings that the look before did not have; 0 at the first look.",
			blames: "sanity_warning",
		},
		worst: { type: "string", summary: "Code of the worst message; empty without any." },
		codes: { type: "string", summary: "All codes, errors first, separated by spaces.", blames: "sanity_error" },
	},
	facts: { messages: { type: "dyn", summary: "For each message: severity, code, title, text." } },
	load: async () => (await import("./readers/sanity.ts")).readSanity,
});
