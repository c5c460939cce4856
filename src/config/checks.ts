import * as z from "zod";
import { matchOptions } from "../dispatch/route.ts";
import type { Instance } from "../dss/instance.ts";
import type { Rules } from "../evaluate/evaluate.ts";
import { rulesOptions, threshold } from "../evaluate/rules.ts";
import type { ProbeOptions } from "../probe/kinds.ts";
import { type Timing, timingOptions } from "../schedule/timing.ts";
import { type Policy, policyOptions } from "../state/policy.ts";

/** Names appear in keys such as `design/get-configuration`, in Zabbix items and on command lines. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
export const NAME_RULE = "is no name: letters, digits, _ . - are possible, beginning with a letter or digit";

const name = () => z.string().regex(NAME, NAME_RULE);
const parents = z
	.array(z.string())
	.describe(
		"Checks that explain this one when they fire: check (same instance) or instance/check. They mute, never stop.",
	);
const labels = z
	.record(z.string(), z.string())
	.describe(
		"Labels for routes. layer: backend, api, job or detail orders the checks of an instance; severity overrides the level.",
	);
/** Long enough for some sentences, short enough for every channel. */
const advice = z
	.string()
	.trim()
	.min(1)
	.max(600)
	.describe("What to do first when this check fires, in words; part of every message and of the page.");
const runbook = z.url({ protocol: /^https?$/, error: "is not an http:// or https:// address" });

/** The sections of a check file that are common to all kinds of probe. */
const common = {
	name: name().describe("Unique over all check files."),
	summary: z.string().min(1).describe("One line for people: what is true while this check is good."),
	...timingOptions,
	...rulesOptions,
	...policyOptions,
	parents: parents.default([]),
	labels: labels.default({}),
	advice: advice.optional(),
	runbook: runbook.optional().describe("Address of the page that says what to do; part of every message."),
} as const;

/** A whole check file with the probe section unread: `with:` of a use may still complete it. */
export const checkFileOutline = z.strictObject({ ...common, probe: z.record(z.string(), z.unknown()) });
export type CheckFileOptions = z.output<typeof checkFileOutline>;

const { fail_after, retry_every, recover_after, flapping } = policyOptions;

/** An entry under `checks:`; what it states replaces what the check file says. */
export const useOptions = z.strictObject({
	use: z.string().describe("Name of a check, as its file declares it."),
	as: name().optional().describe("Another name, so that one check can run several times."),
	on: matchOptions.optional().describe("Labels of the instances it runs on; instance is a label too. Default: all."),
	with: z
		.record(z.string(), z.unknown())
		.optional()
		.describe("Replaces single keys of the check's probe section; null takes a key away."),
	...timingOptions,
	fail_after: fail_after
		.unwrap()
		.optional()
		.describe(fail_after.description ?? ""),
	retry_every,
	recover_after: recover_after
		.unwrap()
		.optional()
		.describe(recover_after.description ?? ""),
	flapping: flapping
		.unwrap()
		.optional()
		.describe(flapping.description ?? ""),
	expect: rulesOptions.expect.describe("Replaces the check's whole list."),
	thresholds: z.record(z.string(), threshold).optional().describe("Replaces the thresholds of single values."),
	parents: parents.optional(),
	labels: labels.optional(),
	advice: advice.optional(),
	runbook: runbook.optional(),
});
export type UseOptions = z.output<typeof useOptions>;

/** A check on an instance: everything the stages need to know, frozen. */
export interface Check {
	/** `instance/check`, unique. */
	readonly key: string;
	readonly instance: Instance;
	readonly name: string;
	readonly summary: string;
	readonly probe: ProbeOptions;
	readonly timing: Timing;
	readonly timeoutMs: number;
	/** Checks with the same text run one at a time: instance/word. */
	readonly exclusive?: string;
	readonly rules: Rules;
	readonly policy: Policy;
	/** Time between two looks while unsure. Without a setting of its own the interval; with cron its longest gap. */
	readonly retryEveryMs: number;
	/** Keys of the checks that explain this one when they fire. */
	readonly parents: readonly string[];
	/** It asks what only administrators may know, with another key than the rest where the instance has one. */
	readonly asAdmin?: true;
	readonly labels: Readonly<Record<string, string>>;
	/** What to do first, in words. */
	readonly advice?: string;
	readonly runbook?: string;
}
