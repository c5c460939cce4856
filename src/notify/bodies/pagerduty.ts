import type { TemplateText } from "../template.ts";

/**
 * PagerDuty, Events API v2 (POST https://events.pagerduty.com/v2/enqueue). One event per alert; the incident is the
 * dedup_key (at most 255 characters), so that PagerDuty's alert lives as long as the incident. Answers 202.
 */
export const pagerduty: TemplateText = {
	about: "PagerDuty, Events API v2",
	alerts: { most: 1, beyond: "split" },
	max_bytes: 100_000,
	with: ["routing_key"],
	body: {
		routing_key: "{{with.routing_key}}",
		event_action: "{{alert.event}}",
		dedup_key: { $cut: 255, of: "{{alert.incident}}" },
		client: "dss-probe",
		client_url: "{{alert.url}}",
		links: [{ $case: "{{alert.runbook}}", else: { href: "{{alert.runbook}}", text: "Runbook" } }],
		payload: {
			summary: { $cut: 1_024, of: "{{alert.title}}" },
			source: "{{alert.instance}}",
			severity: {
				$case: "{{alert.severity}}",
				when: { critical: "critical", error: "error", warning: "warning", info: "info", test: "info" },
				else: { $case: "{{alert.level}}", when: { critical: "critical" }, else: "warning" },
			},
			timestamp: "{{alert.since}}",
			component: "{{alert.check}}",
			group: "{{alert.instance}}",
			class: "{{alert.cause.code}}",
			custom_details: {
				text: "{{alert.text}}",
				cause: "{{alert.cause.text}}",
				reason: "{{reason}}",
				labels: "{{alert.labels}}",
				values: "{{alert.values}}",
				notification: "{{id}}",
			},
		},
	},
};
