import * as z from "zod";
import { duration } from "../model/duration.ts";
import { apiKind } from "./api-kind.ts";

export const dssPeopleOptions = z.strictObject({
	kind: z.literal("dss-people"),
	within: duration().prefault("15m").describe("Who was active, or failed to log in, within this time counts as such."),
	dormant_after: duration().prefault("90d").describe("An enabled user without activity for this long is dormant."),
});

type DssPeopleOptions = z.output<typeof dssPeopleOptions>;

const activity = "absent before DSS 10.";

/** Who there is, who is there now, and who holds a seat without using it. Counts only. */
export const dssPeople = apiKind<DssPeopleOptions>({
	key: "admin",
	since: "5",
	values: {
		users: { type: "int", summary: "All users." },
		enabled: { type: "int", summary: "Those who may log in." },
		connected: { type: "int", summary: "Those with an open browser tab; too few where WebSockets are blocked." },
		tabs: { type: "int", summary: "Open browser tabs." },
		active: { type: "int", isOptional: true, summary: `Active within \`within\`; ${activity}` },
		active_day: { type: "int", isOptional: true, summary: `Active within the last 24 hours; ${activity}` },
		active_month: { type: "int", isOptional: true, summary: `Active within the last 30 days; ${activity}` },
		dormant: { type: "int", isOptional: true, summary: `Enabled, and not active for dormant_after; ${activity}` },
		failed_logins: {
			type: "int",
			isOptional: true,
			summary: `Users whose last try to log in failed, within \`within\`; ${activity}`,
			blames: "logins_failing",
		},
	},
	facts: { profiles: { type: "map<string, int>", summary: 'Enabled users by profile: profiles["DESIGNER"].' } },
	load: async () => (await import("./readers/people.ts")).readPeople,
});
