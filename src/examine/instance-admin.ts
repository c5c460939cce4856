import type { Answer } from "../dss/client.ts";
import { ADMIN_CALL } from "../dss/rights.ts";
import { critical, type Examination, type Finding, ok, skipped, warning } from "./examination.ts";
import type { OpenClient } from "./instance-key.ts";
import { faultFinding } from "./way.ts";
import { someOf } from "./words.ts";

/**
 * Whether the key may do more than the checks need.
 *
 * @param needing names of the checks that need an administrator's rights of this very key
 */
export const rightsExamination = (open: OpenClient, needing: readonly string[]): Examination => ({
	name: "rights",
	async examine(signal) {
		return [judgeRights(await open(signal).get(ADMIN_CALL), needing)];
	},
});

/** Whether `admin_key` is what it is called. */
export const adminKeyExamination = (open: OpenClient): Examination => ({
	name: "admin key",
	async examine(signal) {
		const answer = await open(signal).get(ADMIN_CALL);
		if (answer.ok) return [ok("accepted: it is an administrator's")];
		if (answer.fault.code !== "right_missing") return [faultFinding(answer.fault)];
		const todo =
			"Give that key Administrator rights in DSS, or put another one there: the checks that need it cannot work.";
		return [critical("admin_key is no administrator's", todo)];
	},
});

function judgeRights(answer: Answer, needing: readonly string[]): Finding {
	if (answer.ok) {
		if (needing.length > 0) return ok(`the key is an administrator's, which is needed for ${someOf(needing)}`);
		return warning(
			"api_key is an administrator's, and no check needs that of it: whoever finds it owns this DSS",
			"Create a key with READ_CONF, RUN_JOBS and MONITOR_JOBS on the canary's project alone, and set that as api_key.",
		);
	}
	switch (answer.fault.code) {
		case "right_missing":
		case "key_rejected":
			if (needing.length === 0) return ok("the key is no administrator's, as it should be");
			return warning(
				`the key is no administrator's, and these checks need one: ${someOf(needing)}`,
				"Set admin_key of the instance (of kind dss-api: an instance of their own), or take them away for this one (on:).",
			);
		case "unsupported":
		case "not_found":
		case "licence":
			return skipped(`this DSS does not show whether the key is an administrator's: ${answer.fault.text}`);
		default:
			return faultFinding(answer.fault, warning);
	}
}
