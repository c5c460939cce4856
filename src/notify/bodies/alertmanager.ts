import type { TemplateText } from "../template.ts";

/**
 * Alertmanager's API v2 (POST /api/v2/alerts): a list of alerts, known by their labels. An alert that fires has no end and
 * is over after `resolve_timeout` (5 min unless set otherwise) where nobody repeats it; hence `resend`.
 */
export const alertmanager: TemplateText = {
	about: "Prometheus Alertmanager, API v2",
	alerts: { most: 50, beyond: "split" },
	max_bytes: 200_000,
	resend: "1m",
	body: {
		$each: "alerts",
		do: {
			labels: "{{alert.label_set}}",
			annotations: {
				summary: "{{alert.title}}",
				description: "{{alert.text}}",
				cause: "{{alert.cause.code}}",
				incident: "{{alert.incident}}",
				acknowledged_by: "{{alert.acknowledged_by}}",
				runbook_url: "{{alert.runbook}}",
			},
			startsAt: "{{alert.since}}",
			endsAt: "{{alert.resolved_at}}",
			generatorURL: "{{alert.url}}",
		},
	},
};
