import * as z from "zod";
import { apiKind } from "./api-kind.ts";

export const dssKeyOptions = z.strictObject({
	kind: z.literal("dss-key"),
	projects: z
		.array(z.string().min(1, "is empty"))
		.max(20)
		.default([])
		.describe("Keys of projects on which the API key must have its rights."),
	require: z
		.array(z.enum(["READ_CONF", "MONITOR_JOBS", "RUN_JOBS", "ADMIN"]))
		.default(["READ_CONF", "MONITOR_JOBS", "RUN_JOBS"])
		.describe("Those rights; nothing is started or changed to see them."),
	label: z
		.string()
		.min(1, "is empty")
		.optional()
		.describe("Label of the key in DSS, where its id does not tell which one it is."),
});

type DssKeyOptions = z.output<typeof dssKeyOptions>;

/** The instance's own key: whose it is, how long it holds, and what it may do. */
export const dssKey = apiKind<DssKeyOptions>({
	key: "any",
	since: "5",
	values: {
		owner: { type: "string", summary: "Who the key is for DSS: a user, or api: and the id of a global key." },
		user: { type: "string", summary: "The DSS user that it acts as." },
		groups: { type: "string", summary: "Groups of it, separated by spaces." },
		admin: { type: "bool", summary: "It is known to be an administrator's.", blames: "key_too_mighty" },
		rights_missing: {
			type: "int",
			summary: "Rights that it lacks, over all projects.",
			blames: "right_missing",
		},
		missing: { type: "string", summary: "Those rights, such as SALES:RUN_JOBS." },
		days_left: {
			type: "double",
			unit: "d",
			isOptional: true,
			summary: "Days until it expires; absent where it never does, or admin_key of the instance does not see it.",
			blames: "key_expiring",
		},
	},
	expect: [
		{ that: "rights_missing == 0", else: "critical" },
		{ that: "!admin", else: "warning" },
	],
	load: async () => (await import("./readers/key.ts")).readKey,
});
