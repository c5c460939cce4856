import * as z from "zod";
import { apiKind } from "./api-kind.ts";

export const dssLicenceOptions = z.strictObject({ kind: z.literal("dss-licence") });

type DssLicenceOptions = z.output<typeof dssLicenceOptions>;

/** The licence of a node: how long it holds, and whether its seats suffice. */
export const dssLicence = apiKind<DssLicenceOptions>({
	key: "admin",
	since: "5.1",
	values: {
		valid: { type: "bool", summary: "DSS takes the licence for valid, and it has not expired.", blames: "licence" },
		days_left: {
			type: "double",
			unit: "d",
			summary: "Days until the licence ends, negative afterwards; absent where it never ends.",
			blames: "licence_expiring",
		},
		over_quota: { type: "int", summary: "Users beyond the seats, over all profiles.", blames: "seats_over_quota" },
		seats_used: {
			type: "double",
			summary:
				"Users by seats in the profile that is fullest, of ten seats or more, or over full; absent where there is none.",
			blames: "seats_over_quota",
		},
		profile: { type: "string", summary: "That profile." },
	},
	facts: { profiles: { type: "dyn", summary: "For each limited profile: profile, seats, users, over." } },
	expect: [{ that: "valid", else: "critical" }],
	load: async () => (await import("./readers/licence.ts")).readLicence,
});
