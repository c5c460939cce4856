import * as z from "zod";

/*
 * What the receivers take, written down from their documentation: which members there are, which must be there, and how
 * long they may be. Strict, so that a member that nobody reads is noticed.
 */

const labels = z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().min(1));
const time = z.iso.datetime({ offset: true });

/** PagerDuty, "Send an alert event" of the Events API v2. */
export const pagerdutyEvent = z.strictObject({
	routing_key: z.string().length(32),
	event_action: z.enum(["trigger", "acknowledge", "resolve"]),
	dedup_key: z.string().min(1).max(255),
	client: z.string(),
	client_url: z.url().optional(),
	links: z.array(z.strictObject({ href: z.url(), text: z.string() })),
	payload: z.strictObject({
		summary: z.string().min(1).max(1_024),
		source: z.string().min(1),
		severity: z.enum(["critical", "error", "warning", "info"]),
		timestamp: time,
		component: z.string(),
		group: z.string(),
		class: z.string(),
		custom_details: z.record(z.string(), z.unknown()),
	}),
});

/** Opsgenie, "Create Alert", "Acknowledge Alert" and "Close Alert" of the Alert API. */
export const opsgenieCreate = z.strictObject({
	message: z.string().min(1).max(130),
	alias: z.string().min(1).max(512),
	description: z.string().max(15_000),
	entity: z.string().max(512),
	source: z.string().max(100),
	tags: z.array(z.string().max(50)).max(20),
	details: z.record(z.string(), z.string()),
	priority: z.enum(["P1", "P2", "P3", "P4", "P5"]),
});
export const opsgenieAction = z.strictObject({
	source: z.string().max(100),
	user: z.string().max(100).optional(),
	note: z.string().max(25_000).optional(),
});

/** Icinga 2, actions process-check-result and acknowledge-problem of its API. */
const icingaTarget = { type: z.literal("Service"), service: z.string().regex(/^[^!]+![^!]+$/) };
export const icingaAction = z.union([
	z.strictObject({
		...icingaTarget,
		exit_status: z.literal([0, 1, 2, 3]),
		plugin_output: z.string().min(1),
		check_source: z.string(),
	}),
	z.strictObject({ ...icingaTarget, author: z.string().min(1), comment: z.string().min(1) }),
]);

/** The parts of an adaptive card (version 1.4) that are used. */
const cardItem: z.ZodType = z.lazy(() =>
	z.discriminatedUnion("type", [
		z.strictObject({
			type: z.literal("Container"),
			style: z.enum(["default", "emphasis", "good", "attention", "warning", "accent"]).optional(),
			bleed: z.boolean().optional(),
			separator: z.boolean().optional(),
			spacing: z.enum(["None", "Small", "Default", "Medium", "Large", "ExtraLarge", "Padding"]).optional(),
			items: z.array(cardItem),
		}),
		z.strictObject({
			type: z.literal("RichTextBlock"),
			separator: z.boolean().optional(),
			spacing: z.enum(["None", "Small", "Default"]).optional(),
			inlines: z
				.array(
					z.strictObject({
						type: z.literal("TextRun"),
						text: z.string().min(1),
						weight: z.enum(["Bolder", "Lighter", "Default"]).optional(),
						size: z.enum(["Small", "Default", "Medium", "Large"]).optional(),
						isSubtle: z.boolean().optional(),
					}),
				)
				.min(1),
		}),
	]),
);

/** Teams, "When a Teams webhook request is received" of Workflows. */
export const teamsMessage = z.strictObject({
	type: z.literal("message"),
	attachments: z
		.array(
			z.strictObject({
				contentType: z.literal("application/vnd.microsoft.card.adaptive"),
				contentUrl: z.null(),
				content: z.strictObject({
					type: z.literal("AdaptiveCard"),
					version: z.literal("1.4"),
					msteams: z.strictObject({ width: z.literal("Full") }),
					body: z.array(cardItem).min(1),
				}),
			}),
		)
		.length(1),
});

/** Alertmanager, `postableAlerts` of api/v2/openapi.yaml. */
export const postableAlerts = z.array(
	z.strictObject({
		labels: labels,
		annotations: z.record(z.string(), z.string()),
		startsAt: time,
		endsAt: time.optional(),
		generatorURL: z.url().optional(),
	}),
);

/** Alertmanager, the body of `webhook_config`, version 4. */
export const webhookV4 = z.strictObject({
	version: z.literal("4"),
	groupKey: z.string().min(1),
	truncatedAlerts: z.int().min(0),
	status: z.enum(["firing", "resolved"]),
	receiver: z.string(),
	groupLabels: labels,
	commonLabels: labels,
	commonAnnotations: z.record(z.string(), z.string()),
	externalURL: z.string(),
	alerts: z.array(
		z.strictObject({
			status: z.enum(["firing", "resolved"]),
			labels: labels,
			annotations: z.record(z.string(), z.string()),
			startsAt: time,
			endsAt: time,
			generatorURL: z.string(),
			fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
		}),
	),
});
