import * as z from "zod";

const time = () => z.iso.datetime();

const cause = z
	.object({
		code: z.string().describe("Stable code of the culprit, such as backend_down."),
		text: z.string().describe("The culprit in words."),
	})
	.describe("Who is to blame.");

const alert = z.object({
	instance: z.string(),
	check: z.string(),
	level: z.enum(["warning", "critical", "unknown"]).describe("How bad it is, or was when it is resolved."),
	state: z.enum(["firing", "resolved"]),
	incident: z.string().describe("The same from the first message about a trouble to its recovery: correlate by it."),
	cause,
	flapping: z.boolean().optional().describe("It goes to and fro; the next message comes when it has calmed down."),
	acknowledged_by: z.string().optional().describe("Somebody works on it."),
	undelivered: z
		.string()
		.optional()
		.describe("Why the problem itself never arrived on this channel; only when it is resolved."),
	summary: z.string().describe("What was seen, in one line."),
	failed: z.array(z.string()).describe("The conditions that failed."),
	since: time().describe("Start of the first bad sample."),
	resolved_at: time().optional(),
	labels: z.record(z.string(), z.string()),
	values: z
		.record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
		.describe("What was measured; durations in seconds, sizes in bytes."),
	advice: z.string().optional().describe("What to do first, in the words of the check."),
	runbook: z.string().optional(),
	url: z.string().describe("Address of the instance."),
});

/**
 * The body of every webhook, in the envelope of the Standard Webhooks specification (type, timestamp, data).
 * Receivers must accept members that are not listed here.
 */
export const webhookBody = z.object({
	type: z.enum([
		"alert.firing",
		"alert.resolved",
		"alert.reminder",
		"alert.escalated",
		"alert.flapping",
		"alert.acknowledged",
		"instance.changed",
		"test",
	]),
	timestamp: time().describe("The moment the message speaks of; the same on every try."),
	data: z.object({
		title: z.string().describe("The first line: level, place, culprit."),
		text: z.string().describe("The whole message as plain text, for people."),
		severity: z.string().describe("Worst severity of the alerts, as used for routing."),
		reason: z.string().describe("Why this message exists."),
		channel: z.string(),
		cause: cause.nullable().describe("Cause of the worst alert; null in a test message."),
		alerts: z.array(alert).describe("Worst first."),
		truncated: z.int().min(0).describe("Alerts that are left out of `alerts` because the body would be too large."),
	}),
});

export type WebhookBody = z.output<typeof webhookBody>;
export type WebhookAlert = z.output<typeof alert>;

/** The JSON Schema of the body, as it is shipped in schema/webhook.schema.json. */
export function webhookSchema(): object {
	const { $schema, ...schema } = z.toJSONSchema(webhookBody, { io: "input" });
	return { $schema, title: "Body of a dss-probe webhook", ...schema };
}
