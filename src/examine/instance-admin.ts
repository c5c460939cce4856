import type { Check } from "../config/checks.ts";
import type { Answer } from "../dss/client.ts";
import { type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import type { OpenClient } from "./instance-key.ts";
import { faultFinding } from "./way.ts";
import { someOf } from "./words.ts";

/** An administrator's call that only reads, is cheap, and is as old as DSS 5.1. */
const ADMIN_CALL = "/admin/licensing/status";

/** Whether the key may do more than the checks need. */
export const adminExamination = (
	open: OpenClient,
	checks: readonly Check[],
	needsAdmin: (check: Check) => boolean,
): Examination => ({
	name: "rights",
	async examine(signal) {
		const needing = checks.filter(needsAdmin).map(({ name }) => name);
		return [judgeRights(await open(signal).get(ADMIN_CALL), needing)];
	},
});

/** @param needing names of the checks that need an administrator's key */
function judgeRights(answer: Answer, needing: readonly string[]): Finding {
	if (answer.ok) {
		if (needing.length > 0) return ok(`the key is an administrator's, which is needed for ${someOf(needing)}`);
		return warning(
			"the key is an administrator's, and no check needs that: whoever finds it owns this DSS",
			"Create a key with READ_CONF, RUN_JOBS and MONITOR_JOBS on the canary's project alone, and put it here instead.",
		);
	}
	switch (answer.fault.code) {
		case "right_missing":
		case "key_rejected":
			if (needing.length === 0) return ok("the key is no administrator's, as it should be");
			return warning(
				`the key is no administrator's, and these checks need one: ${someOf(needing)}`,
				"Give them an instance of their own with an administrator's key, or take them away for this instance.",
			);
		case "unsupported":
		case "not_found":
		case "licence":
			return skipped(`this DSS does not show whether the key is an administrator's: ${answer.fault.text}`);
		default:
			return faultFinding(answer.fault, warning);
	}
}
