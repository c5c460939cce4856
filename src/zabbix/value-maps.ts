import { ALERT_CODE } from "../model/alert-code.ts";
import type { Plan } from "./plan.ts";
import type { Section } from "./tree.ts";

export const VALUE_MAPS = { service: "Service state", verdict: "DSS verdict", alert: "DSS alert" } as const;

const WORDS: Readonly<Record<keyof typeof VALUE_MAPS, Readonly<Record<string, string>>>> = {
	service: { 0: "Down", 1: "Up" },
	verdict: { 0: "OK", 1: "Warning", 2: "Critical", 3: "Unknown" },
	alert: {
		[ALERT_CODE.none]: "None",
		[ALERT_CODE.good]: "None (looked at once)",
		[ALERT_CODE.pending]: "Pending",
		[ALERT_CODE.held]: "Held back",
		[ALERT_CODE.warning]: "Warning (looked at once)",
		[ALERT_CODE.firingWarning]: "Firing: warning",
		[ALERT_CODE.critical]: "Critical (looked at once)",
		[ALERT_CODE.firingCritical]: "Firing: critical",
	},
};

/** The words for numbers. */
export function valueMaps({ uuid }: Plan): readonly Section[] {
	return Object.entries(WORDS).map(([key, words]) => ({
		uuid: uuid("value map", key),
		name: VALUE_MAPS[key as keyof typeof VALUE_MAPS],
		mappings: Object.entries(words).map(([value, newvalue]) => ({ value, newvalue })),
	}));
}
