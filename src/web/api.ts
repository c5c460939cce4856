import * as z from "zod";
import { ackRequest, silenceRequest } from "../model/request.ts";
import { LEVELS } from "../model/verdict.ts";

const time = z.iso.datetime().describe("ISO 8601 in UTC.");
const cause = z.strictObject({ code: z.string(), layer: z.string(), text: z.string(), hint: z.string() });
const values = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
const level = z.enum(LEVELS);

const checkReply = z.strictObject({
	instance: z.string(),
	check: z.string(),
	about: z.string().describe("What it watches, in words."),
	state: z
		.enum(["new", "inactive", "pending", "firing", "recovering"])
		.describe("Where the alert is; new until the first sample was judged."),
	level: level.optional().describe("Level of the newest sample that counted."),
	since: time.optional().describe("Start of the first sample of this state; of the incident where one is open."),
	sampled_at: time.optional(),
	stale: z.boolean().describe("No fresh sample in time."),
	cause: cause.optional().describe("What is to blame; kept until resolved."),
	summary: z.string().optional().describe("What was seen, one line."),
	failed: z.array(z.string()).optional().describe("The conditions that failed, worst first."),
	incident: z.string().optional().describe("Id of the open incident."),
	fired_at: time.optional(),
	ack: z
		.strictObject({ at: time, author: z.string(), comment: z.string() })
		.optional()
		.describe("Who works on the open incident."),
	muted: z.strictObject({ reason: z.string(), until: time.optional() }).optional().describe("Why nobody is told."),
	duration_seconds: z.number().optional().describe("How long the newest run took."),
	every_seconds: z.number().optional().describe("Between two regular looks."),
	cron: z.string().optional(),
	values: values.describe("Measured values in base units: seconds, bytes."),
	labels: z.record(z.string(), z.string()),
	advice: z.string().optional().describe("What to do first, in the words of the check."),
	runbook: z.string().optional(),
});

/** Answer of `/api/v1/checks/INSTANCE/CHECK`. */
export const checkDetailReply = checkReply.extend({
	recent: z
		.array(z.strictObject({ at: time, level, duration_seconds: z.number() }))
		.describe("The newest samples, oldest first."),
});

/** Answer of `/api/v1/status`. */
export const statusReply = z.strictObject({
	generated_at: time,
	headline: z.string(),
	mood: z.enum(["ok", "waiting", "pending", "recovering", "stale", "unknown", "warning", "critical"]),
	firing: z.int().describe("Checks that are firing."),
	checks: z.int().describe("All checks."),
	healthy: z.boolean().describe("Whether dss-probe itself is well."),
	reasons: z.array(z.string()).describe("Why it is not."),
	instances: z.array(
		z.strictObject({
			name: z.string(),
			url: z.string(),
			labels: z.record(z.string(), z.string()),
			checks: z.array(checkReply),
		}),
	),
	channels: z.array(
		z.strictObject({
			name: z.string(),
			type: z.string(),
			pending: z.int().describe("Notifications stored, not yet delivered."),
			dead: z.int().describe("Notifications given up."),
			sent_at: time.optional(),
			last_error: z.strictObject({ at: time, text: z.string() }).optional(),
			deferred_until: time.optional(),
			disabled: z.string().optional().describe("Why nothing is sent there any more."),
		}),
	),
	sinks: z.array(
		z.strictObject({
			name: z.string(),
			type: z.string(),
			pending: z.int().describe("Values that wait."),
			sent: z.int(),
			refused: z.int().describe("Values that the receiver refused."),
			lost: z.int().describe("Values dropped because too many waited."),
			sent_at: time.optional(),
			last_error: z.strictObject({ at: time, text: z.string() }).optional(),
			failing_since: time.optional().describe("Since when nothing at all is taken."),
			refusals: z.array(z.strictObject({ name: z.string(), since: time })).describe("Names whose values are refused."),
		}),
	),
	prober: z.strictObject({
		version: z.string(),
		started_at: time,
		config_loaded_at: time,
		config_error: z.string().optional(),
		store_error: z.string().optional(),
		runs: z.strictObject({
			running: z.int(),
			waiting: z.int(),
			stuck: z.int(),
			started: z.int(),
			missed: z.int(),
			lateness_p50_seconds: z.number(),
			lateness_p99_seconds: z.number(),
		}),
		gaps: z.array(z.strictObject({ at: time, kind: z.string(), seconds: z.number() })),
		dead_letters: z.int(),
	}),
});

export type CheckReply = z.output<typeof checkReply>;
export type CheckDetailReply = z.output<typeof checkDetailReply>;
export type StatusReply = z.output<typeof statusReply>;

const silenceReply = z.strictObject({
	id: z.string(),
	match: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
	in_force: z.boolean(),
	from: time,
	until: time,
	author: z.string(),
	comment: z.string(),
	created_at: time,
	ended_at: time.optional().describe("Ended by hand before its time."),
});
export type SilenceReply = z.output<typeof silenceReply>;

/** JSON Schemas of the answers, for `/api/v1/schema`. */
export function apiSchemas(): object {
	return {
		status: z.toJSONSchema(statusReply),
		check: z.toJSONSchema(checkDetailReply),
		silence: z.toJSONSchema(silenceReply),
		silence_request: z.toJSONSchema(silenceRequest, { io: "input" }),
		ack_request: z.toJSONSchema(ackRequest.omit({ instance: true, check: true }), { io: "input" }),
	};
}
